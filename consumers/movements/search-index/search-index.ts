import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { entryOf, wordsOf } from './words';

/** The index's table and client. */
export interface SearchIndexOptions {
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  /** The index's table. */
  readonly table: string;
}

type Image = Readonly<Record<string, AttributeValue>>;

/** Most items of a BatchWriteItem. */
const BATCH = 25;
/** Attempts at the unprocessed items of a batch; after them the invocation fails, and Lambda retries it. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 50;

/**
 * Creates a handler that updates an index of customers' words: each change deletes the words that an item lost and puts
 * those that it has. A repeated batch leaves the same index, since an item's changes arrive in order.
 */
export function searchIndexHandler({ dynamodb, table }: SearchIndexOptions) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    // One request per key, its last change: a BatchWriteItem with a key twice is refused.
    const requests = new Map<string, WriteRequest>();
    for (const record of Records) {
      for (const [entry, request] of requestsOf(record)) requests.set(entry, request);
    }
    const all = [...requests.values()];
    for (let at = 0; at < all.length; at += BATCH) await write(dynamodb, table, all.slice(at, at + BATCH));
  };
}

function requestsOf({ dynamodb }: DynamoDBRecord): Map<string, WriteRequest> {
  const { Keys, OldImage, NewImage } = dynamodb ?? {};
  const id = Keys?.id?.S ?? '';
  const requests = new Map<string, WriteRequest>();
  for (const word of imageWords(OldImage)) {
    const { letters, entry } = entryOf(word, id);
    requests.set(entry, { DeleteRequest: { Key: { letters: { S: letters }, entry: { S: entry } } } });
  }
  for (const word of imageWords(NewImage)) {
    const { letters, entry } = entryOf(word, id);
    const Item = { letters: { S: letters }, entry: { S: entry }, id: { S: id }, ...shown(NewImage) };
    requests.set(entry, { PutRequest: { Item } });
  }
  return requests;
}

const imageWords = (image: Image | undefined) =>
  wordsOf(image?.name?.S ?? '', image?.country?.S ?? '', image?.email?.S ?? '');

/** Attributes that a search shows without reading the customer's item. */
function shown(image: Image | undefined) {
  const texts = (['name', 'country'] as const).flatMap((name) => {
    const text = image?.[name]?.S;
    return text === undefined ? [] : [[name, { S: text }] as const];
  });
  return Object.fromEntries(texts);
}

async function write(dynamodb: Pick<DynamoDBClient, 'send'>, table: string, requests: WriteRequest[]): Promise<void> {
  let left = requests;
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new Error(`DynamoDB left ${left.length} writes to ${table} undone.`);
    if (attempt > 0) await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
    const { UnprocessedItems } = await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = UnprocessedItems?.[table] ?? [];
  }
}
