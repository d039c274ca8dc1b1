import type { BatchWriteItemCommand, DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { searchIndexHandler } from './search-index';
import { entryOf, wordsOf } from './words';

/** A table that accepts a limited number of writes per request, and returns the others as unprocessed. */
class Table {
  readonly items = new Map<string, object>();
  requests = 0;
  takes = 25;

  readonly send = async ({ input }: BatchWriteItemCommand) => {
    const writes = input.RequestItems?.search ?? [];
    const keys = writes.map(
      ({ PutRequest, DeleteRequest }) => (PutRequest?.Item ?? DeleteRequest?.Key)?.entry?.S ?? '',
    );
    if (new Set(keys).size !== keys.length) throw new Error('Provided list of item keys contains duplicates');
    this.requests += 1;
    for (const [index, { PutRequest }] of writes.slice(0, this.takes).entries()) {
      if (PutRequest?.Item === undefined) this.items.delete(keys[index] ?? '');
      else this.items.set(keys[index] ?? '', PutRequest.Item);
    }
    const left: WriteRequest[] = writes.slice(this.takes);
    return { UnprocessedItems: left.length === 0 ? {} : { search: left } };
  };
}

const image = (name: string) => ({ id: { S: 'c-1' }, name: { S: name }, country: { S: 'DE' } });
const event = (...changes: readonly (readonly [string | undefined, string | undefined])[]) =>
  ({
    Records: changes.map(([before, after]) => ({
      dynamodb: {
        Keys: { id: { S: 'c-1' } },
        ...(before !== undefined && { OldImage: image(before) }),
        ...(after !== undefined && { NewImage: image(after) }),
      },
    })),
  }) as DynamoDBStreamEvent;

let table: Table;
const handle = (given: DynamoDBStreamEvent) =>
  searchIndexHandler({ dynamodb: table as unknown as DynamoDBClient, table: 'search' })(given);

beforeEach(() => {
  table = new Table();
});

test('an item is found by its words, until it has them no more', async () => {
  await handle(event([undefined, 'Ada Lovelace']));
  expect([...table.items.keys()]).toEqual(['ada#c-1', 'lovelace#c-1', 'de#c-1']);
  expect(table.items.get('ada#c-1')).toEqual({
    letters: { S: 'ad' },
    entry: { S: 'ada#c-1' },
    id: { S: 'c-1' },
    name: { S: 'Ada Lovelace' },
    country: { S: 'DE' },
  });
  await handle(event(['Ada Lovelace', 'Ada Byron']));
  expect([...table.items.keys()].sort()).toEqual(['ada#c-1', 'byron#c-1', 'de#c-1']);
  expect(table.items.get('de#c-1')).toMatchObject({ name: { S: 'Ada Byron' } });
  await handle(event(['Ada Byron', undefined]));
  expect(table.items.size).toBe(0);
});

test('changes of one item in one batch come to its last; a batch that comes again leaves the same', async () => {
  const batch = event([undefined, 'Ada'], ['Ada', 'Grace'], ['Grace', undefined], [undefined, 'Alan']);
  for (let times = 0; times < 2; times++) {
    await handle(batch);
    expect([...table.items.keys()].sort()).toEqual(['alan#c-1', 'de#c-1']);
  }
});

test('what DynamoDB leaves of a batch is written after a pause; what it never takes fails the invocation', async () => {
  table.takes = 2;
  await handle(event([undefined, 'Ada Lovelace Byron']));
  expect(table.items.size).toBe(4);
  expect(table.requests).toBe(2);
  table.takes = 0;
  await expect(handle(event(['Ada Lovelace Byron', undefined]))).rejects.toThrow(
    'DynamoDB left 4 writes to search undone',
  );
});

test('words have no accents and no case, and are not without end', () => {
  expect(wordsOf('Ángel  MÜLLER-Ødegård', 'a b', 'ÁNGEL 東京')).toEqual(['angel', 'muller', 'ødegard', '東京']);
  expect(wordsOf(Array.from({ length: 100 }, (_none, index) => `word${index}`).join(' '))).toHaveLength(20);
  expect(entryOf('𝔸b', '1')).toEqual({ letters: '𝔸b', entry: '𝔸b#1' });
});
