import {
  BatchExecuteStatementCommand,
  CreateTableCommand,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { dynamodb: client } = local;
const TableName = 'music';

beforeAll(async () => {
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'artist', AttributeType: 'S' },
        { AttributeName: 'year', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'artist', KeyType: 'HASH' },
        { AttributeName: 'year', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
});

const execute = async (Statement: string, more: object = {}) =>
  client.send(new ExecuteStatementCommand({ Statement, ...more }));
const years = async (Statement: string, more: object = {}) =>
  ((await execute(Statement, more)).Items ?? []).map(({ year }) => year?.N);

test('statements insert, select, update and delete items', async () => {
  for (const year of [1999, 2001, 2003, 2005])
    await execute(
      `INSERT INTO "music" VALUE {'artist': 'Ada''s', 'year': ?, 'title': 'T', 'tags': <<'a', 'b'>>, 'info': {'n': 1, 'list': [1, -2.5]}}`,
      { Parameters: [{ N: String(year) }] },
    );
  const again = execute(`INSERT INTO music VALUE {'artist': 'Ada''s', 'year': 1999}`);
  await expect(again).rejects.toMatchObject({ name: 'DuplicateItemException' });
  const { Items } = await execute(
    `SELECT "year", info.list[1], tags FROM music WHERE artist = 'Ada''s' AND "year" = 2001`,
  );
  expect(Items).toEqual([
    { year: { N: '2001' }, info: { M: { list: { L: [{ N: '-2.5' }] } } }, tags: { SS: ['a', 'b'] } },
  ]);
  const where = `SELECT * FROM "music" WHERE artist = 'Ada''s' AND`;
  expect(await years(`${where} "year" BETWEEN 2000 AND 2004 ORDER BY "year" DESC`)).toEqual(['2003', '2001']);
  expect(await years(`${where} ("year" < 2000 OR "year" IN [2005]) AND NOT contains(tags, 'z')`)).toEqual([
    '1999',
    '2005',
  ]);
  expect(await years(`SELECT * FROM music WHERE gone IS MISSING AND begins_with(title, 'T')`)).toHaveLength(4);
  const first = await execute(`SELECT * FROM music WHERE artist = 'Ada''s'`, { Limit: 3 });
  expect(await years(`SELECT * FROM music WHERE artist = 'Ada''s'`, { NextToken: first.NextToken })).toEqual(['2005']);
  const key = `WHERE artist = 'Ada''s' AND "year" = 1999`;
  const updated = await execute(
    `UPDATE music SET info.n = info.n + 2 SET title = 'new' SET tags = set_add(tags, <<'c'>>) REMOVE info.list[0] ${key} AND title = ? RETURNING ALL NEW *`,
    { Parameters: [{ S: 'T' }] },
  );
  expect(updated.Items?.[0]).toMatchObject({
    info: { M: { n: { N: '3' }, list: { L: [{ N: '-2.5' }] } } },
    title: { S: 'new' },
    tags: { SS: ['a', 'b', 'c'] },
  });
  const failing = execute(
    `UPDATE music SET title = 'x' WHERE ((artist = 'Ada''s' AND "year" = 1999)) AND (title = 'T')`,
  );
  await expect(failing).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  await expect(execute(`UPDATE music SET title = 'x' WHERE artist = 'none' AND "year" = 1`)).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
  });
  const deleted = await execute(`DELETE FROM music ${key} RETURNING ALL OLD *`);
  expect(deleted.Items?.[0]?.title).toEqual({ S: 'new' });
  expect((await execute(`DELETE FROM music ${key}`)).Items).toEqual([]);
  await expect(execute(`DELETE FROM music WHERE artist = 'x'`)).rejects.toThrow(
    /mandatory equality on all key attributes/,
  );
  await expect(execute('SELEC * FROM music')).rejects.toThrow(/wasn't well formed/);
});

test('batches answer statement by statement, and transactions do all or nothing', async () => {
  const insert = (year: number) => ({ Statement: `INSERT INTO music VALUE {'artist': 'b', 'year': ${year}}` });
  const select = (year: number) => ({ Statement: `SELECT * FROM music WHERE artist = 'b' AND "year" = ${year}` });
  const { Responses } = await client.send(
    new BatchExecuteStatementCommand({ Statements: [insert(1), { Statement: 'nonsense' }, insert(2)] }),
  );
  expect(Responses?.map(({ Error: error }) => error?.Code)).toEqual([undefined, 'ValidationError', undefined]);
  const failed = client.send(new ExecuteTransactionCommand({ TransactStatements: [insert(3), insert(1)] }));
  await expect(failed).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
  });
  await client.send(new ExecuteTransactionCommand({ TransactStatements: [insert(4), insert(5)] }));
  const read = await client.send(new ExecuteTransactionCommand({ TransactStatements: [3, 4].map(select) }));
  expect(read.Responses).toEqual([{}, { Item: { artist: { S: 'b' }, year: { N: '4' } } }]);
});

test('a SELECT reads only the partitions that its WHERE clause names', async () => {
  for (const artist of ['x', 'y', 'z'])
    for (const year of [1, 2, 3])
      await execute(`INSERT INTO music VALUE {'artist': '${artist}', 'year': ${year}, 'text': ?}`, {
        Parameters: [{ S: '-'.repeat(8000) }],
      });
  /** The found items, in order, and the consumed read units. */
  const select = async (where: string, more: object = {}) => {
    const { Items, ConsumedCapacity, NextToken } = await execute(`SELECT artist, "year" FROM music WHERE ${where}`, {
      ReturnConsumedCapacity: 'TOTAL',
      ...more,
    });
    const found = (Items ?? []).map(({ artist, year }) => `${artist?.S}${year?.N}`).join(' ');
    return { found, units: ConsumedCapacity?.CapacityUnits, NextToken };
  };
  // A partition has 24 KB: six pages of 4 KB, at half a unit each.
  const cases: [where: string, found: string, units: number][] = [
    [`artist = 'x'`, 'x1 x2 x3', 3],
    [`artist IN ['z', 'x', 'z']`, 'x1 x2 x3 z1 z2 z3', 6],
    [`"year" = 2 AND artist IN ['z', 'x', 'none']`, 'x2 z2', 6],
    [`artist = 'y' OR (artist = 'x' AND "year" > 2)`, 'x3 y1 y2 y3', 6],
    [`artist IN ['y', 'z'] ORDER BY artist DESC`, 'z3 z2 z1 y3 y2 y1', 6],
    [`artist IN [1, 2]`, '', 0],
  ];
  for (const [where, found, units] of cases)
    expect({ where, ...(await select(where)) }).toEqual({ where, found, units });
  // These scan the table, in which there are more items.
  for (const where of [`artist IN ['x'] OR "year" = 3`, `NOT artist = 'y'`, `artist > 'x'`])
    expect((await select(where)).units).toBeGreaterThan(8);

  const where = `artist IN ['x', 'y', 'z']`;
  let page = await select(where, { Limit: 4 });
  const pages = [page.found];
  for (; page.NextToken !== undefined; pages.push(page.found))
    page = await select(where, { Limit: 4, NextToken: page.NextToken });
  expect(pages).toEqual(['x1 x2 x3 y1', 'y2 y3 z1 z2', 'z3']);
  const { NextToken } = await select(where, { Limit: 8 });
  await expect(select(`artist IN ['x', 'y']`, { NextToken })).rejects.toThrow('Given NextToken is invalid');
});
