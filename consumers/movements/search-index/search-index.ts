import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { entryOf, wordsOf } from './words';

/** Where the index is. */
export interface SearchIndexOptions {
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  /** The index's table. */
  readonly table: string;
}

type Image = Readonly<Record<string, AttributeValue>>;

/** Items of a BatchWriteItem. */
const BATCH = 25;
/** Attempts at what DynamoDB leaves of a batch; the invocation fails after them, and Lambda comes again. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 50;

/**
 * A handler that keeps an index of customers' words: for each change, words that an item lost are deleted and those that it
 * has are put. A batch that comes again leaves the same index, for changes of an item come in order.
 */
export function searchIndexHandler({ dynamodb, table }: SearchIndexOptions) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    // One key may stand in a BatchWriteItem once: its last change counts.
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

/** What a search shows of a customer without reading it. */
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
