import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnsOf, conversionFixture } from 'lakehouse-local/testing/conversion';
import { LineConverter } from './line-converter';
import { writeParquet } from './parquet';
import { type SerDe, serdeOf } from './serde';

const HIVE = serdeOf({ HiveJsonSerDe: {} });
const OPENX = serdeOf({ OpenXJsonSerDe: {} });

const bench = conversionFixture();

const through = (schema: Record<string, string>, records: string[], serde: SerDe = HIVE) =>
  bench.through(schema, records, serde);

test('a string column takes scalars as text, with OpenX structures too, and a null as null', async () => {
  const scalars = ['{"a":"x"}', '{"a":5}', '{"a":true}', '{"a":null}', '{}'];
  const expected = ['x', '5', 'true', null, null].map((a) => ({ a }));
  expect(await through({ a: 'string' }, scalars)).toEqual(expected);
  expect(await through({ a: 'string' }, scalars, OPENX)).toEqual(expected);
  const open = ['{"a":{"B": [1, "é", {"Cd":1.50}]}}', '{"a":[]}', '{"a":1.10}', '{"a":1.0}', '{"a":12e9}'];
  expect(await through({ a: 'string' }, open, OPENX)).toEqual(
    ['{"b":[1,"é",{"cd":1.5}]}', '[]', '1.1', '1.0', '1.2E10'].map((a) => ({ a })),
  );
  expect(await through({ a: 'string' }, ['{"a":1.10}'])).toEqual([{ a: '1.10' }]);
});

test('the Hive SerDe refuses a string in a numeric column; OpenX parses it', async () => {
  const refused =
    'DataFormatConversion.MalformedData: Data does not match the schema. ' +
    'Current token (VALUE_STRING) not numeric, can not use numeric value accessors';
  expect(await through({ n: 'int' }, ['{"n":"12"}', '{"n":7}'])).toEqual([{ n: 7 }, refused]);
  expect(await through({ n: 'int' }, ['{"n":"12"}', '{"n":"oops"}'], OPENX)).toEqual([
    { n: 12 },
    'DataFormatConversion.MalformedData: Data does not match the schema. For input string: "oops"',
  ]);
});

test('integers keep every digit and their range', async () => {
  const schema = { t: 'tinyint', b: 'bigint', d: 'decimal(38,4)' };
  const records = [
    '{"t":127,"b":9223372036854775807,"d":1234567890123456789012345678901234.56785}',
    '{"t":-128,"b":-9223372036854775808,"d":1e3}',
    '{"t":128}',
    '{"b":9223372036854775808}',
    '{"t":1.9,"b":null,"d":12345678901234567890123456789012345678}',
  ];
  const converter = new LineConverter(columnsOf(schema), HIVE);
  expect(records.map((record) => 'lines' in converter.convert(Buffer.from(record)))).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  const rows = await through({ t: 'tinyint', b: 'string', d: 'string' }, [records[0] as string]);
  expect(rows).toEqual([{ t: 127, b: '9223372036854775807', d: '1234567890123456789012345678901234.56785' }]);
  const source = join(bench.folder, 'exact.ndjson');
  const target = join(bench.folder, 'exact.parquet');
  writeFileSync(
    source,
    records
      .flatMap((record) => {
        const converted = converter.convert(Buffer.from(record));
        return 'lines' in converted ? [`${converted.lines}\n`] : [];
      })
      .join(''),
  );
  await writeParquet(bench.connection, source, target, columnsOf(schema), {});
  const found = await bench.connection.runAndReadAll(
    `SELECT t::VARCHAR AS t, b::VARCHAR AS b, d::VARCHAR AS d FROM '${target}'`,
  );
  expect(found.getRowObjectsJson()).toEqual([
    { t: '127', b: '9223372036854775807', d: '1234567890123456789012345678901234.5679' },
    { t: '-128', b: '-9223372036854775808', d: '1000.0000' },
    { t: '1', b: null, d: null },
  ]);
});

test('keys are matched without regard to case, unknown ones dropped, missing ones null', async () => {
  const schema = { userid: 'string', n: 'bigint' };
  expect(await through(schema, ['{"userId":"a","other":{"deep":[1]},"N":3}'])).toEqual([{ userid: 'a', n: 3 }]);
});

test('OpenX maps keys to columns, dots to underscores, and can mind the case', async () => {
  const mapped = serdeOf({
    OpenXJsonSerDe: { ColumnToJsonKeyMappings: { ts: 'timestamp' }, ConvertDotsInJsonKeysToUnderscores: true },
  });
  expect(await through({ ts: 'string', a_b: 'int' }, ['{"timestamp":"now","a.b":1}'], mapped)).toEqual([
    { ts: 'now', a_b: 1 },
  ]);
  const sensitive = serdeOf({ OpenXJsonSerDe: { CaseInsensitive: false } });
  expect(await through({ a: 'int' }, ['{"A":1,"a":2}', '{"A":3}'], sensitive)).toEqual([{ a: 2 }, { a: null }]);
});

test('nested types, of any depth', async () => {
  const schema = {
    l: 'array<struct<id:int,tags:map<string,array<double>>>>',
    m: 'map<int,string>',
    s: 'struct<x:int,y:struct<z:date>>',
  };
  const record =
    '{"l":[{"ID":1,"tags":{"a\\"b":[1,2.5]}},null],"m":{"7":"seven"},"s":{"x":null,"y":{"z":"2024-02-29"}}}';
  expect(await through(schema, [record])).toEqual([
    { l: [{ id: 1, tags: { 'a"b': [1, 2.5] } }, null], m: { '7': 'seven' }, s: { x: null, y: { z: '2024-02-29' } } },
  ]);
  expect(await through({ s: 'struct<x:int>' }, ['{"s":[1]}'])).toEqual([
    'DataFormatConversion.MalformedData: Data does not match the schema. java.io.IOException: Start of Object expected',
  ]);
});

test('timestamps by SerDe', async () => {
  const read = async (record: string, serde = HIVE) =>
    (await through({ t: 'timestamp' }, [`{"t":${record}}`], serde))[0];
  const at = (t: string) => ({ t });
  expect(await read('"2017-02-07 15:13:01.14"')).toEqual(at('2017-02-07 15:13:01.14'));
  expect(await read('"2017-02-07T15:13:01Z"')).toMatch('MalformedData');
  expect(await read('"2017-02-30 00:00:00"')).toMatch('MalformedData');
  expect(await read('"2017-02-07T15:13:01.39256Z"', OPENX)).toEqual(at('2017-02-07 15:13:01.39256'));
  expect(await read('1518033528', OPENX)).toEqual(at('2018-02-07 19:58:48'));
  expect(await read('1518033528123', OPENX)).toEqual(at('2018-02-07 19:58:48.123'));
  expect(await read('1518033528.123', OPENX)).toEqual(at('2018-02-07 19:58:48.123'));
  const custom = serdeOf({
    HiveJsonSerDe: { TimestampFormats: ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", 'dd/MMM/yyyy h:mm a', 'millis'] },
  });
  expect(await read('"2020-01-01T01:30:00.5+0130"', custom)).toMatch('MalformedData');
  expect(await read('"2020-01-01T01:30:00.500+0130"', custom)).toEqual(at('2020-01-01 00:00:00.5'));
  expect(await read('"07/Mar/2021 3:04 PM"', custom)).toEqual(at('2021-03-07 15:04:00'));
  expect(await read('1518033528123', custom)).toEqual(at('2018-02-07 19:58:48.123'));
});

test('bytes, texts with a length, floats', async () => {
  const schema = { b: 'binary', c: 'varchar(3)', f: 'float', d: 'double' };
  const rows = await through(schema, ['{"b":"aé\\u0000\\\\\'","c":"abcdef","f":1.5,"d":1e300}']);
  expect(rows).toMatchObject([{ c: 'abc', f: 1.5, d: 1e300 }]);
  const hex = await bench.connection.runAndReadAll(`SELECT hex(b) AS b FROM '${join(bench.folder, 'out.parquet')}'`);
  expect(hex.getRowObjectsJson()).toEqual([{ b: '61C3A9005C27' }]);
});

test('several documents in one record, but no array, and all of a record or nothing', async () => {
  const a = (...values: unknown[]) => values.map((value) => ({ a: value }));
  expect(await through({ a: 'int' }, ['{"a":1}{"a":2}\n{"a":3}\r\n', '  {"a" : 4}  '])).toEqual(a(1, 2, 3, 4));
  const converter = new LineConverter(columnsOf({ a: 'int' }), HIVE);
  const code = (record: string | Buffer) => {
    const converted = converter.convert(Buffer.from(record));
    return 'failure' in converted ? converted.failure.code.split('.')[1] : 'converted';
  };
  expect(['{"a":1}{"a":"x"}', '[{"a":1}]', '"text"', '', ' \n', '{"a":1'].map(code)).toEqual([
    'MalformedData',
    'MalformedData',
    'MalformedData',
    'MalformedData',
    'MalformedData',
    'ParseError',
  ]);
  expect(code(Buffer.from([0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe('ParseError');
  expect(code('{"a":'.repeat(100_000))).toBe('ParseError');
});

test('records of a familiar build come out as those that are parsed one by one', async () => {
  const schema = { s: 'string', i: 'int', b: 'bigint', d: 'double', t: 'timestamp', f: 'boolean', day: 'date' };
  const build = (s: string, i: string, t = '2024-01-02 03:04:05.6', more = '"x"') =>
    `{"s": ${s}, "i": ${i}, "b": 12, "d": 0.25, "t": "${t}", "f": true, "day": "2024-02-28", "more": ${more}}`;
  const tricky = [
    build('"a"', '1'),
    build('"with \\"quotes\\", \\u00e9 and é"', '2147483647'),
    build('null', 'null'),
    build('"half a pair \\ud83d."', '5'),
    build('"a"', '2147483648'),
    build('"a"', '1.5'),
    build('"a"', '1', '2024-02-30 00:00:00'),
    build('{"deep":1}', '1'),
    build('"a"', '1', '2024-01-02 03:04:05', '[1,{"s":"inner"}]'),
    `${build('"a"', '1')}${build('"b"', '2')}`,
    build('"tab\there"', '1'),
  ];
  const familiar = await through(schema, tricky);
  const single: unknown[] = [];
  for (const record of tricky) single.push(...(await through(schema, [record])));
  const failuresLast = (rows: unknown[]) => [
    ...rows.filter((r) => typeof r !== 'string'),
    ...rows.filter((r) => typeof r === 'string'),
  ];
  expect(familiar).toEqual(failuresLast(single));
  expect(familiar).toHaveLength(12);
});
