import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { columnsOf, conversionFixture } from 'lakehouse-local/testing/conversion';
import { LineConverter } from './line-converter';
import { writeParquet } from './parquet';
import { serdeOf } from './serde';
import { writeWideParquet } from './wide-parquet';

const bench = conversionFixture();

const SCHEMA = {
  t: 'tinyint',
  s: 'smallint',
  i: 'int',
  b: 'bigint',
  f: 'float',
  d: 'double',
  d9: 'decimal(9,2)',
  d18: 'decimal(18,4)',
  d38: 'decimal(38,10)',
  o: 'boolean',
  x: 'string',
  c: 'char(3)',
  y: 'binary',
  day: 'date',
  at: 'timestamp',
  l: 'array<array<struct<p:int,q:array<string>>>>',
  m: 'map<string,map<int,decimal(5,1)>>',
  n: 'struct<u:struct<v:timestamp,w:struct<z:bigint>>,k:map<date,boolean>>',
};

const RECORDS = [
  '{}',
  '{"t":-128,"s":32767,"i":-2147483648,"b":9223372036854775807,"f":1.5,"d":1e300,"d9":-1234567.89,"d18":12345678901234.5678,"d38":-1234567890123456789012345678.0123456789}',
  '{"f":1e39,"d":-1e400,"d9":0,"d18":-0.0001,"d38":0.0000000001,"b":-9223372036854775808,"o":true}',
  '{"o":false,"x":"é😀\\u0000","c":"abcdef","y":"\\\\x41","day":"0001-01-01","at":"0001-01-01 00:00:00"}',
  '{"x":"","day":"9999-12-31","at":"1969-12-31 23:59:59.999999"}',
  '{"at":"9999-12-31 23:59:59.123456","l":[]}',
  '{"l":[[],null,[null,{"p":1},{"q":[]},{"p":2,"q":["a",null,""]}]]}',
  '{"m":{}}',
  '{"m":{"a":{},"b":null,"c":{"1":1.25,"2":null}}}',
  '{"n":{}}',
  '{"n":{"u":{"v":"2024-02-29 12:00:00","w":{"z":5}},"k":{"2024-02-29":true}}}',
  '{"n":{"u":{"w":{}}}}',
];

/** Lines of a table's records in a file. */
function linesFile(records: readonly string[], schema: Record<string, string> = SCHEMA): string {
  const converter = new LineConverter(columnsOf(schema), serdeOf({ HiveJsonSerDe: {} }));
  const lines = records.map((record) => {
    const converted = converter.convert(Buffer.from(record));
    if ('failure' in converted) throw new Error(converted.failure.message);
    return `${converted.lines}\n`;
  });
  const path = join(bench.folder, 'wide.ndjson');
  writeFileSync(path, lines.join(''));
  return path;
}

const rowsOf = async (path: string) =>
  (await bench.connection.runAndReadAll(`SELECT * FROM '${path}'`)).getRowObjectsJson();

test.each(['SNAPPY', 'GZIP', 'UNCOMPRESSED'] as const)(
  'both writers make the same rows of the same lines, of every type: %s',
  async (compression) => {
    const linesPath = linesFile(RECORDS);
    const columns = columnsOf(SCHEMA);
    const [theirs, ours] = [join(bench.folder, 'duckdb.parquet'), join(bench.folder, 'wide.parquet')];
    await writeParquet(bench.connection, linesPath, theirs, columns, { Compression: compression });
    const answer = await writeWideParquet({ linesPath, from: 0, parquetPath: ours, columns, compression });
    expect(answer).toEqual({ rows: RECORDS.length, next: statSync(linesPath).size });
    expect(await rowsOf(ours)).toEqual(await rowsOf(theirs));
    const types = async (path: string) =>
      (await bench.connection.runAndReadAll(`DESCRIBE SELECT * FROM '${path}'`)).getRowObjectsJson();
    expect(await types(ours)).toEqual(await types(theirs));
  },
);

test('a file ends where its footer would grow too large, and the next one goes on there', async () => {
  const schema = Object.fromEntries(Array.from({ length: 26_000 }, (_, index) => [`c${index}`, 'int']));
  const linesPath = linesFile(
    Array.from({ length: 160 }, (_, index) => `{"c${index}":${index}}`),
    schema,
  );
  const { size } = statSync(linesPath);
  const parquetPath = join(bench.folder, 'part.parquet');
  const ask = { linesPath, parquetPath, columns: columnsOf(schema), compression: 'SNAPPY' as const };
  let [rows, files] = [0, 0];
  for (let from = 0; from < size; files++) {
    const answer = await writeWideParquet({ ...ask, from });
    const file = Uint8Array.from(readFileSync(parquetPath)).buffer;
    const [found] = await parquetReadObjects({ file, columns: [`c${rows}`], rowStart: 0, rowEnd: 1 });
    expect(found).toEqual({ [`c${rows}`]: rows });
    rows += answer.rows;
    from = answer.next;
  }
  expect(rows).toBe(160);
  expect(files).toBeGreaterThan(1);
});
