import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { TestClock } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';

/** Sequences of statements; `ICEBERG_RUNS=500` for the long way. */
const RUNS = Number(process.env.ICEBERG_RUNS ?? 3);

const clock = new TestClock();
const lake = lakeFixture({ clock });
let plain: DuckDBConnection;
let tables = 0;

beforeAll(async () => {
  plain = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(async () => {
  plain.closeSync();
});

const key = fc.integer({ min: 0, max: 12 });
const amount = fc.integer({ min: -5, max: 5 });
const name = fc.constantFrom('NULL', "'a'", "'b'", "'ä''x'");
const rows = fc.array(fc.tuple(key, name, amount), { minLength: 1, maxLength: 8 });
const values = (list: [number, string, number][]) => list.map((row) => `(${row.join(', ')})`).join(', ');

/** A statement for Athena and its equivalent for a plain DuckDB table, empty if it leaves the rows unchanged. */
type Step = (table: string, columns: string[]) => { athena: string; plain: string[] };

const same = (sql: string) => ({ athena: sql, plain: [sql] });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: rows.map(
      (list): Step =>
        (table) =>
          same(`INSERT INTO ${table} (id, name, n) SELECT * FROM (VALUES ${values(list)}) AS v(a, b, c)`),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(key, amount).map(
      ([id, n]): Step =>
        (table) =>
          same(`DELETE FROM ${table} WHERE id = ${id} OR n > ${n + 3}`),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(key, name, amount).map(
      ([id, text, n]): Step =>
        (table) =>
          same(`UPDATE ${table} SET name = ${text}, n = n + ${n} WHERE id <= ${id}`),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.uniqueArray(key, { minLength: 1, maxLength: 5 }), amount).map(
      ([ids, n]): Step =>
        (table) => {
          const source = `(SELECT * FROM (VALUES ${ids.map((id) => `(${id}, ${n})`).join(', ')}) AS v(id, n))`;
          return same(
            `MERGE INTO ${table} AS t USING ${source} AS s ON t.id = s.id WHEN MATCHED AND t.n > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT (id, name, n) VALUES (s.id, 'new', s.n)`,
          );
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map(
      (which): Step =>
        (table, columns) => {
          if (which === 0) {
            const added = `c${columns.length}`;
            columns.push(added);
            return {
              athena: `ALTER TABLE ${table} ADD COLUMNS (${added} int)`,
              plain: [`ALTER TABLE ${table} ADD COLUMN ${added} INTEGER`],
            };
          }
          const last = columns.at(-1);
          if (last === undefined) return { athena: `VACUUM ${table}`, plain: [] };
          if (which === 1) {
            columns.pop();
            return {
              athena: `ALTER TABLE ${table} DROP COLUMN ${last}`,
              plain: [`ALTER TABLE ${table} DROP COLUMN ${last}`],
            };
          }
          columns[columns.length - 1] = `${last}r`;
          return {
            athena: `ALTER TABLE ${table} CHANGE COLUMN ${last} ${last}r bigint`,
            plain: [
              `ALTER TABLE ${table} RENAME COLUMN ${last} TO ${last}r`,
              `ALTER TABLE ${table} ALTER ${last}r TYPE BIGINT`,
            ],
          };
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((table) => ({ athena: `OPTIMIZE ${table} REWRITE DATA USING BIN_PACK`, plain: [] })),
  },
  { weight: 1, arbitrary: fc.constant<Step>((table) => ({ athena: `VACUUM ${table}`, plain: [] })) },
);

const partitionings = fc.constantFrom(
  '',
  'PARTITIONED BY (bucket(3, id))',
  'PARTITIONED BY (name)',
  'PARTITIONED BY (truncate(4, n), name)',
);

test('random statements leave the rows that a plain table has after the same ones', async () => {
  await fc.assert(
    fc.asyncProperty(partitionings, fc.array(step, { minLength: 1, maxLength: 10 }), async (partitioning, steps) => {
      const table = `t${tables++}`;
      await lake.rows(
        `CREATE TABLE ${table} (id int, name string, n int) ${partitioning} LOCATION 's3://lake/${table}/' TBLPROPERTIES ('table_type'='ICEBERG', 'optimize_rewrite_data_file_threshold'='2', 'optimize_rewrite_delete_file_threshold'='1', 'vacuum_max_snapshot_age_seconds'='60')`,
      );
      await plain.run(`CREATE TABLE ${table} (id INTEGER, name VARCHAR, n INTEGER)`);
      const columns: string[] = [];
      for (const next of steps) {
        clock.advance(600_000);
        const statement = next(table, columns);
        await lake.rows(statement.athena);
        for (const sql of statement.plain) await plain.run(sql);
        const found = (await lake.rows(`SELECT * FROM ${table}`)).map((row) => row.map((value) => value ?? null));
        const wanted = (await plain.runAndReadAll(`SELECT * FROM ${table}`))
          .getRowsJson()
          .map((row) => row.map((value) => (value === null ? null : String(value))));
        const order = (list: unknown[]) => list.map((row) => JSON.stringify(row)).sort();
        expect([statement.athena, order(found)]).toEqual([statement.athena, order(wanted)]);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 3_600_000);
