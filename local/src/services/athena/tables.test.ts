import { gzipSync } from 'node:zlib';
import { CreatePartitionCommand } from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { lakeFixture, PARQUET } from 'lakehouse-local/testing/athena';

const lake = lakeFixture();

const serde = (SerializationLibrary: string, Parameters: Record<string, string> = {}, InputFormat?: string) => ({
  InputFormat,
  SerdeInfo: { SerializationLibrary, Parameters },
});
const openCsv = (parameters?: Record<string, string>) =>
  serde('org.apache.hadoop.hive.serde2.OpenCSVSerde', parameters);
const lazy = (parameters?: Record<string, string>) =>
  serde('org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', parameters);
const openx = (parameters?: Record<string, string>) => serde('org.openx.data.jsonserde.JsonSerDe', parameters);
const hive = (parameters?: Record<string, string>) => serde('org.apache.hive.hcatalog.data.JsonSerDe', parameters);

/** Three lines of `{"a":1}`, and `1,2` in two streams, as bzip2 packs them. */
const BZIP2 = {
  json: Buffer.from('QlpoOTFBWSZTWbkSWsgAAApZgAAQEAAgECAAAAogACI9QbUIYBIIkogni7kinChIXIktZAA=', 'base64'),
  csv: Buffer.from(
    'QlpoOTFBWSZTWbCM2u8AAACYAAAEIAAgACEAgrF3JFOFCQsIza7wQlpoOTFBWSZTWUDCfm4AAADIAAAQEAAgACEAgrF3JFOFCQQMJ+bg',
    'base64',
  ),
};

let made = 0;
/** A table over one object. @returns its name, and the object's URI */
async function tableOver(
  columns: Record<string, string>,
  storage: object,
  content: string | Buffer,
  name = 'a',
): Promise<{ table: string; uri: string }> {
  const table = `t${made++}`;
  await lake.table(table, columns, { storage });
  await lake.put(`${table}/${name}`, content);
  return { table, uri: `s3://lake/${table}/${name}` };
}

/** The rows of `SELECT *`, or its failure. */
async function read(columns: Record<string, string>, storage: object, content: string | Buffer, name?: string) {
  const { table } = await tableOver(columns, storage, content, name);
  const sql = `SELECT * FROM ${table}`;
  const { Status } = await lake.run(sql);
  return Status?.State === 'SUCCEEDED' ? lake.rows(sql) : Status?.StateChangeReason;
}

describe('OpenCSVSerde', () => {
  const two = { a: 'string', b: 'string' };
  test.each<[string, string[][]]>([
    ['1,"say ""hi"""', [['1', 'say "hi"']]],
    ['1,"a, b"', [['1', 'a, b']]],
    ['"x\\"y",z', [['x"y', 'z']]],
    ['"x\\\\y",z', [['x\\y', 'z']]],
    ['1,', [['1', '']]],
    ['a b,"c d" ', [['a b', 'c d ']]],
  ])('%s', async (line, rows) => {
    expect(await read(two, openCsv(), `${line}\n`)).toEqual(rows);
  });

  test('other marks, missing fields, fields too many', async () => {
    const storage = openCsv({ separatorChar: '\t', quoteChar: "'", escapeChar: '#' });
    expect(await read(two, storage, "1\t'it''s'\n2\t'a#'b'\n3\n4\t5\t6\n")).toEqual([
      ['1', "it's"],
      ['2', "a'b"],
      ['3', undefined],
      ['4', '5'],
    ]);
  });

  test('numbers, booleans, days and milliseconds; nothing is cast in silence', async () => {
    const columns = { i: 'int', l: 'bigint', d: 'double', f: 'boolean', t: 'timestamp', day: 'date' };
    expect(await read(columns, openCsv(), '1,"2",3.5,TRUE,1579059880000,18276\n')).toEqual([
      ['1', '2', '3.5', 'true', '2020-01-15 03:44:40.000', '2020-01-15'],
    ]);
    for (const [type, text] of [
      ['int', ''],
      ['int', 'x'],
      ['int', '1.5'],
      ['tinyint', '200'],
      ['bigint', '99999999999999999999'],
      ['double', ''],
      ['boolean', 'yes'],
      ['timestamp', '2020-01-15 03:44:40'],
      ['date', '2020-01-15'],
    ] as const) {
      const { table, uri } = await tableOver({ a: 'string', b: type }, openCsv(), `1,${text}\n`);
      const why = await lake.failure(`SELECT * FROM ${table}`);
      expect(why).toContain(`HIVE_BAD_DATA: Error parsing field value '${text}' for field 1`);
      expect(why).toContain(uri);
      // A column that isn't read isn't parsed.
      expect(await lake.rows(`SELECT a FROM ${table}`)).toEqual([['1']]);
    }
  });
});

describe('LazySimpleSerDe', () => {
  const marks = { 'field.delim': ';', 'collection.delim': '|', 'mapkey.delim': ':' };
  test('arrays, maps and structs by their delimiters', async () => {
    const columns = { a: 'array<string>', m: 'map<string,int>', s: 'struct<x:int,y:string>' };
    expect(await read(columns, lazy(marks), 'x|y;k:1|j:2;5|z\n;;\n\\N;k:x;5\n')).toEqual([
      ['[x, y]', '{k=1, j=2}', '{x=5, y=z}'],
      ['[]', '{}', '{x=null, y=null}'],
      [undefined, '{k=null}', '{x=5, y=null}'],
    ]);
  });

  test('Hive’s own delimiters, one level in the other', async () => {
    const columns = { id: 'int', rows: 'array<struct<k:string,v:array<int>>>' };
    expect(await read(columns, lazy(), '7\u0001a\u00031\u00042\u0002b\u00033\n')).toEqual([
      ['7', '[{k=a, v=[1, 2]}, {k=b, v=[3]}]'],
    ]);
  });

  test('what doesn’t parse is NULL, escaped delimiters are none', async () => {
    expect(
      await read(
        { i: 'int', d: 'date', s: 'string' },
        lazy({ 'field.delim': ',', 'escape.delim': '\\' }),
        'x,2020-13-01,a\\,b\n5,2020-01-02,c\n',
      ),
    ).toEqual([
      [undefined, undefined, 'a,b'],
      ['5', '2020-01-02', 'c'],
    ]);
  });
});

describe('JSON SerDes', () => {
  test('dots in keys, mapped keys', async () => {
    expect(await read({ a_b: 'int' }, openx({ 'dots.in.keys': 'true' }), '{"a.b":1}\n')).toEqual([['1']]);
    expect(await read({ a_b: 'int' }, openx(), '{"a.b":1}\n')).toEqual([[undefined]]);
    expect(await read({ at: 'string' }, openx({ 'mapping.at': 'timestamp' }), '{"timestamp":"noon"}\n')).toEqual([
      ['noon'],
    ]);
  });

  test.each(['{"a":1,"A":2}', '{"a":1,"a":2}', '{"a":1,"b":2,"B":3}'])(
    'OpenX refuses a key that is there twice: %s',
    async (line) => {
      const { table, uri } = await tableOver({ a: 'int' }, openx(), `${line}\n`);
      const why = await lake.failure(`SELECT * FROM ${table}`);
      expect(why).toMatch(/HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "[ab]"/);
      expect(why).toContain(uri);
    },
  );

  test('keys that differ in case are two where case counts', async () => {
    const storage = openx({ 'case.insensitive': 'false', 'mapping.big': 'A' });
    expect(await read({ a: 'int', big: 'int' }, storage, '{"a":1,"A":2}\n')).toEqual([['1', '2']]);
  });

  test.each([
    ['openx', openx()],
    ['hive', hive()],
  ])('%s: a line’s first document is its row', async (_name, storage) => {
    expect(await read({ a: 'int' }, storage, '{"a":1}{"a":2} {"a":3}\n{"a":4} trailing\n')).toEqual([['1'], ['4']]);
  });

  test('a malformed line fails, or is a row of NULLs', async () => {
    for (const line of ['not json', '{"a":', '{"a":1', '[1', '{"a":"x', '']) {
      const content = `${line} \n{"a":2}\n`;
      const { table, uri } = await tableOver({ a: 'int' }, openx(), content);
      const why = await lake.failure(`SELECT * FROM ${table}`);
      expect(why).toContain('HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: ');
      expect(why).toContain(uri);
      expect(await read({ a: 'int' }, openx({ 'ignore.malformed.json': 'true' }), content)).toEqual([
        [undefined],
        ['2'],
      ]);
    }
  });

  test('lines of other builds than the first are read as well', async () => {
    const lines = [
      '{"n":1,"s":"a","t":"2020-01-02 03:04:05"}',
      '{"n":2,"s":"b","t":"2020-01-02 03:04:06"}',
      '{"s":"c","n":3}',
      '{"N":"4","S":5.50,"t":null}',
      '{"n":5,"s":{"k":[1]},"other":"\\u0041"}',
      '{"n":6,"s":"\\ud83d\\ude00\\n"}',
    ];
    const rows = await read({ n: 'int', s: 'string', t: 'timestamp' }, openx(), `${lines.join('\n')}\n`);
    expect(rows).toEqual([
      ['1', 'a', '2020-01-02 03:04:05.000'],
      ['2', 'b', '2020-01-02 03:04:06.000'],
      ['3', 'c', undefined],
      ['4', '5.5', undefined],
      ['5', '{"k":[1]}', undefined],
      ['6', '😀\n', undefined],
    ]);
    const twice = await tableOver({ n: 'int' }, openx(), '{"n":1}\n{"n":2}\n{"n":3,"n":4}\n');
    expect(await lake.failure(`SELECT * FROM ${twice.table}`)).toContain('Duplicate key "n"');
  });

  test('nesting without end fails its query alone', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `{"a":${open.repeat(20_000)}1${close.repeat(20_000)}}\n`;
      const { table, uri } = await tableOver({ a: 'string' }, openx(), deep);
      expect(await lake.failure(`SELECT * FROM ${table}`)).toContain(uri);
      expect(await lake.rows(`SELECT count(*) FROM ${table}`)).toEqual([['1']]);
    }
  });

  test('CloudTrail’s records are rows', async () => {
    const records = [
      { eventName: 'PutRecords', awsRegion: 'us-east-1' },
      { eventName: 'GetObject', awsRegion: 'eu-west-1' },
    ];
    const storage = serde(
      'org.apache.hive.hcatalog.data.JsonSerDe',
      {},
      'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
    );
    const content = gzipSync(JSON.stringify({ Records: records }));
    expect(await read({ eventname: 'string', awsregion: 'string' }, storage, content, 'log.json.gz')).toEqual([
      ['PutRecords', 'us-east-1'],
      ['GetObject', 'eu-west-1'],
    ]);
  });
});

describe('compressed and broken text', () => {
  const line = '{"a":1}\n';
  test('bzip2, gzip, gzip in several members', async () => {
    expect(await read({ a: 'int' }, openx(), BZIP2.json, 'a.json.bz2')).toEqual([['1'], ['1'], ['1']]);
    expect(await read({ a: 'string', b: 'string' }, openCsv(), BZIP2.csv, 'a.csv.bz2')).toEqual([['1', '2']]);
    expect(await read({ a: 'int' }, openx(), gzipSync(line), 'a.json.gz')).toEqual([['1']]);
    expect(await read({ a: 'int' }, openx(), Buffer.concat([gzipSync(line), gzipSync(line)]), 'a.gz')).toEqual([
      ['1'],
      ['1'],
    ]);
  });

  const many = Buffer.from('{"a":1,"b":"some text to be packed"}\n'.repeat(50_000));
  const packed = gzipSync(many);
  const flipped = Buffer.from(packed);
  flipped[Math.floor(flipped.length / 2)] = (flipped[Math.floor(flipped.length / 2)] as number) ^ 0xff;
  test.each<[string, string, Buffer]>([
    ['a truncated gzip', 'a.json.gz', packed.subarray(0, packed.length - 100)],
    ['a gzip without its last bytes', 'a.json.gz', packed.subarray(0, packed.length - 4)],
    ['a gzip with a flipped byte', 'a.json.gz', flipped],
    ['a gzip that is none', 'a.json.gz', Buffer.from('plain text\n')],
    ['a bzip2 that is none', 'a.json.bz2', Buffer.from('plain text\n')],
    ['a truncated bzip2', 'a.json.bz2', BZIP2.json.subarray(0, 30)],
    ['a line of 32 MB', 'a.json', Buffer.alloc(32 << 20, 'x')],
    ['a packed line of 300 MB', 'a.json.gz', gzipSync(Buffer.alloc(300 << 20, 'x'))],
  ])('%s fails and is named', async (_name, key, content) => {
    for (const storage of [openx(), openCsv(), lazy()]) {
      const { table, uri } = await tableOver({ a: 'string' }, storage, content, key);
      for (const sql of [`SELECT count(*) FROM ${table}`, `SELECT * FROM ${table}`]) {
        expect(await lake.failure(sql)).toContain(`FAILED HIVE_CURSOR_ERROR: Failed to read file at ${uri}: `);
      }
    }
  });

  test('a long line that is within bounds is read, and bytes that are no UTF-8 are replaced', async () => {
    const text = 'y'.repeat(10 << 20);
    const { table } = await tableOver({ a: 'string' }, lazy(), `${text}\nz\n`);
    expect(await lake.rows(`SELECT length(a) FROM ${table} ORDER BY 1`)).toEqual([['1'], [String(10 << 20)]]);
    expect(await read({ a: 'string' }, lazy(), Buffer.from([0x61, 0xe4, 0x62, 0x0a]))).toEqual([['a\ufffdb']]);
  });

  test('a codec that isn’t here is said', async () => {
    expect(await read({ a: 'int' }, openx(), line, 'a.json.lz4')).toMatch(/^NOT_SUPPORTED: .*s3:\/\/.*\.lz4/);
  });
});

describe('Parquet', () => {
  async function over(type: string, sql: string) {
    const table = `t${made++}`;
    await lake.table(table, { a: type });
    await lake.parquet(`${table}/a.parquet`, `SELECT ${sql} AS a`);
    return table;
  }
  const outcome = async (type: string, sql: string) => {
    const table = await over(type, sql);
    const execution = await lake.run(`SELECT * FROM ${table}`);
    return execution.Status?.State === 'SUCCEEDED'
      ? (await lake.rows(`SELECT * FROM ${table}`))[0]?.[0]
      : execution.Status?.StateChangeReason?.replace(table, 'T');
  };

  test.each([
    ['string', '1::BIGINT', 'INT64', 'varchar'],
    ['int', '1.5::DOUBLE', 'DOUBLE', 'integer'],
    ['boolean', '1::INTEGER', 'INT32', 'boolean'],
    ['date', "'2020-01-01'", 'BINARY', 'date'],
    ['string', '[1, 2]', 'LIST', 'varchar'],
    ['string', "DATE '2020-01-01'", 'INT32', 'varchar'],
    ['bigint', "'7'", 'BINARY', 'bigint'],
    ['double', '1::BIGINT', 'INT64', 'double'],
    ['float', '1::DOUBLE', 'DOUBLE', 'real'],
    ['int', "DATE '2020-01-01'", 'INT32', 'integer'],
    ['timestamp', "'2020-01-01'", 'BINARY', 'timestamp(3)'],
    ['array<int>', "['x']", 'LIST', 'array(integer)'],
    ['array<int>', '1', 'INT32', 'array(integer)'],
    ['map<string,int>', '[1]', 'LIST', 'map(varchar, integer)'],
    ['struct<x:int>', "{'x': 'one'}", 'group', 'row(x integer)'],
    ['struct<x:int>', "MAP {'x': 1}", 'MAP', 'row(x integer)'],
  ])('%s over %s is bad data', async (type, sql, found, wanted) => {
    expect(await outcome(type, sql)).toBe(
      `HIVE_BAD_DATA: Field a's type ${found} in parquet file s3://lake/T/a.parquet is incompatible with type ${wanted} defined in table schema`,
    );
  });

  test.each([
    ['bigint', '1::INTEGER', '1'],
    ['int', '1::BIGINT', '1'],
    ['double', '1.5::FLOAT', '1.5'],
    ['decimal(10,2)', '1.5::DECIMAL(10,2)', '1.50'],
    ['timestamp', "TIMESTAMP '2020-01-01 01:02:03'", '2020-01-01 01:02:03.000'],
    ['struct<x:int,z:string>', "{'x': 1, 'y': 2}", '{x=1, z=null}'],
    ['array<struct<k:string>>', "[{'k': 'v'}]", '[{k=v}]'],
    ['map<string,bigint>', "MAP {'x': 1}", '{x=1}'],
    ['binary', "'ab'::BLOB", '61 62'],
    ['varchar(3)', "'abc'", 'abc'],
  ])('%s over %s is read', async (type, sql, value) => {
    expect(await outcome(type, sql)).toBe(value);
  });

  test('a column that isn’t asked for isn’t checked', async () => {
    await lake.table('half', { good: 'int', bad: 'int' });
    await lake.parquet('half/a.parquet', "SELECT 1 AS good, 'x' AS bad");
    expect(await lake.rows('SELECT good FROM half')).toEqual([['1']]);
    expect(await lake.failure('SELECT bad FROM half')).toMatch(/HIVE_BAD_DATA/);
  });

  test.each<[string, Buffer]>([
    ['text', Buffer.from('not parquet at all')],
    ['four bytes', Buffer.from('PAR1')],
    ['a magic number alone', Buffer.from('PAR1PAR1PAR1')],
    [
      'a footer of nothing',
      Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(100, 0xff), Buffer.from('dddd'), Buffer.from('PAR1')]),
    ],
    [
      'a footer of noise',
      Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(100, 0x5c), Buffer.from([100, 0, 0, 0]), Buffer.from('PAR1')]),
    ],
  ])('%s is no Parquet file, and the object is named', async (_name, content) => {
    const { table, uri } = await tableOver({ a: 'int' }, PARQUET, content);
    expect(await lake.failure(`SELECT * FROM ${table}`)).toMatch(
      new RegExp(`^FAILED HIVE_BAD_DATA: Not valid Parquet file: ${uri.replaceAll('.', '\\.')} `),
    );
  });

  test('damage between good footers is bad data of that object', async () => {
    await lake.table('damaged', { n: 'bigint', s: 'string' });
    await lake.parquet('damaged/good.parquet', "SELECT i AS n, 'text ' || i AS s FROM range(5000) t(i)");
    const good = await lake.s3.send(new GetObjectCommand({ Bucket: 'lake', Key: 'damaged/good.parquet' }));
    const bytes = Buffer.from((await good.Body?.transformToByteArray()) ?? []);
    bytes.fill(0xff, 4, 400);
    await lake.put('damaged/bad.parquet', bytes);
    const why = await lake.failure('SELECT sum(n), max(s) FROM damaged');
    expect(why).toMatch(/^FAILED HIVE_BAD_DATA: .*s3:\/\/lake\/damaged\/bad\.parquet/);
    expect(why).not.toMatch(/duckdb|snappy|thrift|Invalid Input/i);
  });
});

describe('partitions’ own columns', () => {
  async function partitioned(type: string, own: string, storage: object, content: (key: string) => Promise<void>) {
    const table = `t${made++}`;
    await lake.table(table, { a: type }, { keys: { p: 'string' }, storage });
    const Location = `s3://lake/${table}/p=1/`;
    await content(`${table}/p=1/a`);
    await lake.glue.send(
      new CreatePartitionCommand({
        DatabaseName: 'kinesis-rd-db',
        TableName: table,
        PartitionInput: {
          Values: ['1'],
          StorageDescriptor: { ...storage, Columns: [{ Name: 'a', Type: own }], Location },
        },
      }),
    );
    return table;
  }

  test.each([
    ['string', 'array<int>'],
    ['int', 'bigint'],
    ['date', 'int'],
    ['struct<x:int>', 'struct<x:array<int>>'],
  ])('a table’s %s is no partition’s %s', async (type, own) => {
    const table = await partitioned(type, own, openx(), (key) => lake.put(key, '{"a":1}\n'));
    expect(await lake.failure(`SELECT * FROM ${table}`)).toBe(
      `FAILED HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column 'a' in table 'kinesis-rd-db.${table}' is declared as type '${type}', but partition 'p=1' declared column 'a' as type '${own}'.`,
    );
  });

  test('what widens is read by the partition’s type', async () => {
    const table = await partitioned('bigint', 'int', PARQUET, (key) => lake.parquet(key, 'SELECT 7::INTEGER AS a'));
    expect(await lake.rows(`SELECT a FROM ${table}`)).toEqual([['7']]);
    const text = await partitioned('string', 'int', PARQUET, (key) => lake.parquet(key, 'SELECT 7::INTEGER AS a'));
    expect(await lake.rows(`SELECT a FROM ${text}`)).toEqual([['7']]);
  });
});
