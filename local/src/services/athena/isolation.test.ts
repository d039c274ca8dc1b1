import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { StopQueryExecutionCommand } from '@aws-sdk/client-athena';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AthenaLake, lakeFixture } from 'lakehouse-local/testing/athena';

const lake = lakeFixture();

beforeAll(async () => {
  await lake.table('numbers', { n: 'bigint' });
  await lake.parquet('numbers/a.parquet', 'SELECT range AS n FROM range(5)');
  // Another account's object, whose file lies in the same data directory.
  const stranger = lake.account('111122223333');
  await stranger.bucket('theirs');
  await stranger.s3.send(new PutObjectCommand({ Bucket: 'theirs', Key: 'secret.csv', Body: 'password\nhunter2\n' }));
});

/** Every file of the data directory whose name ends so. */
function filesEnding(name: string, folder = lake.dataDir): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesEnding(name, path);
    return entry.name.endsWith(name) ? [path] : [];
  });
}

describe('SQL reaches the tables of the catalog alone', () => {
  const names = ['sqlite_master', 'duckdb_columns', 'pragma_database_list', 'duckdb_settings', 'pg_catalog.pg_class'];

  test.each([
    ...names.map((name) => `SELECT * FROM ${name}`),
    ...names.map((name) => `WITH RECURSIVE ${name.split('.').at(-1)} AS (SELECT * FROM ${name}) SELECT * FROM ${name}`),
    'WITH RECURSIVE sqlite_master AS (SELECT * FROM sqlite_master) SELECT * FROM sqlite_master',
    'WITH RECURSIVE duckdb_columns AS (SELECT * FROM duckdb_columns UNION ALL SELECT * FROM duckdb_columns) SELECT * FROM duckdb_columns',
    'WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a',
    'WITH a AS (SELECT * FROM (SELECT * FROM a)) SELECT * FROM a',
  ])('%s', async (sql) => {
    expect(await lake.failure(sql)).toMatch(/^FAILED (TABLE|SCHEMA|CATALOG)_NOT_FOUND: /);
  });

  test('a path is no table, wherever it stands', async () => {
    const [secret] = filesEnding('secret.csv') as [string];
    expect(secret).toBeDefined();
    const [own] = filesEnding('a.parquet') as [string];
    for (const path of [secret, own, join(lake.dataDir, '**'), '/etc/passwd']) {
      for (const sql of [
        `SELECT * FROM "${path}"`,
        `WITH RECURSIVE "${path}" AS (SELECT * FROM "${path}") SELECT * FROM "${path}"`,
        `WITH RECURSIVE "${path}" AS (SELECT * FROM "${path}" UNION ALL SELECT * FROM "${path}") SELECT * FROM "${path}"`,
        `WITH RECURSIVE "${path}" AS (SELECT 1 FROM (SELECT * FROM "${path}") UNION ALL SELECT 2) SELECT * FROM "${path}"`,
        `SELECT (SELECT count(*) FROM "${path}")`,
        `SELECT n FROM numbers WHERE n IN (SELECT 1 FROM "${path}")`,
      ]) {
        expect(await lake.failure(sql)).toMatch(/^FAILED TABLE_NOT_FOUND: /);
      }
      const subquery = `(SELECT count(*) FROM "${path}")`;
      for (const parameter of [subquery, `1 + ${subquery}`, `ARRAY[${subquery}]`, `CAST(${subquery} AS varchar)`]) {
        expect(await lake.failure('SELECT ?', { ExecutionParameters: [parameter] })).toMatch(
          /^FAILED INVALID_PARAMETER_USAGE: /,
        );
      }
      await lake.rows(`PREPARE asked FROM SELECT n FROM numbers WHERE n = ?`);
      expect(await lake.failure(`EXECUTE asked USING ${subquery}`)).toMatch(/^FAILED INVALID_PARAMETER_USAGE: /);
      await lake.rows('DEALLOCATE PREPARE asked');
    }
  });

  test('literals are parameters', async () => {
    const ExecutionParameters = ["DATE '2026-01-02'", '-1', 'NULL', "ARRAY['a', 'b']", 'CAST(1 AS double)'];
    expect(await lake.rows('SELECT ?, ?, ?, ?, ?', { ExecutionParameters })).toEqual([
      ['2026-01-02', '-1', undefined, '[a, b]', '1.0'],
    ]);
  });

  test('a recursive query reads itself', async () => {
    const sql = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t';
    expect(await lake.rows(sql)).toEqual([['10']]);
  });
});

describe('a query takes nothing with it', () => {
  /** Queries that DuckDB alone doesn't interrupt, or that take memory beyond any limit. */
  const HUNGRY: readonly string[] = [
    'SELECT cardinality(sequence(1, 1000000000))',
    "SELECT cardinality(repeat(repeat('x', 1000), 100000000))",
    'SELECT array_agg(a.n) FROM UNNEST(sequence(1, 1000000)) a(n), UNNEST(sequence(1, 1000000)) b(m)',
  ];
  test.each(HUNGRY)('%s', async (sql) => {
    expect(await lake.failure(sql)).toMatch(/^FAILED (EXCEEDED_LOCAL_MEMORY_LIMIT|INVALID_FUNCTION_ARGUMENT): /);
    expect(await lake.rows('SELECT sum(n) FROM numbers')).toEqual([['10']]);
  });

  const ENDLESS: readonly string[] = [
    'SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(n), UNNEST(sequence(1, 10000)) b(n), UNNEST(sequence(1, 10000)) c(n) WHERE a.n * b.n = c.n + 7',
    "SELECT regexp_like(array_join(repeat('a', 60), '') || '!', '(a+)+$')",
    'SELECT reduce(sequence(1, 5000), 0, (s, x) -> s + reduce(sequence(1, 5000), 0, (t, y) -> t + y % 7 + x, t -> t), s -> s)',
  ];
  test.each(ENDLESS)('%s can be stopped at once', async (sql) => {
    const id = await lake.begin(sql);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    await lake.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    expect((await lake.ended(id)).Status).toMatchObject({
      State: 'CANCELLED',
      StateChangeReason: 'Query cancelled by user',
    });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await lake.rows('SELECT sum(n) FROM numbers')).toEqual([['10']]);
  });

  test('an endpoint that closes waits for none', async () => {
    const other = await new AthenaLake().start();
    for (const sql of ENDLESS) await other.begin(sql);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    await other.close();
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
