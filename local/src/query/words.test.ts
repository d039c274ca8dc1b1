import { queryFixture } from 'lakehouse-local/testing/query';

const queries = queryFixture();

/** Words of DuckDB, which Athena's messages don't have. */
const ENGINES =
  /duckdb|binder error|catalog error|parser error|conversion error|invalid input error|out of range error|not implemented error|internal error|constraint error|candidate (?:functions|bindings|tables)|read_parquet|read_csv|read_json|struct_extract|list_\w+\(|ƒ|\bHUGEINT\b|\bINT(?:8|16|32|64|128)\b|\bBLOB\b|try_cast as|not done by the local engine/i;

const t = "(VALUES (1, 'a', ARRAY[1, NULL], MAP(ARRAY['k'], ARRAY[1]), ROW(1, 'x'))) t(i, s, a, m, r)";

/** Queries that fail, each in another way: while they are read, analysed, or run. */
const FAILING: readonly string[] = [
  'SELECT 1 +',
  'SELEC 1',
  "SELECT 'a",
  'SELECT nope',
  'SELECT nope(1)',
  'SELECT length(1)',
  'SELECT 1 + true',
  "SELECT 1 = 'a'",
  'SELECT 1 / 0',
  'SELECT 5 % 0',
  'SELECT 1.0 / 0',
  'SELECT mod(1, 0)',
  "SELECT CAST('x' AS integer)",
  "SELECT CAST('x' AS bigint)",
  "SELECT CAST('x' AS double)",
  "SELECT CAST('x' AS decimal(5,2))",
  "SELECT CAST('x' AS boolean)",
  "SELECT CAST('x' AS date)",
  "SELECT CAST('x' AS time)",
  "SELECT CAST('x' AS timestamp)",
  "SELECT CAST('x' AS timestamp with time zone)",
  "SELECT CAST('x' AS uuid)",
  "SELECT CAST('x' AS ipaddress)",
  'SELECT CAST(300 AS tinyint)',
  'SELECT CAST(70000 AS smallint)',
  'SELECT CAST(3000000000 AS integer)',
  'SELECT CAST(1e30 AS bigint)',
  'SELECT CAST(nan() AS integer)',
  'SELECT CAST(1234.5 AS decimal(3,1))',
  'SELECT CAST(12345 AS decimal(3,0))',
  'SELECT CAST(123456 AS varchar(3))',
  'SELECT 9223372036854775807 + 1',
  'SELECT 2147483647 + 1',
  "SELECT TINYINT '127' + TINYINT '1'",
  "SELECT SMALLINT '32767' * SMALLINT '2'",
  'SELECT -(-9223372036854775808)',
  "SELECT abs(TINYINT '-128')",
  'SELECT 9223372036854775807 * 9223372036854775807',
  "SELECT DECIMAL '99999999999999999999999999999999999999' + 1",
  "SELECT DECIMAL '99999999999999999999999999999999999999' * 10",
  'SELECT sum(x) FROM (VALUES 9223372036854775807, 1) t(x)',
  "SELECT sum(x) FROM (VALUES DECIMAL '99999999999999999999999999999999999999', DECIMAL '1') t(x)",
  `SELECT a[3] FROM ${t}`,
  `SELECT a[0] FROM ${t}`,
  `SELECT m['x'] FROM ${t}`,
  `SELECT r[3] FROM ${t}`,
  `SELECT r.x FROM ${t}`,
  `SELECT i FROM ${t} GROUP BY s`,
  `SELECT i FROM ${t} WHERE sum(i) > 1`,
  `SELECT sum(sum(i)) FROM ${t}`,
  `SELECT rank() FROM ${t}`,
  `SELECT * FROM ${t} ORDER BY m`,
  `SELECT DISTINCT s FROM ${t} ORDER BY i`,
  `SELECT i FROM ${t} ORDER BY 7`,
  `SELECT i FROM ${t} UNION SELECT s FROM ${t}`,
  `SELECT i, s FROM ${t} UNION SELECT i FROM ${t}`,
  `SELECT * FROM ${t} JOIN ${t.replace('t(', 'u(')} USING (nope)`,
  `SELECT i FROM ${t}, ${t.replace('t(', 'u(')}`,
  `SELECT * FROM ${t} LIMIT 'a'`,
  `SELECT count(*) OVER (ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM ${t}`,
  `SELECT nth_value(i, 0) OVER () FROM ${t}`,
  `SELECT ntile(0) OVER () FROM ${t}`,
  `SELECT array_agg(DISTINCT i ORDER BY s) FROM ${t}`,
  `SELECT (SELECT x FROM (VALUES 1, 2) u(x)) FROM ${t}`,
  `SELECT i IN (SELECT s FROM ${t}) FROM ${t}`,
  `SELECT grouping(i) FROM ${t}`,
  `SELECT * FROM ${t} TABLESAMPLE BERNOULLI (200)`,
  `SELECT * FROM UNNEST(1)`,
  'SELECT * FROM no_such_table',
  'SELECT * FROM no_such_db.no_such_table',
  'SELECT * FROM other.no_such_db.no_such_table',
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n',
  "SELECT regexp_like('a', '(')",
  "SELECT regexp_extract('a', 'a', 3)",
  "SELECT json_parse('{')",
  "SELECT json_extract('{}', 'x')",
  "SELECT json_value('{', 'lax $' ERROR ON ERROR)",
  "SELECT json_query('[1]', 'strict $.a' ERROR ON ERROR)",
  "SELECT json_exists('{}', 'nonsense')",
  "SELECT date_parse('x', '%Y')",
  "SELECT date_trunc('moon', DATE '2020-01-01')",
  "SELECT date_add('day', 99999999999, DATE '2020-01-01')",
  "SELECT DATE '2020-01-01' + INTERVAL '1' HOUR",
  "SELECT DATE '2020-13-01'",
  "SELECT TIMESTAMP '2020-01-01 00:00:00 Mars/Base'",
  "SELECT TIMESTAMP '2020-01-01 00:00:00' AT TIME ZONE 'Mars/Base'",
  'SELECT from_unixtime(1e20)',
  "SELECT from_base('z', 10)",
  'SELECT to_base(1, 99)',
  "SELECT from_hex('g')",
  'SELECT from_utf8(1)',
  'SELECT chr(-1)',
  "SELECT codepoint('ab')",
  "SELECT split('a', '')",
  "SELECT split_part('a', ',', 0)",
  "SELECT lpad('a', -1, 'x')",
  "SELECT repeat('a', 10001)",
  'SELECT sequence(1, 10002)',
  'SELECT sequence(5, 1, 1)',
  'SELECT slice(ARRAY[1], 0, 1)',
  'SELECT element_at(ARRAY[1], 0)',
  'SELECT map(ARRAY[1, 1], ARRAY[1, 2])',
  'SELECT map(ARRAY[1], ARRAY[1, 2])',
  'SELECT map(ARRAY[NULL], ARRAY[1])',
  'SELECT map_from_entries(ARRAY[(1, 2), (1, 3)])',
  'SELECT ARRAY[1] < ARRAY[NULL]',
  'SELECT transform(ARRAY[1], x -> x / 0)',
  'SELECT reduce(ARRAY[1], 0, (s, x) -> s / 0, s -> s)',
  "SELECT transform(ARRAY['x'], x -> CAST(x AS integer))",
  'SELECT zip_with(ARRAY[1], ARRAY[2])',
  'SELECT x -> x',
  "SELECT format('%d', 'a')",
  "SELECT format('%q', 1)",
  'SELECT width_bucket(1, 2, 2, 1)',
  'SELECT random(0)',
  'SELECT approx_percentile(x, 2) FROM (VALUES 1) t(x)',
  "SELECT url_decode('%')",
  "SELECT contains('10.0.0.1/8', IPADDRESS '10.0.0.1')",
  "SELECT parse_duration('x')",
  "SELECT word_stem('a', 'xx')",
  'SELECT MAP() = 1',
  'SELECT ROW(1) = ROW(1, 2)',
  "SELECT X'0'",
  'SELECT 99999999999999999999',
  "SELECT INTERVAL 'x' DAY",
  'SELECT CASE WHEN 1 THEN 2 END',
  "SELECT coalesce(1, 'a')",
  'SELECT nullif(1)',
  "SELECT EXTRACT(moon FROM DATE '2020-01-01')",
  'SELECT CAST(1 AS moon)',
  'SELECT CAST(1 AS decimal(99,1))',
  'SELECT CAST(1 AS varchar) || 2',
  'SELECT ?',
];

test('failures are in Athena’s words', async () => {
  const wrong: string[] = [];
  for (const sql of FAILING) {
    const message = await queries.run(sql).then(
      () => 'answered',
      (error: Error) => error.message,
    );
    if (message === 'answered' || ENGINES.test(message) || /LINE \d|GENERIC_INTERNAL/.test(message))
      wrong.push(`${sql} → ${message}`);
  }
  expect(wrong).toEqual([]);
});

/** A statement's value, or its failure in a few words. */
async function outcome(sql: string): Promise<string> {
  try {
    return (await queries.run(sql)).rows[0]?.[0] ?? 'NULL';
  } catch (error) {
    return (error as Error).message.slice(0, 200);
  }
}

test('deep and long statements are answered, or refused in a clear way', async () => {
  expect(await outcome(`SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`)).toMatch(/nested too deeply/);
  expect(await outcome(`SELECT ${'NOT '.repeat(10_000)}true`)).toMatch(/nested too deeply/);
  expect(await outcome(`SELECT ${'-'.repeat(1)} ${'- '.repeat(10_000)}1`)).toMatch(/nested too deeply/);
  expect(await outcome(`${'SELECT * FROM ('.repeat(1_000)}SELECT 1${')'.repeat(1_000)}`)).toMatch(/nested too deeply/);
  expect(await outcome(`SELECT 1 IN (${Array.from({ length: 5_000 }, (_, i) => i).join(', ')})`)).toBe('true');
  expect(await outcome(`SELECT 'x5' IN (${Array.from({ length: 5_000 }, (_, i) => `'x${i}'`).join(', ')})`)).toBe(
    'true',
  );
  expect(await outcome(`SELECT length('${'é'.repeat(100_000)}')`)).toBe('100000');
  expect(await outcome(`SELECT ${Array.from({ length: 3_000 }, () => '1').join(' + ')}`)).toMatch(/^3000$|too large/);
  expect(
    await outcome(`SELECT ${Array.from({ length: 3_000 }, (_, i) => `x = ${i}`).join(' OR ')} FROM (VALUES 7) t(x)`),
  ).toBe('true');
  expect(await outcome(`SELECT ${Array.from({ length: 2_000 }, () => "'a'").join(' || ')}`)).toMatch(
    /^a{200}$|too large/,
  );
  const long = `SELECT 1 AS x ${'-- words that say nothing\n'.repeat(12_000)}`;
  expect(long.length).toBeGreaterThan(300_000);
  expect(await outcome(long)).toBe('1');
});
