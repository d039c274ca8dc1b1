import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { localFixture } from 'lakehouse-local/testing';

/** Number of sequences of operations: DYNAMODB_SEQUENCES=1000 for a long run. */
const SEQUENCES = Number(process.env.DYNAMODB_SEQUENCES ?? 40);
const TableName = 'random';
/** A table without indexes, whose writes go to the journal. */
const ITEMS_ALONE = 'random-items';
const tableOf = (p: string) => (p.startsWith('items') ? ITEMS_ALONE : TableName);

const local = localFixture();
const { dynamodb: client } = local;

beforeAll(async () => {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'p', AttributeType: 'S' },
        { AttributeName: 'k', AttributeType: 'N' },
        { AttributeName: 'g', AttributeType: 'S' },
        { AttributeName: 'n', AttributeType: 'N' },
      ],
      KeySchema: key('p', 'k'),
      GlobalSecondaryIndexes: [{ IndexName: 'by-g', KeySchema: key('g', 'k'), Projection: { ProjectionType: 'ALL' } }],
      LocalSecondaryIndexes: [
        { IndexName: 'by-n', KeySchema: key('p', 'n'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: ITEMS_ALONE,
      AttributeDefinitions: [
        { AttributeName: 'p', AttributeType: 'S' },
        { AttributeName: 'k', AttributeType: 'N' },
      ],
      KeySchema: key('p', 'k'),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  for (const each of [TableName, ITEMS_ALONE])
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName: each });
});

/** An item in the model: a type of its own, so that the model shares no code with the endpoint. */
interface Row {
  n?: number;
  g?: string;
  tags?: string[];
  list?: number[];
}

const CONDITIONS = {
  none: undefined,
  exists: { text: 'attribute_exists(p)', holds: (row?: Row) => row !== undefined },
  absent: { text: 'attribute_not_exists(p)', holds: (row?: Row) => row === undefined },
  large: { text: 'n > :five', values: { ':five': { N: '5' } }, holds: (row?: Row) => (row?.n ?? 0) > 5 },
  notTagged: {
    text: 'NOT contains(tags, :a)',
    values: { ':a': { S: 'a' } },
    holds: (row?: Row) => row?.tags?.includes('a') !== true,
  },
  between: {
    text: 'n BETWEEN :one AND :seven OR size(tags) = :two',
    values: { ':one': { N: '1' }, ':seven': { N: '7' }, ':two': { N: '2' } },
    holds: (row?: Row) => (row?.n !== undefined && row.n >= 1 && row.n <= 7) || row?.tags?.length === 2,
  },
} as const;
type ConditionName = keyof typeof CONDITIONS;

/** Updates, each with its effect on a row; undefined for one that DynamoDB refuses. */
const UPDATES = {
  increment: {
    text: 'SET n = n + :v',
    values: { ':v': { N: '1' } },
    apply: (row: Row) => (row.n === undefined ? undefined : { ...row, n: row.n + 1 }),
  },
  add: { text: 'ADD n :v', values: { ':v': { N: '3' } }, apply: (row: Row) => ({ ...row, n: (row.n ?? 0) + 3 }) },
  initial: {
    text: 'SET g = if_not_exists(g, :v)',
    values: { ':v': { S: 'first' } },
    apply: (row: Row) => ({ ...row, g: row.g ?? 'first' }),
  },
  forget: {
    text: 'REMOVE g, tags',
    apply: ({ g: _g, tags: _tags, ...row }: Row): Row => row,
  },
  tag: {
    text: 'ADD tags :v',
    values: { ':v': { SS: ['a', 'b'] } },
    apply: (row: Row) => ({ ...row, tags: [...new Set([...(row.tags ?? []), 'a', 'b'])] }),
  },
  untag: {
    text: 'DELETE tags :v',
    values: { ':v': { SS: ['a', 'c'] } },
    apply: ({ tags, ...row }: Row): Row => {
      const left = (tags ?? []).filter((tag) => tag !== 'a' && tag !== 'c');
      return left.length === 0 ? row : { ...row, tags: left };
    },
  },
  append: {
    text: 'SET parts = list_append(if_not_exists(parts, :none), :v)',
    values: { ':v': { L: [{ N: '1' }, { N: '2' }] }, ':none': { L: [] } },
    apply: (row: Row) => ({ ...row, list: [...(row.list ?? []), 1, 2] }),
  },
  cut: {
    text: 'REMOVE parts[0], parts[2]',
    apply: (row: Row) =>
      row.list === undefined
        ? undefined
        : { ...row, list: row.list.filter((_one, index) => index !== 0 && index !== 2) },
  },
} as const;
type UpdateName = keyof typeof UPDATES;

type Values = Record<string, AttributeValue>;

function toItem(p: string, k: number, row: Row): Values {
  return {
    p: { S: p },
    k: { N: String(k) },
    ...(row.n !== undefined && { n: { N: String(row.n) } }),
    ...(row.g !== undefined && { g: { S: `${p}-${row.g}` } }),
    ...(row.tags !== undefined && { tags: { SS: row.tags } }),
    ...(row.list !== undefined && { parts: { L: row.list.map((one) => ({ N: String(one) })) } }),
  };
}

/** Sets have no order. */
function plain(item: Values | undefined): unknown {
  if (item === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(item)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, value.SS === undefined ? value : { SS: [...value.SS].sort() }]),
  );
}

const conditionOf = (name: ConditionName): { ConditionExpression?: string; ExpressionAttributeValues?: Values } => {
  const condition = CONDITIONS[name];
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.text,
    ...('values' in condition && { ExpressionAttributeValues: condition.values as Values }),
  };
};

type Write =
  | { kind: 'put'; k: number; row: Row; condition: ConditionName }
  | { kind: 'delete'; k: number; condition: ConditionName }
  | { kind: 'update'; k: number; update: UpdateName; condition: ConditionName };
type Step =
  | Write
  | { kind: 'transact'; writes: Write[] }
  | { kind: 'batch'; puts: { k: number; row: Row }[]; deletes: number[] }
  | { kind: 'query'; from: number; to: number; reverse: boolean; limit: number };

const key = fc.integer({ min: -3, max: 3 });
const row: fc.Arbitrary<Row> = fc.record(
  {
    n: fc.integer({ min: -9, max: 9 }),
    g: fc.constantFrom('x', 'y'),
    tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const condition = fc.constantFrom(...(Object.keys(CONDITIONS) as ConditionName[]));
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), k: key, row, condition }),
  fc.record({ kind: fc.constant('delete' as const), k: key, condition }),
  fc.record({
    kind: fc.constant('update' as const),
    k: key,
    update: fc.constantFrom(...(Object.keys(UPDATES) as UpdateName[])),
    condition,
  }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: write },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('transact' as const),
      writes: fc.uniqueArray(write, { minLength: 1, maxLength: 3, selector: ({ k }) => k }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.record({ k: key, row }), { minLength: 1, maxLength: 4, selector: ({ k }) => k })
      .map((all) => ({ kind: 'batch' as const, puts: all.slice(1), deletes: all.slice(0, 1).map(({ k }) => k) })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('query' as const),
      from: key,
      to: key,
      reverse: fc.boolean(),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

/** A model of the table as a plain map, with DynamoDB's answers to each operation. */
class Model {
  readonly rows = new Map<number, Row>();

  /** @returns name of the error, if it is one */
  write(one: Write): string | undefined {
    const next = this.after(one);
    if (typeof next === 'string') return next;
    this.set(one.k, next);
    return undefined;
  }

  transact(writes: readonly Write[]): string | undefined {
    const after = writes.map((one) => this.after(one));
    if (after.some((next) => typeof next === 'string')) return 'TransactionCanceledException';
    writes.forEach(({ k }, index) => {
      this.set(k, after[index] as Row | undefined);
    });
    return undefined;
  }

  set(k: number, next: Row | undefined): void {
    if (next === undefined) this.rows.delete(k);
    else this.rows.set(k, next);
  }

  private after(one: Write): Row | undefined | string {
    const before = this.rows.get(one.k);
    if (CONDITIONS[one.condition]?.holds(before) === false) return 'ConditionalCheckFailedException';
    if (one.kind === 'put') return one.row;
    if (one.kind === 'delete') return undefined;
    return UPDATES[one.update].apply(before ?? {}) ?? 'ValidationException';
  }
}

async function nameOfError(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}

/** `values` of a condition that an update brings too are the same placeholders' own. */
function partOf(p: string, one: Write) {
  const { ExpressionAttributeValues: values, ...rest } = conditionOf(one.condition);
  const TableName = tableOf(p);
  const Key = { p: { S: p }, k: { N: String(one.k) } };
  if (one.kind === 'put') return { Put: { TableName, Item: toItem(p, one.k, one.row), ...conditionOf(one.condition) } };
  if (one.kind === 'delete') return { Delete: { TableName, Key, ...conditionOf(one.condition) } };
  const update = UPDATES[one.update];
  const own = JSON.parse(JSON.stringify('values' in update ? update.values : {}).replaceAll('"first"', `"${p}-first"`));
  const all = { ...own, ...values };
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: update.text,
      ...rest,
      ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all as Values }),
    },
  };
}

function send(p: string, one: Write): Promise<unknown> {
  const { Put, Delete, Update } = partOf(p, one);
  if (Put !== undefined) return client.send(new PutItemCommand(Put));
  if (Delete !== undefined) return client.send(new DeleteItemCommand(Delete));
  return client.send(new UpdateItemCommand(Update as Exclude<typeof Update, undefined>));
}

async function pages(input: object): Promise<Values[]> {
  const items: Values[] = [];
  let ExclusiveStartKey: Values | undefined;
  do {
    const page = await client.send(new QueryCommand({ TableName, ...input, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

async function run(p: string, one: Step, model: Model): Promise<void> {
  if (one.kind === 'transact') {
    const TransactItems = one.writes.map((each) => partOf(p, each));
    const error = await nameOfError(client.send(new TransactWriteItemsCommand({ TransactItems })));
    expect(error).toBe(model.transact(one.writes));
  } else if (one.kind === 'batch') {
    const requests = [
      ...one.puts.map(({ k, row: each }) => ({ PutRequest: { Item: toItem(p, k, each) } })),
      ...one.deletes.map((k) => ({ DeleteRequest: { Key: { p: { S: p }, k: { N: String(k) } } } })),
    ];
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableOf(p)]: requests } }));
    for (const { k, row: each } of one.puts) model.set(k, each);
    for (const k of one.deletes) model.set(k, undefined);
  } else if (one.kind === 'query') {
    const [low, high] = [Math.min(one.from, one.to), Math.max(one.from, one.to)];
    const items = await pages({
      TableName: tableOf(p),
      KeyConditionExpression: 'p = :p AND k BETWEEN :low AND :high',
      ExpressionAttributeValues: { ':p': { S: p }, ':low': { N: String(low) }, ':high': { N: String(high) } },
      ScanIndexForward: !one.reverse,
      Limit: one.limit,
    });
    const expected = [...model.rows]
      .filter(([k]) => k >= low && k <= high)
      .sort(([a], [b]) => (one.reverse ? b - a : a - b));
    expect(items.map(plain)).toEqual(expected.map(([k, each]) => plain(toItem(p, k, each))));
  } else {
    const error = await nameOfError(send(p, one));
    expect(error).toBe(model.write(one));
    const Key = { p: { S: p }, k: { N: String(one.k) } };
    const { Item } = await client.send(new GetItemCommand({ TableName: tableOf(p), Key }));
    const now = model.rows.get(one.k);
    expect(plain(Item)).toEqual(now === undefined ? undefined : plain(toItem(p, one.k, now)));
  }
}

let partitions = 0;

test(
  'random operations leave the items, indexes and errors of a plain model',
  async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const p = `p${partitions++}`;
      const model = new Model();
      for (const one of steps) await run(p, one, model);
      const all = [...model.rows].sort(([a], [b]) => a - b);
      for (const g of ['x', 'y', 'first']) {
        const items = await pages({
          IndexName: 'by-g',
          KeyConditionExpression: 'g = :g',
          ExpressionAttributeValues: { ':g': { S: `${p}-${g}` } },
          Limit: 2,
        });
        const expected = all.filter(([, each]) => each.g === g);
        expect(items.map(plain)).toEqual(expected.map(([k, each]) => plain(toItem(p, k, each))));
      }
      const byN = await pages({
        IndexName: 'by-n',
        KeyConditionExpression: 'p = :p AND n > :zero',
        ExpressionAttributeValues: { ':p': { S: p }, ':zero': { N: '0' } },
      });
      const expected = all.filter(([, { n = 0 }]) => n > 0).map(([k, { n = 0 }]) => ({ k, n }));
      const found = byN.map(({ k, n }) => ({ k: Number(k?.N), n: Number(n?.N) }));
      expect(found.map(({ n }) => n)).toEqual(expected.map(({ n }) => n).sort((a, b) => a - b));
      expect(found.sort((a, b) => a.k - b.k)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: SEQUENCES });
  },
  20_000 + SEQUENCES * 1000,
);

test(
  'random operations on a table of items alone leave the items and errors of the same model',
  async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const p = `items${partitions++}`;
      const model = new Model();
      for (const one of steps) await run(p, one, model);
      const all = [...model.rows].sort(([a], [b]) => a - b);
      const items = await pages({
        TableName: ITEMS_ALONE,
        KeyConditionExpression: 'p = :p',
        ExpressionAttributeValues: { ':p': { S: p } },
        Limit: 2,
      });
      expect(items.map(plain)).toEqual(all.map(([k, each]) => plain(toItem(p, k, each))));
    });
    await fc.assert(property, { numRuns: SEQUENCES });
  },
  20_000 + SEQUENCES * 1000,
);

test('transactions of twenty writers are serializable: sums stay, and reads see one moment', async () => {
  const accounts = ['a', 'b', 'c', 'd'];
  const Key = (id: string) => ({ p: { S: `account-${id}` }, k: { N: '0' } });
  for (const id of accounts) await client.send(new PutItemCommand({ TableName, Item: { ...Key(id), n: { N: '25' } } }));
  const move = (from: string, to: string, amount: number) => {
    const change = (id: string, by: number, condition: object = {}) => ({
      Update: {
        TableName,
        Key: Key(id),
        UpdateExpression: 'ADD n :by',
        ExpressionAttributeValues: { ':by': { N: String(by) }, ...(by < 0 && { ':least': { N: String(-by) } }) },
        ...condition,
      },
    });
    return client.send(
      new TransactWriteItemsCommand({
        TransactItems: [change(from, -amount, { ConditionExpression: 'n >= :least' }), change(to, amount)],
      }),
    );
  };
  const balances = async () => {
    const TransactItems = accounts.map((id) => ({ Get: { TableName, Key: Key(id) } }));
    const { Responses = [] } = await client.send(new TransactGetItemsCommand({ TransactItems }));
    return Responses.map(({ Item }) => Number(Item?.n?.N));
  };
  let moved = 0;
  let refused = 0;
  const writers = Array.from({ length: 20 }, async (_none, writer) => {
    for (let round = 0; round < 10; round += 1) {
      const [from, to] = [accounts[(writer + round) % 4], accounts[(writer * 3 + round + 1) % 4]] as [string, string];
      if (from === to) continue;
      const error = await nameOfError(move(from, to, 1 + ((writer + round) % 20)));
      if (error === undefined) moved += 1;
      else {
        expect(error).toBe('TransactionCanceledException');
        refused += 1;
      }
      const seen = await balances();
      expect(seen.reduce((sum, one) => sum + one, 0)).toBe(100);
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(0);
    }
  });
  await Promise.all(writers);
  expect(moved).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(0);
}, 60_000);
