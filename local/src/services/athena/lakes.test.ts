import { gzipSync } from 'node:zlib';
import { lakeFixture } from 'lakehouse-local/testing/athena';

/** More objects than a query's SQL names one by one. */
const OBJECTS = 300;
const HOURS = 5;

const lake = lakeFixture();
beforeAll(async () => {
  const parameters = {
    'projection.enabled': 'true',
    'projection.hour.type': 'integer',
    'projection.hour.range': `0,${HOURS - 1}`,
    'storage.location.template': `s3://lake/small/$\{hour}/`,
  };
  await lake.table('small', { n: 'bigint', s: 'string' }, { keys: { hour: 'string' }, parameters });
  await lake.parquet('small/body', "SELECT i AS n, 'row ' || i AS s FROM range(10) t(i)");
  const body = await lake.bytes('small/body');
  for (let start = 0; start < OBJECTS; start += 50) {
    const keys = Array.from({ length: 50 }, (_, index) => `small/${(start + index) % HOURS}/${start + index}.parquet`);
    await Promise.all(keys.map((key) => lake.put(key, body)));
  }
});

test('a count comes from what footers say, partition by partition', async () => {
  expect(await lake.rows('SELECT count(*) FROM small')).toEqual([[String(OBJECTS * 10)]]);
  expect(await lake.rows('SELECT hour, count(*) FROM small GROUP BY 1 ORDER BY 1')).toEqual(
    Array.from({ length: HOURS }, (_, hour) => [String(hour), String((OBJECTS * 10) / HOURS)]),
  );
  expect(await lake.rows("SELECT count(*) FROM small WHERE hour IN ('1', '3')")).toEqual([[String(OBJECTS * 4)]]);
  expect(await lake.rows("SELECT count(*) FROM small WHERE hour = '9'")).toEqual([['0']]);
  const counted = await lake.run('SELECT count(*) FROM small');
  expect(counted.Statistics?.DataScannedInBytes).toBe(0);
});

test('partition values and hidden columns belong to their rows, however many files there are', async () => {
  expect(await lake.rows('SELECT hour, sum(n), count(DISTINCT "$path") FROM small GROUP BY 1 ORDER BY 1')).toEqual(
    Array.from({ length: HOURS }, (_, hour) => [String(hour), String((45 * OBJECTS) / HOURS), String(OBJECTS / HOURS)]),
  );
  const paths = await lake.rows(`SELECT DISTINCT "$path" FROM small WHERE hour = '2' ORDER BY 1`);
  expect(paths).toHaveLength(OBJECTS / HOURS);
  for (const [path] of paths) expect(path).toMatch(/^s3:\/\/lake\/small\/2\/\d+\.parquet$/);
});

test('more files than a scan holds open give the same rows', async () => {
  // All partitions have the same location, so a scan reads its files several times.
  const COPIES = 7;
  await lake.table('copies', { n: 'bigint', s: 'string', missing: 'int' }, { keys: { copy: 'string', unread: 'int' } });
  const partitions = Array.from(
    { length: COPIES },
    (_, copy) => `PARTITION (copy = '${copy}', unread = ${copy}) LOCATION 's3://lake/small/'`,
  );
  await lake.run(`ALTER TABLE copies ADD ${partitions.join(' ')}`);
  // The objects, and the body that they were made of.
  const files = OBJECTS + 1;
  expect(await lake.rows('SELECT s, count(*) FROM copies WHERE n < 3 GROUP BY 1 ORDER BY 1')).toEqual(
    [0, 1, 2].map((n) => [`row ${n}`, String(files * COPIES)]),
  );
  expect(
    await lake.rows('SELECT copy, sum(n), count(missing), count(DISTINCT "$path") FROM copies GROUP BY 1 ORDER BY 1'),
  ).toEqual(Array.from({ length: COPIES }, (_, copy) => [String(copy), String(45 * files), '0', String(files)]));
  const rows = await lake.rows('SELECT * FROM copies AS c ORDER BY unread DESC, s LIMIT 5');
  expect(rows).toEqual(Array(5).fill(['0', 'row 0', undefined, '6', '6']));
  expect(
    await lake.rows('SELECT count(*) FROM copies AS a JOIN (SELECT DISTINCT s, n FROM copies) AS b USING (n)'),
  ).toEqual([[String(files * COPIES * 10)]]);
});

test('LIMIT ends when it is filled, and goes on until it is', async () => {
  const few = await lake.run('SELECT * FROM small LIMIT 10');
  const all = await lake.run('SELECT * FROM small');
  expect(await lake.rows('SELECT * FROM small LIMIT 10')).toHaveLength(10);
  expect(Number(few.Statistics?.DataScannedInBytes) * 5).toBeLessThan(Number(all.Statistics?.DataScannedInBytes));
  // One row per object matches: many objects must be read.
  const rows = await lake.rows("SELECT s, hour AS h FROM small WHERE n = 7 AND s LIKE 'row%' LIMIT 250");
  expect(rows).toHaveLength(250);
  expect(new Set(rows.map(([s]) => s))).toEqual(new Set(['row 7']));
  expect(await lake.rows('SELECT n FROM small WHERE n > 100 LIMIT 5')).toEqual([]);
  expect(await lake.rows('SELECT n FROM small AS t WHERE t.n = 3 LIMIT 1000')).toHaveLength(OBJECTS);
  expect(await lake.rows("SELECT * FROM small WHERE hour = '77' LIMIT 5")).toEqual([]);
  expect(await lake.rows('SELECT * FROM small LIMIT 0')).toEqual([]);
  expect(await lake.rows('SELECT max(n) FROM small LIMIT 5')).toEqual([['9']]);
  expect(await lake.rows('SELECT DISTINCT n FROM small LIMIT 50')).toHaveLength(10);
  expect(await lake.rows('SELECT n FROM small ORDER BY n DESC LIMIT 3')).toEqual([['9'], ['9'], ['9']]);
});

test('an object that takes another’s place is read anew', async () => {
  await lake.table('one', { n: 'bigint' });
  await lake.parquet('one/a.parquet', 'SELECT 1::BIGINT AS n');
  expect(await lake.rows('SELECT count(*) FROM one')).toEqual([['1']]);
  await lake.parquet('one/a.parquet', 'SELECT i AS n FROM range(3) t(i)');
  expect(await lake.rows('SELECT count(*) FROM one')).toEqual([['3']]);
});

test('a line of 1 GB in a compressed object fails the query, with the object named', async () => {
  const storage = {
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' },
  };
  await lake.table('long', { s: 'string' }, { storage });
  const member = gzipSync(Buffer.alloc(16 << 20, 'x'));
  await lake.put('long/line.csv.gz', Buffer.concat(Array.from({ length: 64 }, () => member)));
  expect(await lake.failure('SELECT count(*) FROM long')).toMatch(
    /^FAILED .*s3:\/\/lake\/long\/line\.csv\.gz.*longer than 16777216 bytes/,
  );
});
