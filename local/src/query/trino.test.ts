import { queryFixture } from 'lakehouse-local/testing/query';

const queries = queryFixture();

const run = (sql: string) => queries.run(sql);

/** Expressions with Trino's values as text, or NULL. */
const EXPRESSIONS: readonly (readonly [expression: string, value: string | undefined, type?: string])[] = [
  ['7 / 2', '3', 'integer'],
  ['-7 / 2', '-3'],
  ['7 % 3', '1'],
  ['7.0 / 2', '3.5'],
  ['1e10', '1.0E10', 'double'],
  ['0.1e0', '0.1'],
  ['1e-4', '1.0E-4'],
  ['CAST(100 AS double)', '100.0'],
  ['1.50', '1.50', 'decimal'],
  ['true AND NOT false', 'true', 'boolean'],
  ['1 + NULL', undefined],
  ["'a' || 'b'", 'ab', 'varchar'],
  ["concat('a', NULL)", undefined],
  ["'it''s'", "it's"],
  ['\'say "hi"\'', 'say "hi"'],
  ["''", ''],
  ["DATE '2022-02-04'", '2022-02-04', 'date'],
  ["TIMESTAMP '2022-02-04 21:35:54'", '2022-02-04 21:35:54.000', 'timestamp'],
  ["TIMESTAMP '2022-02-04 21:35:54.5 UTC'", '2022-02-04 21:35:54.500 UTC', 'timestamp with time zone'],
  ['now()', '2022-02-04 21:35:54.123 UTC', 'timestamp with time zone'],
  ['current_date', '2022-02-04', 'date'],
  ["current_date - INTERVAL '1' DAY", '2022-02-03', 'date'],
  ["date_add('month', 1, DATE '2022-01-31')", '2022-02-28', 'date'],
  ["date_add('hour', 2, TIMESTAMP '2022-02-04 23:00:00')", '2022-02-05 01:00:00.000'],
  ["date_diff('day', DATE '2020-01-01', DATE '2020-03-01')", '60', 'bigint'],
  ["date_diff('day', TIMESTAMP '2020-01-01 12:00:00', TIMESTAMP '2020-01-02 11:00:00')", '0'],
  ["date_trunc('month', DATE '2022-02-04')", '2022-02-01', 'date'],
  ["from_iso8601_timestamp('2022-02-04T21:35:54Z')", '2022-02-04 21:35:54.000 UTC'],
  [
    "from_iso8601_timestamp('2022-02-04T21:35:54+02:00') AT TIME ZONE 'UTC'",
    '2022-02-04 19:35:54.000 UTC',
    'timestamp with time zone',
  ],
  ["hour(TIMESTAMP '2022-02-04 21:35:54 UTC' AT TIME ZONE 'America/New_York')", '16'],
  ["CAST(TIMESTAMP '2022-02-04 21:35:54 UTC' AS varchar)", '2022-02-04 21:35:54 UTC'],
  ["date_add('day', 1, max(d)) FROM (VALUES DATE '2022-02-04') AS t(d)", '2022-02-05', 'date'],
  [
    "date_trunc('month', day) FROM UNNEST(sequence(DATE '2022-02-04', DATE '2022-02-04')) AS t(day)",
    '2022-02-01',
    'date',
  ],
  ["DATE '2022-02-04' - DATE '2022-02-01'", '3 00:00:00.000', 'interval day to second'],
  ["INTERVAL '1' DAY + DATE '2022-02-04'", '2022-02-05', 'date'],
  ["DATE '2022-02-04' - 2 * INTERVAL '1' DAY", '2022-02-02', 'date'],
  ["date_parse('2022-02-04 21:35', '%Y-%m-%d %H:%i')", '2022-02-04 21:35:00.000', 'timestamp'],
  ["date_format(TIMESTAMP '2022-02-04 21:35:54', '%Y/%m/%d/%H %i:%s')", '2022/02/04/21 35:54'],
  ["format_datetime(TIMESTAMP '2022-02-04 21:35:54', 'yyyy-MM-dd''T''HH:mm')", '2022-02-04T21:35'],
  ["parse_datetime('2022-02-04', 'yyyy-MM-dd')", '2022-02-04 00:00:00.000 UTC'],
  ['from_unixtime(1644010554)', '2022-02-04 21:35:54.000 UTC'],
  ["to_unixtime(TIMESTAMP '1970-01-02 00:00:00')", '86400.0', 'double'],
  ["year(DATE '2022-02-04') * 100 + month(DATE '2022-02-04')", '202202'],
  ["extract(hour FROM TIMESTAMP '2022-02-04 21:35:54')", '21'],
  ["day_of_week(DATE '2022-02-06')", '7'],
  ["CAST(TIMESTAMP '2022-02-04 21:35:54' AS varchar)", '2022-02-04 21:35:54'],
  ["CAST('2022-02-04' AS date)", '2022-02-04'],
  ["TRY_CAST('x' AS bigint)", undefined, 'bigint'],
  ["CAST('abcdef' AS varchar(3))", 'abc'],
  ["try(CAST('x' AS integer))", undefined],
  ['json_extract_scalar(\'{"a":{"b":1}}\', \'$.a.b\')', '1', 'varchar'],
  ['json_extract_scalar(\'{"a":{"b":1}}\', \'$.a\')', undefined],
  ['json_extract(\'{"a":{"b":1}}\', \'$.a\')', '{"b":1}', 'json'],
  ["json_array_length('[1,2,3]')", '3'],
  ["regexp_like('abc', 'b')", 'true'],
  ["regexp_extract('a1b22', '[0-9]+')", '1'],
  ["regexp_extract('abc', '([0-9]+)', 1)", undefined],
  ["regexp_replace('a1b2', '([0-9])', '<$1>')", 'a<1>b<2>'],
  ["regexp_extract_all('a1b22', '[0-9]+')", '[1, 22]', 'array'],
  ["split('a,b,c', ',')", '[a, b, c]'],
  ["split_part('a,b,c', ',', 2)", 'b'],
  ["substr('hello', 2, 3)", 'ell'],
  ["substring('hello' FROM 2)", 'ello'],
  ["strpos('hello', 'l')", '3', 'bigint'],
  ["position('z' IN 'hello')", '0'],
  ["lpad('7', 2, '0')", '07'],
  ["replace('aXb', 'X')", 'ab'],
  ["trim(LEADING '0' FROM '007')", '7'],
  ["reverse('abc')", 'cba'],
  ["length('héllo')", '5', 'bigint'],
  ["url_extract_host('https://user@example.com:8080/p/a?x=1&y=b%20c#f')", 'example.com'],
  ["url_extract_path('https://example.com:8080/p/a?x=1')", '/p/a'],
  ["url_extract_parameter('https://example.com/p?x=1&y=b%20c', 'y')", 'b c'],
  ["url_extract_port('https://example.com:8080/p')", '8080'],
  ["to_hex(md5(to_utf8('a')))", '0CC175B9C0F1B6A831C399E269772661'],
  ["from_utf8(from_base64('YWI='))", 'ab'],
  ['greatest(1, 3, 2)', '3'],
  ['least(1, NULL)', undefined],
  ['coalesce(NULL, 2)', '2'],
  ["if(1 > 2, 'a', 'b')", 'b'],
  ["CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", 'b'],
  ['ARRAY[1, 2, NULL]', '[1, 2, null]', 'array'],
  ['ARRAY[3, 4][2]', '4'],
  ['element_at(ARRAY[1], 5)', undefined],
  ['cardinality(ARRAY[1, 2])', '2', 'bigint'],
  ["cardinality(MAP(ARRAY['a'], ARRAY[1]))", '1'],
  ["MAP(ARRAY['a', 'b'], ARRAY[1, 2])", '{a=1, b=2}', 'map'],
  ["MAP(ARRAY['a'], ARRAY[1])['a']", '1'],
  ["element_at(MAP(ARRAY['a'], ARRAY[1]), 'z')", undefined],
  ["ROW(1, 'x')", '{field0=1, field1=x}', 'row'],
  ["CAST(ROW(1, 'x') AS ROW(id bigint, name varchar)).name", 'x'],
  ['transform(ARRAY[1, 2], x -> x * 10)', '[10, 20]'],
  ['filter(ARRAY[1, 2, 3], x -> x > 1)', '[2, 3]'],
  ['reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s * 2)', '12'],
  ["transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1)", '{a=2}'],
  ["map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)", '{b=2}'],
  ['zip_with(ARRAY[1, 2], ARRAY[3, 4], (a, b) -> a + b)', '[4, 6]'],
  ['any_match(ARRAY[1, 2], x -> x = 2)', 'true'],
  ['contains(ARRAY[1, 2], 3)', 'false'],
  ['array_distinct(ARRAY[3, 1, 3])', '[3, 1]'],
  ["array_join(ARRAY[1, NULL, 2], '-')", '1-2'],
  ['array_position(ARRAY[5, 6], 7)', '0'],
  ['slice(ARRAY[1, 2, 3, 4], 2, 2)', '[2, 3]'],
  ['sequence(1, 5, 2)', '[1, 3, 5]'],
  ["sequence(DATE '2022-01-31', DATE '2022-02-02')", '[2022-01-31, 2022-02-01, 2022-02-02]'],
  ["split_to_map('a=1,b=2', ',', '=')", '{a=1, b=2}'],
  ['bitwise_and(6, 3)', '2'],
  ['round(2.567e0, 1)', '2.6'],
  ['power(2, 10)', '1024.0', 'double'],
  ['nullif(1, 1)', undefined],
  ["'a' IN ('a', 'b') AND 5 BETWEEN 1 AND 9 AND 'abc' LIKE 'a%'", 'true'],
  ['NULL IS DISTINCT FROM 1', 'true'],
  ['typeof(CAST(1 AS bigint))', 'bigint'],
  ["X'4142'", '41 42', 'varbinary'],
  ['typeof(ARRAY[1])', 'array(integer)'],
  ['7 / 2', '3', 'integer'],
  ['7e0 / 2', '3.5', 'double'],
  ['sum(x) / count(*) FROM (VALUES 1, 4) AS t(x)', '2', 'bigint'],
  ['try(1 / 0)', undefined],
  ["split_part('a,b', ',', 3)", undefined],
  ["split('a,b,c', ',', 2)", '[a, b,c]'],
  ["element_at(split('a,b', ','), 3)", undefined],
  ["concat('a', 'b', 'c') || 'd'", 'abcd'],
  ['concat(ARRAY[1], ARRAY[2]) || 3', '[1, 2, 3]'],
  ["format('%s: %,d of %.1f%% %05d|%-3s|', 'n', 12345, 1.25e0, 42, 'x')", 'n: 12,345 of 1.3% 00042|x  |'],
  ['truncate(1.987e0, 1)', '1.9'],
  ['width_bucket(5.3e0, 0, 10, 5)', '3', 'bigint'],
  ['width_bucket(5, ARRAY[1, 5, 9])', '2'],
  ['width_bucket(11, 0, 10, 5)', '6'],
  ['rand() < 1', 'true'],
  ["json_extract_scalar('not json', '$.a')", undefined],
  ["json_extract('not json', '$.a')", undefined],
  ["json_array_length('{}')", undefined],
  ['CAST(json_extract(\'{"a":"b"}\', \'$.a\') AS varchar)', 'b'],
  ['CAST(json_parse(\'{"a":[1,2]}\') AS map(varchar, array(bigint)))', '{a=[1, 2]}'],
  ['zip(ARRAY[1, 2], ARRAY[3, 4])', '[{field0=1, field1=3}, {field0=2, field1=4}]'],
  ["map_entries(MAP(ARRAY['a'], ARRAY[1]))", '[{field0=a, field1=1}]'],
  ['transform(ARRAY[1, 2], x -> transform(ARRAY[10, 20], y -> x + y))', '[[11, 21], [12, 22]]'],
  ['transform(ARRAY[1, 2], x -> x + v) FROM (VALUES 10) AS t(v)', '[11, 12]'],
  ['array_remove(ARRAY[1, 2], v) FROM (VALUES 2) AS t(v)', '[1]'],
  ["transform(ARRAY['a'], x -> x = 'a') FROM (VALUES 1) AS t(x)", '[true]'],
  ['filter(ARRAY[5, 6], x -> any_match(ARRAY[6], y -> x = y))', '[6]'],
  ["map_agg(k, x) FROM (VALUES ('a', 1), ('a', 2), (NULL, 3)) AS t(k, x)", '{a=1}', 'map'],
  ['max_by(x, y) FROM (VALUES (NULL, 2), (1, 1)) AS t(x, y)', undefined],
  ['bitwise_xor_agg(x) FROM (VALUES 1, 3) AS t(x)', '2'],
];

// No test.each, which interprets the percent signs of date formats.
for (const [expression, value, type] of EXPRESSIONS) {
  test(expression, async () => {
    const { rows, types } = await run(`SELECT ${expression}`);
    expect(rows).toEqual([[value]]);
    if (type !== undefined) expect(types).toEqual([type]);
  });
}

const QUERIES: readonly (readonly [query: string, rows: (string | undefined)[][]])[] = [
  [
    'SELECT n, sum(x) FROM (VALUES (1, 2), (1, 3), (2, 4)) AS t(n, x) GROUP BY n HAVING sum(x) > 4 ORDER BY n',
    [['1', '5']],
  ],
  ['SELECT x FROM (VALUES 3, NULL, 1) AS t(x) ORDER BY x DESC', [['3'], ['1'], [undefined]]],
  ['SELECT a.x FROM (VALUES 1, 2) AS a(x) LEFT JOIN (VALUES 2) AS b(x) ON a.x = b.x WHERE b.x IS NULL', [['1']]],
  ['SELECT t.n FROM (SELECT ARRAY[1, 2] AS arr) AS s CROSS JOIN UNNEST(s.arr) AS t(n) ORDER BY 1', [['1'], ['2']]],
  [
    "SELECT k, v FROM (SELECT MAP(ARRAY['a', 'b'], ARRAY[1, 2]) AS m) AS s CROSS JOIN UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v) ORDER BY k",
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'SELECT n, o FROM UNNEST(ARRAY[7, 8]) WITH ORDINALITY AS t(n, o)',
    [
      ['7', '1'],
      ['8', '2'],
    ],
  ],
  ['WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT max(n) FROM t', [['3']]],
  ['SELECT x FROM (VALUES 1, 2, 3) AS t(x) EXCEPT SELECT 2 ORDER BY x OFFSET 1 LIMIT 1', [['3']]],
  [
    'SELECT approx_distinct(x) BETWEEN 8 AND 10, approx_percentile(x, 0.5), max_by(x, -x) FROM UNNEST(sequence(1, 9)) AS t(x)',
    [['true', '5', '1']],
  ],
  [
    'SELECT array_agg(x ORDER BY x DESC) FILTER (WHERE x > 1), count_if(x > 2) FROM (VALUES 1, 2, 3) AS t(x)',
    [['[3, 2]', '1']],
  ],
  ["SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 'b', 'a') AS t(x)", [['a,b']]],
  [
    'SELECT x, row_number() OVER (PARTITION BY x % 2 ORDER BY x DESC) FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x',
    [
      ['1', '2'],
      ['2', '1'],
      ['3', '1'],
    ],
  ],
  [
    'SELECT x, lag(x) OVER (ORDER BY x), sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2) AS t(x) ORDER BY 1',
    [
      ['1', undefined, '1'],
      ['2', '1', '3'],
    ],
  ],
  [
    'SELECT a, b, count(*) FROM (VALUES (1, 1), (1, 2)) AS t(a, b) GROUP BY ROLLUP (a, b) ORDER BY 3 DESC, 1, 2',
    [
      ['1', undefined, '2'],
      [undefined, undefined, '2'],
      ['1', '1', '1'],
      ['1', '2', '1'],
    ],
  ],
  [
    'SELECT EXISTS (SELECT 1 WHERE false), (SELECT max(x) FROM (VALUES 4) AS t(x)), 1 IN (SELECT 1)',
    [['false', '4', 'true']],
  ],
  ['SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 2)) AS t(a, b) GROUP BY (a, b)', [['1', '2', '2']]],
  [
    "SELECT day FROM (SELECT date_trunc('month', day) AS day FROM (VALUES DATE '2022-01-05') AS t(day)) AS u",
    [['2022-01-01']],
  ],
  ['SELECT 1 IN (VALUES 1, 2)', [['true']]],
  [
    'SELECT k, v, n FROM UNNEST(MAP(ARRAY[1, 2], ARRAY[3, 4])) WITH ORDINALITY AS t(k, v, n)',
    [
      ['1', '3', '1'],
      ['2', '4', '2'],
    ],
  ],
  [
    'SELECT a, b, n FROM UNNEST(ARRAY[1], ARRAY[2, 3]) WITH ORDINALITY AS t(a, b, n) ORDER BY n',
    [
      ['1', '2', '1'],
      [undefined, '3', '2'],
    ],
  ],
];

for (const [query, rows] of QUERIES) {
  test(query, async () => {
    expect((await run(query)).rows).toEqual(rows);
  });
}

/** Queries that Trino refuses, with its message. */
const REFUSED: readonly (readonly [query: string, message: string])[] = [
  ['SELECT 1 / 0', 'DIVISION_BY_ZERO: Division by zero'],
  ['SELECT x % y FROM (VALUES (1, 0)) AS t(x, y)', 'DIVISION_BY_ZERO: Division by zero'],
  [
    "SELECT split('a', ',')[2]",
    'INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length',
  ],
  ["SELECT MAP(ARRAY['a'], ARRAY[1])['b']", 'INVALID_FUNCTION_ARGUMENT: Key not present in map'],
  ["SELECT DATE '2022-02-04' >= '2022-01-01'", 'TYPE_MISMATCH: line 1:26: Cannot apply operator: date <= varchar(10)'],
  ["SELECT current_timestamp > '2022'", 'Cannot apply operator: timestamp(3) with time zone < varchar(4)'],
  ["SELECT d = 1 FROM (SELECT DATE '2022-02-04' AS d)", 'line 1:10: Cannot apply operator: date = integer'],
  ["SELECT 1 BETWEEN 'a' AND 'b'", 'Cannot check if integer is BETWEEN varchar(1) and varchar(1)'],
  ["SELECT 1 IN (2, 'a')", 'IN value and list items must be the same type or coercible to a common type.'],
  [
    "SELECT 'a' || 1",
    'FUNCTION_NOT_FOUND: line 1:12: Unexpected parameters (varchar(1), integer) for function concat.',
  ],
  ["SELECT CAST('abc' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to INT"],
  ["SELECT CAST('abc' AS date)", 'INVALID_CAST_ARGUMENT: Value cannot be cast to date: abc'],
  ["SELECT CAST('abc' AS decimal(10, 2))", "Cannot cast VARCHAR 'abc' to DECIMAL(10, 2). Value is not a number."],
  ['SELECT CAST(99999999999 AS integer)', 'NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 99999999999'],
  ["SELECT 1 + 'a'", 'TYPE_MISMATCH: line 1:10: Cannot apply operator: integer + varchar(1)'],
  ['SELECT 2147483647 + 1', 'NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1'],
  ["SELECT json_parse('x')", "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: 'x'"],
  ['SELECT ?', 'INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0'],
  ['SELECT constructor(1)', "FUNCTION_NOT_FOUND: line 1:8: Function 'constructor' not registered"],
  ['SELECT __proto__(1)', "FUNCTION_NOT_FOUND: line 1:8: Function '__proto__' not registered"],
  ['SELECT CAST(1 AS constructor)', 'TYPE_NOT_FOUND: line 1:18: Unknown type: constructor'],
  ['SELECT array_sum(ARRAY[1])', "FUNCTION_NOT_FOUND: line 1:8: Function 'array_sum' not registered"],
];

for (const [query, message] of REFUSED) {
  test(`refuses ${query}`, async () => {
    await expect(run(query)).rejects.toThrow(message);
  });
}

/** Functions that would reach the machine, and others that Trino doesn't have. */
test.each([
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT read_text('/etc/passwd')",
  "SELECT * FROM '/etc/passwd'",
  'SELECT * FROM "/etc/passwd"',
  "SELECT * FROM glob('/*')",
  "SELECT getenv('HOME')",
  "SELECT current_setting('temp_directory')",
  'SELECT * FROM duckdb_settings()',
  "COPY (SELECT 1) TO '/tmp/x'",
  "ATTACH '/tmp/x.db'",
  'INSTALL httpfs',
  'PRAGMA version',
  'SET threads = 1',
  "SELECT 1; SELECT read_text('/etc/passwd')",
  "SELECT query('SELECT 1')",
])('refuses %s', async (sql) => {
  await expect(run(sql)).rejects.toThrow(/mismatched input|not registered|does not exist|Schema must be specified/);
});
