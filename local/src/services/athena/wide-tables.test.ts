import { eventually } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { Lake } from 'lakehouse-local/testing/delivery';
import { flatTable, nestedTable, type WideTable } from 'lakehouse-local/testing/wide-schema';

const athena = lakeFixture({ each: true });
const lake = new Lake(athena);

/** Two objects of five records each. */
async function deliver({ columns, record }: WideTable): Promise<void> {
  await lake.build(columns);
  await lake.deliver('d', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 } }));
  for (const objects of [1, 2]) {
    const records = Array.from({ length: 5 }, (_, index) => record(index + (objects - 1) * 5));
    await lake.put(records.map((each) => JSON.stringify(each)));
    await eventually(async () => (await lake.keys('data/')).length === objects, 60_000);
  }
}

const rowsOf = (sql: string) => athena.rows(sql, { QueryExecutionContext: { Database: 'db' } });

/** A value as Athena prints it; a member's type follows from its index. */
function printed(value: unknown, index: number): string {
  return index % 5 === 2 && Number.isInteger(value) ? `${value}.0` : String(value);
}

test('every value of 3,000 flat columns', async () => {
  const table = flatTable(3_000);
  await deliver(table);
  const expected = Array.from({ length: 10 }, (_, row) => {
    const record = table.record(row);
    return Object.keys(table.columns).map((name, index) =>
      record[name] === undefined ? undefined : printed(record[name], index),
    );
  });
  const place = (row: (string | undefined)[]) => /v(\d+)-/.exec(row.find((cell) => cell?.startsWith('v')) ?? '')?.[1];
  const sorted = (await rowsOf('SELECT * FROM events')).sort((a, b) => Number(place(a)) - Number(place(b)));
  expect(sorted).toEqual(expected);
  expect(await rowsOf('SELECT * FROM events LIMIT 3')).toHaveLength(3);
  expect(await rowsOf('SELECT *, c1 + 1 AS next FROM events WHERE c1 = 7001')).toEqual([
    [...(expected[7] ?? []), '7002'],
  ]);
}, 120_000);

test('structs, arrays and maps of 4,000 leaves, one file at a time and some columns at a time', async () => {
  const table = nestedTable(4_000);
  await deliver(table);
  const rows = await rowsOf('SELECT * FROM events');
  const members = (row: number) => {
    const { c0 } = table.record(row) as { c0: Record<string, unknown> };
    const text = (index: number) => (c0[`m${index}`] === undefined ? 'null' : printed(c0[`m${index}`], index));
    return `{${Array.from({ length: 100 }, (_, index) => `m${index}=${text(index)}`).join(', ')}}`;
  };
  expect(rows.map(([c0]) => c0).sort()).toEqual(Array.from({ length: 10 }, (_, row) => members(row)).sort());
  // Every fourth column has the same struct: values of one row must belong to one record.
  for (const row of rows) expect(new Set(row.filter((_, index) => index % 4 === 0)).size).toBe(1);
  expect(await rowsOf('SELECT count(*), count(c5), sum(c8.m1) FROM events')).toEqual([
    ['10', '10', expect.any(String)],
  ]);
}, 120_000);

test('a struct nested 120 deep', async () => {
  const depth = 119;
  const type = Array.from({ length: depth }).reduce<string>((inner) => `struct<a:${inner}>`, 'int');
  const value = Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), 1);
  await deliver({ leaves: 2, columns: { id: 'int', s: type }, record: (index) => ({ id: index, s: value }) });
  const text = `${'{a='.repeat(depth)}1${'}'.repeat(depth)}`;
  expect((await rowsOf('SELECT s FROM events')).map(([cell]) => cell)).toEqual(Array(10).fill(text));
}, 120_000);
