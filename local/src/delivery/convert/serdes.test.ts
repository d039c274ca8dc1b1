import { conversionFixture } from 'lakehouse-local/testing/conversion';
import { serdeOf } from './serde';

const HIVE = serdeOf({ HiveJsonSerDe: {} });
const OPENX = serdeOf({ OpenXJsonSerDe: {} });
const BOTH = [HIVE, OPENX];
const MALFORMED = 'DataFormatConversion.MalformedData';
const MISMATCH = `${MALFORMED}: Data does not match the schema.`;

const bench = conversionFixture();

/** Values of a table's one column. */
const values = (type: string, json: readonly string[], serde = OPENX) =>
  bench.texts(
    type,
    json.map((value) => `{"a":${value}}`),
    serde,
  );

describe.each(BOTH)('$name', (serde) => {
  test('a float beyond 32 bits is infinite, as in Java, wherever it stands', async () => {
    const written = ['1.5', '1e39', '-1e39', '3.4028236e38', '3.4028234663852886e38', '1e-50', '1e400'];
    const read = ['1.5', 'inf', '-inf', 'inf', '3.4028235e+38', '0.0', 'inf'];
    expect(await values('float', written, serde)).toEqual(read);
    // Values are converted in both orders: a template learnt from the first record must not accept the next one wrongly.
    expect(await values('float', [...written].reverse(), serde)).toEqual([...read].reverse());
    const list = written.map((value) => `[${value}]`);
    expect(await values('array<float>', list, serde)).toEqual(read.map((value) => `[${value}]`));
    const map = written.map((value) => `{"k":${value}}`);
    expect(await values('map<string,float>', map, serde)).toEqual(read.map((value) => `{k=${value}}`));
    const struct = written.map((value) => `{"x":${value}}`);
    expect(await values('struct<x:float>', struct, serde)).toEqual(read.map((value) => `{'x': ${value}}`));
    expect(await values('double', ['1e39', '1e400', '-1e400', '-0.0'], serde)).toEqual([
      '1e+39',
      'inf',
      '-inf',
      '-0.0',
    ]);
  });

  test.each([
    'tinyint',
    'smallint',
    'int',
    'bigint',
    'float',
    'double',
    'decimal(10,2)',
    'boolean',
    'string',
    'char(3)',
    'varchar(3)',
    'binary',
    'date',
    'timestamp',
    'array<int>',
    'map<string,int>',
    'struct<x:int>',
  ])('a table of one %s column has a NULL where a record has no value', async (type) => {
    const records = ['{"other":1}', '{"a":null}', '{}', '{"other":{"a":1}}'];
    expect(await bench.texts(type, records, serde)).toEqual([null, null, null, null]);
  });

  test('a map has each key once, whatever its text, and no key that is null', async () => {
    expect(await values('map<int,string>', ['{"1":"x","1":"y","2":"z"}'], serde)).toEqual(['{1=y, 2=z}']);
    expect(await values('map<double,int>', ['{"1":1,"1.0":2}'], serde)).toEqual(['{1.0=2}']);
    const [tooLong] = await values('map<decimal(2,0),int>', ['{"999":1}'], serde);
    expect(tooLong).toBe(`${MISMATCH} The map key "999" can not be read as decimal(2,0).`);
    const [notOne] = await values('map<int,int>', ['{"x":1}'], serde);
    expect(notOne).toBe(`${MISMATCH} For input string: "x"`);
  });

  test('integers keep their range, decimals their digits, however long the number is', async () => {
    const long = '9'.repeat(100_000);
    const [beyond] = await values('bigint', [long], serde);
    expect(beyond).toMatch(MISMATCH);
    expect(await values('decimal(5,2)', [long, '1e999999999', '1e-999999999', '0e999999999'], serde)).toEqual([
      null,
      null,
      '0.00',
      '0.00',
    ]);
    const fraction = `0.${'1'.repeat(100_000)}`;
    expect(await values('decimal(38,2)', [fraction, '2.345', '-2.345', '9.995e2', '12e-1'], serde)).toEqual([
      '0.11',
      '2.35',
      '-2.35',
      '999.50',
      '1.20',
    ]);
  });
});

test('OpenX makes an array of one of what is no array', async () => {
  expect(await values('array<int>', ['5', '"6"', '[7]', '""', '[]', 'null'])).toEqual([
    '[5]',
    '[6]',
    '[7]',
    null,
    '[]',
    null,
  ]);
  expect(await values('array<array<string>>', ['"x"', '["x"]'])).toEqual(['[[x]]', '[[x]]']);
  expect(await values('array<struct<x:int>>', ['{"x":1}', '{"X":"2"}'])).toEqual(["[{'x': 1}]", "[{'x': 2}]"]);
  expect(await values('map<string,array<int>>', ['{"k":1}'])).toEqual(['{k=[1]}']);
});

test('OpenX fills a struct by position from an array', async () => {
  const struct = 'struct<x:int,y:string>';
  expect(await values(struct, ['[1,"b"]', '[1]', '["2",3,4]', '[]', '{}', '""', '" "'])).toEqual([
    "{'x': 1, 'y': b}",
    "{'x': 1, 'y': NULL}",
    "{'x': 2, 'y': 3}",
    "{'x': NULL, 'y': NULL}",
    "{'x': NULL, 'y': NULL}",
    null,
    null,
  ]);
  expect(await values('struct<p:struct<x:int,y:int>,l:array<struct<z:int>>>', ['[[1,2],[[3],[4]]]'])).toEqual([
    "{'p': {'x': 1, 'y': 2}, 'l': [{'z': 3}, {'z': 4}]}",
  ]);
  expect(await values(struct, ['42', '"x"', 'true'])).toEqual([
    `${MISMATCH} Data is not JSONObject  but java.lang.Long with value 42`,
    `${MISMATCH} Data is not JSONObject  but java.lang.String with value x`,
    `${MISMATCH} Data is not JSONObject  but java.lang.Boolean with value true`,
  ]);
});

test('OpenX reads numbers from text as Java does', async () => {
  const input = (text: string) => `${MISMATCH} For input string: "${text}"`;
  expect(await values('int', ['"12"', '"+5"', '"-7"', '"0x1F"', '"1.5"', '" 1"', '""', '"2147483648"'])).toEqual([
    '12',
    '5',
    '-7',
    '31',
    ...['1.5', ' 1', '', '2147483648'].map(input),
  ]);
  expect(await values('double', ['" 1.5 "', '"1e3"', '"NaN"', '"-Infinity"', '"nan"', '"oops"'])).toEqual([
    '1.5',
    '1000.0',
    'nan',
    '-inf',
    ...['nan', 'oops'].map(input),
  ]);
  expect(await values('float', ['"1e39"', '"1.5"'])).toEqual(['inf', '1.5']);
  expect(await values('int', ['{"x":1}', '[1]', 'true'])).toEqual([
    `${MISMATCH} org.openx.data.jsonserde.json.JSONObject cannot be cast to java.lang.Integer`,
    `${MISMATCH} org.openx.data.jsonserde.json.JSONArray cannot be cast to java.lang.Integer`,
    `${MISMATCH} java.lang.Boolean cannot be cast to java.lang.Integer`,
  ]);
  expect(await values('map<string,int>', ['[1]'])).toEqual([
    `${MISMATCH} org.openx.data.jsonserde.json.JSONArray cannot be cast to org.openx.data.jsonserde.json.JSONObject`,
  ]);
});

test('a text of a megabyte that is no number is refused at once', async () => {
  const began = performance.now();
  const [refused] = await values('double', [`"${'1'.repeat(1_000_000)}x"`]);
  expect(refused).toMatch('For input string');
  // A backtracking pattern takes minutes.
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('OpenX lowers every key, those of maps too, unless case is minded', async () => {
  const records = ['{"Mixed":1,"Key":2}'];
  expect(await values('map<string,int>', records)).toEqual(['{mixed=1, key=2}']);
  const minding = serdeOf({ OpenXJsonSerDe: { CaseInsensitive: false } });
  expect(await values('map<string,int>', records, minding)).toEqual(['{Mixed=1, Key=2}']);
  expect(await values('struct<name:string,age:int>', ['{"NAME":"Bob","age":2}'], minding)).toEqual([
    "{'name': NULL, 'age': 2}",
  ]);
  expect(await values('map<string,int>', records, HIVE)).toEqual(['{Mixed=1, Key=2}']);
  expect(await values('struct<name:string,age:int>', ['{"NAME":"Bob","Age":2}'], HIVE)).toEqual([
    "{'name': Bob, 'age': 2}",
  ]);
});

test('OpenX reads a mapped column from its key alone, and a key for as many columns as ask for it', async () => {
  const mapped = serdeOf({ OpenXJsonSerDe: { ColumnToJsonKeyMappings: { a: 'Wanted', b: 'wanted' } } });
  const schema = { a: 'string', b: 'string', c: 'struct<a:int>' };
  const records = ['{"a":"no","b":"no","WANTED":"yes","c":{"wanted":1}}', '{"a":"no"}', '{"wanted":"yes"}'];
  expect(await bench.through(schema, records, mapped)).toEqual([
    { a: 'yes', b: 'yes', c: { a: 1 } },
    { a: null, b: null, c: null },
    { a: 'yes', b: 'yes', c: null },
  ]);
  const dots = serdeOf({ OpenXJsonSerDe: { ConvertDotsInJsonKeysToUnderscores: true } });
  expect(await bench.through({ a_b: 'int', s: 'struct<c_d:int>' }, ['{"a.b":1,"s":{"c.d":2}}'], dots)).toEqual([
    { a_b: 1, s: { c_d: 2 } },
  ]);
});

test('the Hive SerDe refuses an object or array for text, and what else is of another kind', async () => {
  const invalid = `${MALFORMED}: One or more fields have incorrect format. Exception when validating field (root)`;
  const array = `${MISMATCH} java.io.IOException: Start of Array expected`;
  const object = `${MISMATCH} java.io.IOException: Start of Object expected`;
  for (const type of ['string', 'char(9)', 'varchar(9)', 'binary']) {
    expect(await values(type, ['{"a":1}', '[1]', '"ok"'], HIVE)).toEqual(['ok', invalid, invalid]);
  }
  expect(await values('array<string>', ['["x",1,true,null]', '[{"x":1}]', '[[1]]', '"x"'], HIVE)).toEqual([
    '[x, 1, true, NULL]',
    invalid,
    invalid,
    array,
  ]);
  expect(await values('map<string,string>', ['{"k":{"x":1}}', '[1]', '"x"', '{}'], HIVE)).toEqual([
    '{}',
    invalid,
    object,
    object,
  ]);
  expect(await values('struct<x:string>', ['{"x":[1]}', '["x"]', '42', '{}'], HIVE)).toEqual([
    "{'x': NULL}",
    invalid,
    object,
    object,
  ]);
  const token = (name: string) =>
    `${MISMATCH} Current token (${name}) not numeric, can not use numeric value accessors`;
  expect(await values('double', ['"1"', 'true', 'false', '{}', '[]', '1'], HIVE)).toEqual([
    '1.0',
    ...['VALUE_STRING', 'VALUE_TRUE', 'VALUE_FALSE', 'START_OBJECT', 'START_ARRAY'].map(token),
  ]);
  expect(await values('int', ['2147483648', '-2147483649', '1.9'], HIVE)).toEqual([
    '1',
    `${MISMATCH} Numeric value (2147483648) out of range of int`,
    `${MISMATCH} Numeric value (-2147483649) out of range of int`,
  ]);
});

test('OpenX takes epoch time in seconds and milliseconds, with a fraction or an exponent, as number or text', async () => {
  const at = '2018-02-07 19:58:48';
  expect(
    await values('timestamp', [
      '1518033528123.0',
      '1518033528123.456',
      '1518033528123',
      '1.518033528123E12',
      '"1518033528123.9"',
      '1518033528.123',
      '1518033528.1239',
      '1518033528',
      '1.518033528E9',
      '"1518033528"',
      '999999999999',
      '-1000',
      '-0.5',
      '0',
    ]),
  ).toEqual([
    `${at}.123`,
    `${at}.123`,
    `${at}.123`,
    `${at}.123`,
    `${at}.123`,
    `${at}.123`,
    `${at}.123`,
    at,
    at,
    at,
    '1969-12-31 23:43:20',
    '1969-12-31 23:59:59.5',
    '1970-01-01 00:00:00',
    expect.stringContaining('For input string: "999999999999"'),
  ]);
  expect(await values('array<timestamp>', ['1518033528123.456'])).toEqual([`['${at}.123']`]);
  expect(await values('date', ['"2026-9-7"', '"2026-02-30"', '1518033528123'])).toEqual([
    '2026-09-07',
    '2018-02-07',
    `${MISMATCH} For input string: "2026-02-30"`,
  ]);
});

test('bytes are those of the text, whatever DuckDB reads into a backslash', async () => {
  const texts = ['\\x41', '\\', '\\\\x', 'é', ''];
  const found = await bench.through(
    { a: 'binary' },
    texts.map((a) => JSON.stringify({ a })),
    HIVE,
  );
  expect(found).toHaveLength(texts.length);
  const hex = await bench.connection.runAndReadAll(`SELECT hex(a) AS a FROM '${bench.folder}/out.parquet'`);
  expect(hex.getRowObjectsJson().map(({ a }) => Buffer.from(String(a), 'hex').toString())).toEqual(texts);
});
