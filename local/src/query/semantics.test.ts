import { QueryFixture } from '../testing/query';

let queries: QueryFixture;
beforeAll(async () => {
  queries = await QueryFixture.open();
});
afterAll(() => queries.close());

/** A query's first value as Athena prints it. */
async function firstValue(sql: string): Promise<string | undefined> {
  return (await queries.run(sql)).rows[0]?.[0];
}

/** What Trino answers where the engine beneath would answer otherwise, by kind. */
const VALUES: readonly (readonly [kind: string, sql: string, value: string | undefined])[] = [
  ['a value keeps its zone', "select hour(from_iso8601_timestamp('2024-01-15T23:45:30-08:00'))", '23'],
  [
    'a value keeps its zone',
    "select date_format(from_iso8601_timestamp('2024-01-15T23:45:30-08:00'),'%Y-%m-%d %H:%i')",
    '2024-01-15 23:45',
  ],
  [
    'a value keeps its zone',
    "select from_iso8601_timestamp('2024-01-15T23:45:30-08:00')",
    '2024-01-15 23:45:30.000 -08:00',
  ],
  ['a value keeps its zone', "select hour(with_timezone(timestamp '2024-01-15 13:45:30','America/New_York'))", '13'],
  ['a value keeps its zone', "select hour(parse_datetime('2024-01-15 23:45 +0530','yyyy-MM-dd HH:mm Z'))", '23'],
  ['a value keeps its zone', "select hour(timestamp '2024-01-15 13:45:30 America/New_York')", '13'],
  [
    'a value keeps its zone',
    "select to_unixtime(from_unixtime(1705300000) at time zone 'America/Los_Angeles')",
    '1.7053E9',
  ],
  [
    'a value keeps its zone',
    "select (from_unixtime(1705300000) at time zone 'America/Los_Angeles') = from_unixtime(1705300000)",
    'true',
  ],
  [
    'a value keeps its zone',
    "select to_iso8601(from_unixtime(1705326330) at time zone 'America/New_York')",
    '2024-01-15T08:45:30.000-05:00',
  ],
  [
    'a value keeps its zone',
    "select format_datetime(from_unixtime(1705326330) at time zone 'America/New_York','yyyy-MM-dd HH:mm ZZ')",
    '2024-01-15 08:45 -05:00',
  ],
  [
    'a value keeps its zone',
    "select from_iso8601_timestamp('2024-01-15T10:00:00Z') at time zone '+05:30'",
    '2024-01-15 15:30:00.000 +05:30',
  ],
  ['casts of text', "select try_cast('2024-01-15T10:00:00' as timestamp)", undefined],
  ['casts of text', "select try_cast('12.5' as integer)", undefined],
  ['casts of text', "select try_cast('1e2' as integer)", undefined],
  ['casts of text', "select try_cast('1_000' as integer)", undefined],
  ['casts of text', "select try_cast('7.0' as bigint)", undefined],
  ['casts of text', "select try_cast('yes' as boolean)", undefined],
  ['numbers', 'select cast(2.5e0 as bigint)', '3'],
  ['numbers', 'select cast(0.5e0 as integer)', '1'],
  ['numbers', 'select cast(-2.5e0 as bigint)', '-3'],
  ['numbers', 'select sum(a)/sum(b) from (values (0e0,0e0)) t(a,b)', 'NaN'],
  ['numbers', 'select 1e0/0', 'Infinity'],
  ['numbers', 'select cast(1e10 as varchar)', '1.0E10'],
  ['numbers', 'select cast(0.0001e0 as varchar)', '1.0E-4'],
  ['numbers', 'select cast(nan() as varchar)', 'NaN'],
  ['numbers', 'select cast(infinity() as varchar)', 'Infinity'],
  ['numbers', 'select sqrt(-1)', 'NaN'],
  ['numbers', 'select ln(0)', '-Infinity'],
  ['numbers', 'select log10(0)', '-Infinity'],
  ['numbers', "select bitwise_right_shift(bigint '-8',1)", '9223372036854775804'],
  ['numbers', 'select bit_count(-7,8)', '6'],
  ['numbers', 'select bitwise_left_shift(1,64)', '0'],
  ['numbers', "select format('%.1f',2.25)", '2.3'],
  ['NULL in arrays', 'select array_union(array[1,null],array[null,2])', '[1, null, 2]'],
  ['NULL in arrays', 'select array_remove(array[1,null,2],2)', '[1, null]'],
  ['NULL in arrays', 'select array_max(array[1,null,3])', undefined],
  ['NULL in arrays', 'select array_min(array[1,null,3])', undefined],
  ['NULL in arrays', 'select contains(array[1,null],2)', undefined],
  ['JSON', 'select cast(json_parse(\'{"a":1,"z":2}\') as row(a integer))', '{a=1}'],
  ['JSON', 'select cast(json_parse(\'{"Name":"x"}\') as row(name varchar))', '{name=x}'],
  ['JSON', 'select cast(json_parse(\'[{"n":"a","extra":true}]\') as array(row(n varchar)))', '[{n=a}]'],
  ['JSON', 'select json_extract_scalar(\'{"a":{"b-c":2}}\', \'$.a["b-c"]\')', '2'],
  ['JSON', 'select json_format(json_parse(\'{"b": 1,  "a": 2}\'))', '{"a":2,"b":1}'],
  ['JSON', 'select json_parse(\'{"b":1,"a":2}\') = json_parse(\'{"a":2,"b":1}\')', 'true'],
  ['JSON', "select json_query('{\"a\":[1]}','lax $.a')", '[1]'],
  ['JSON', "select json_exists('{\"a\":5}','lax $.a')", 'true'],
  ['JSON', "select json_object('k' : 1)", '{"k":1}'],
  ['URLs and text', "select url_decode('a+b%20c')", 'a b c'],
  ['URLs and text', "select url_encode('a b&c')", 'a+b%26c'],
  ['URLs and text', "select url_extract_parameter('http://e.com/?k=a+b','k')", 'a b'],
  ['URLs and text', "select url_extract_parameter('http://e.com/?k3=','k3')", ''],
  ['URLs and text', "select url_extract_path('https://e.com/a%20b?x')", '/a b'],
  ['URLs and text', "select url_extract_host('/just/path')", ''],
  ['URLs and text', "select substr('abc',-5)", ''],
  ['URLs and text', "select strpos('abcabc','b',2)", '5'],
  ['URLs and text', "select concat_ws(',',array['a','b'])", 'a,b'],
  ['URLs and text', "select from_utf8(from_hex('ff61'))", '�a'],
  ['regular expressions', "select regexp_like('foobar','foo(?=bar)')", 'true'],
  ['regular expressions', "select regexp_like('u@e.com','^(?!.*\\.\\.)[^@]+@[^@]+$')", 'true'],
  ['regular expressions', "select regexp_replace('abab','(?<=a)b','X')", 'aXaX'],
  ['regular expressions', "select regexp_extract('k=v','(?<key>\\w+)=',1)", 'k'],
  ['regular expressions', "select regexp_extract('abc','(x)?abc',1)", undefined],
  ['regular expressions', "select regexp_replace('x','x','\\$1')", '$1'],
  ['regular expressions', "select regexp_position('I have 23 apples','\\b\\d+\\b')", '8'],
  [
    'dates',
    "select sequence(date '2024-01-31',date '2024-04-30',interval '1' month)",
    '[2024-01-31, 2024-02-29, 2024-03-31, 2024-04-30]',
  ],
  ['dates', "select from_iso8601_timestamp('2024-W03-1')", '2024-01-15 00:00:00.000 UTC'],
  ['dates', 'select from_unixtime(1705326330,5,30)', '2024-01-15 19:15:30.000 +05:30'],
  ['functions', "select from_base('ff',16)", '255'],
  ['functions', 'select array_sort(array[3,1],(a,b)->if(a<b,1,-1))', '[3, 1]'],
  ['functions', 'select human_readable_seconds(93784)', '1 day, 2 hours, 3 minutes, 4 seconds'],
  ['functions', "select combinations(array['a','b'],2)", '[[a, b]]'],
  ['functions', "select ngrams(array['a','b','c'],2)", '[[a, b], [b, c]]'],
  ['functions', "select to_hex(xxhash64(to_utf8('a')))", 'D24EC4F1A98C6E5B'],
  ['functions', 'select format_number(123456)', '123K'],
  ['functions', "select soundex('Robert')", 'R163'],
  ['functions', "select parse_duration('3.5d')", '3 12:00:00.000'],
  ['functions', "select split_to_multimap('a=1;a=2',';','=')", '{a=[1, 2]}'],
  [
    'functions',
    "select map_union(map(array[k],array[id])) from (values (1,'a'),(2,'a'),(3,'b')) t(id,k)",
    '{a=1, b=3}',
  ],
  ['functions', "select reduce_agg(id,0,(a,b)->a+b,(a,b)->a+b) from (values (1,'a'),(2,'a'),(3,'b')) t(id,k)", '6'],
  ['functions', "select approx_percentile(id,2,0.5) from (values (1,'a'),(2,'a'),(3,'b')) t(id,k)", '2'],
  ['functions', "select approx_most_frequent(2,k,10) from (values (1,'a'),(2,'a'),(3,'b')) t(id,k)", '{a=2, b=1}'],
  [
    'functions',
    'select abs(approx_distinct(x) - 70000) < 70000 * 0.069 from unnest(sequence(1,10000)) a(i) cross join unnest(sequence(1,7)) b(j) cross join unnest(array[i * 10 + j]) c(x)',
    'true',
  ],
];

for (const [kind, sql, value] of VALUES) {
  test(`${kind}: ${sql}`, async () => {
    expect(await firstValue(sql)).toBe(value);
  });
}

/** What Trino refuses, and with which code. */
const REFUSED: readonly (readonly [sql: string, code: string])[] = [
  ["select cast('2024-01-15T10:00:00.123Z' as timestamp)", 'INVALID_CAST_ARGUMENT'],
  ["select date('2024-01-15T10:00:00Z')", 'INVALID_CAST_ARGUMENT'],
  ["select cast('9.99' as bigint)", 'INVALID_CAST_ARGUMENT'],
  ['select sum(x) from (values 9223372036854775807,1) t(x)', 'NUMERIC_VALUE_OUT_OF_RANGE'],
  ["select json_extract('{\"a\":1}','a')", 'INVALID_FUNCTION_ARGUMENT'],
  ['select cast(json_parse(\'{"b":1}\') as varchar)', 'INVALID_CAST_ARGUMENT'],
  ["select split_part('a,b',',',0)", 'INVALID_FUNCTION_ARGUMENT'],
  ["select split('a,b','')", 'INVALID_FUNCTION_ARGUMENT'],
  ['select cast(array[1] as varchar)', 'TYPE_MISMATCH'],
  ['select cast(map(array[1],array[2]) as varchar)', 'TYPE_MISMATCH'],
  ['select cast(row(1,2) as varchar)', 'TYPE_MISMATCH'],
  ["select coalesce(1,'a')", 'TYPE_MISMATCH'],
  ["select case when true then 1 else 'a' end", 'TYPE_MISMATCH'],
  ["select 1 union select 'a'", 'TYPE_MISMATCH'],
  ["select date '2024-01-01' + 1", 'TYPE_MISMATCH'],
  ['select if(1,2,3)', 'TYPE_MISMATCH'],
  ["select from_unixtime('1700000000')", 'FUNCTION_NOT_FOUND'],
  ['select sum(true)', 'FUNCTION_NOT_FOUND'],
  ["select avg(date '2024-01-01')", 'FUNCTION_NOT_FOUND'],
  ["select date_diff('hour',date '2024-01-01',date '2024-01-02')", 'INVALID_FUNCTION_ARGUMENT'],
  ["select date_trunc('hour',date '2024-01-01')", 'INVALID_FUNCTION_ARGUMENT'],
  ["select hour(date '2024-01-01')", 'FUNCTION_NOT_FOUND'],
  ['select array[1,2][0]', 'INVALID_FUNCTION_ARGUMENT'],
  ['select array[1,2][-1]', 'INVALID_FUNCTION_ARGUMENT'],
  ['select element_at(array[1,2],0)', 'INVALID_FUNCTION_ARGUMENT'],
  ['select sequence(1,5,-1)', 'INVALID_FUNCTION_ARGUMENT'],
  ['select cardinality(sequence(1,10001))', 'INVALID_FUNCTION_ARGUMENT'],
  ['select n from (values 1) t(id) where n > 1', 'COLUMN_NOT_FOUND'],
  ["select s as c, count(*) from (values 'x') t(s) group by c", 'COLUMN_NOT_FOUND'],
  ["select s, count(*) as c from (values 'x') t(s) group by s having c > 0", 'COLUMN_NOT_FOUND'],
  ['select * from (select 1) where _col0 = 1', 'COLUMN_NOT_FOUND'],
  ["select distinct s from (values ('x', 1)) t(s, id) order by id", 'EXPRESSION_NOT_IN_DISTINCT'],
  ['select a from (values (1, 2)) t(a, b) group by b', 'EXPRESSION_NOT_AGGREGATE'],
  ['select x from (values 1) a(x), (values 2) b(x)', 'AMBIGUOUS_NAME'],
  ['select 1 from (values 1) t(id) where id', 'TYPE_MISMATCH'],
  ['select nth_value(id, 0) over (order by id) from (values 1) t(id)', 'INVALID_FUNCTION_ARGUMENT'],
];

for (const [sql, code] of REFUSED) {
  test(`refuses ${sql}`, async () => {
    await expect(firstValue(sql)).rejects.toThrow(new RegExp(`^${code}: `));
  });
}
