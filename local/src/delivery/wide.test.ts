import { parquetReadObjects } from 'hyparquet';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { Lake } from 'lakehouse-local/testing/delivery';
import { flatTable, nestedTable, withoutNulls } from 'lakehouse-local/testing/wide-schema';

const local = localFixture({ each: true });
const lake = new Lake(local);

/** The rows of a table for records, without nulls. */
async function through(columns: Readonly<Record<string, string>>, records: readonly object[]): Promise<unknown[]> {
  await lake.build(columns);
  await lake.deliver('d', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 } }));
  await lake.put(records.map((record) => JSON.stringify(record)));
  const rows = await eventually(async () => {
    const found: unknown[] = [];
    for (const key of await lake.keys('data/'))
      found.push(...(await parquetReadObjects({ file: Uint8Array.from(await lake.body(key)).buffer })));
    return found.length >= records.length && found;
  }, 60_000);
  expect(await lake.keys('error/')).toEqual([]);
  expect(local.faults).toEqual([]);
  return rows.map(withoutNulls);
}

test('a struct of 240 members', async () => {
  const members = Array.from({ length: 240 }, (_, index) => `c${index}:string`);
  const records = Array.from({ length: 5 }, () => ({ id: 1, s: { c0: 'x' } }));
  expect(await through({ id: 'int', s: `struct<${members.join(',')}>` }, records)).toEqual(records);
});

test('a table of 400 columns', async () => {
  const names = Array.from({ length: 400 }, (_, index) => `c${index}`);
  const record = Object.fromEntries(names.map((name) => [name, 'v']));
  const columns = Object.fromEntries(names.map((name) => [name, 'string']));
  expect(await through(columns, Array(5).fill(record))).toEqual(Array(5).fill(record));
});

test.each([
  ['flat', flatTable(3_000)],
  ['nested', nestedTable(2_000)],
])('a wide %s table, value by value', async (_kind, { columns, record }) => {
  const records = Array.from({ length: 10 }, (_, index) => record(index) as object);
  expect(await through(columns, records)).toEqual(records);
});

test('a table of as many columns as DuckDB takes, and of one more', async () => {
  for (const count of [96, 97]) {
    await local.close();
    await local.start();
    const { columns, record } = flatTable(count);
    const records = Array.from({ length: 20 }, (_, index) => record(index) as object);
    expect(await through(columns, records)).toEqual(records);
  }
});
