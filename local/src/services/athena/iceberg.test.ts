import { GetTableCommand } from '@aws-sdk/client-glue';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { TestClock } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { readByIcebird } from 'lakehouse-local/testing/iceberg';

const clock = new TestClock();
const lake = lakeFixture({ clock });

afterEach(() => {
  clock.advance(60_000);
});

/** Runs a statement that must succeed. */
const run = async (sql: string) => {
  clock.advance(1_000);
  return lake.rows(sql);
};
const create = (name: string, columns: string, more = '', properties = '') =>
  run(
    `CREATE TABLE ${name} (${columns}) ${more} LOCATION 's3://lake/tables/${name}/' TBLPROPERTIES ('table_type'='ICEBERG'${properties})`,
  );

/** Rows as texts in an order of their own, as Athena prints them. */
const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
/** A decimal without the zeros at its end, which a number doesn't have. */
const short = (text: string | undefined) =>
  text !== undefined && /^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text;
const printed = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, -1);
  return String(value);
};

/** Rows by Athena, after checking that icebird reads the same. */
async function rowsOf(table: string): Promise<(string | undefined)[][]> {
  const rows = await run(`SELECT * FROM ${table}`);
  const foreign = await readByIcebird(lake, table);
  expect(sorted(foreign.map((row) => Object.values(row).map(printed)))).toEqual(
    sorted(rows.map((row) => row.map(short))),
  );
  return rows;
}

test('rows are inserted, deleted, updated and merged; each snapshot stays readable', async () => {
  await create(
    'orders',
    'id bigint, email string, status string, total decimal(10,2)',
    'PARTITIONED BY (bucket(4, id))',
  );
  await run(
    "INSERT INTO orders SELECT id, 'c' || cast(id AS varchar) || '@example.com', 'Active', 1.5 FROM unnest(sequence(1, 20)) t(id)",
  );
  expect(await rowsOf('orders')).toHaveLength(20);
  await run("DELETE FROM orders WHERE email = 'c7@example.com'");
  expect(await rowsOf('orders')).toHaveLength(19);
  await run('UPDATE orders SET status = upper(status), total = total * 2 WHERE id <= 3');
  expect(await run('SELECT id, status, total FROM orders WHERE id < 5 ORDER BY id')).toEqual([
    ['1', 'ACTIVE', '3.00'],
    ['2', 'ACTIVE', '3.00'],
    ['3', 'ACTIVE', '3.00'],
    ['4', 'Active', '1.50'],
  ]);
  await run(`MERGE INTO orders AS o USING (VALUES (1, 'Canceled'), (2, NULL), (100, 'New')) AS s(id, status) ON o.id = s.id
    WHEN MATCHED AND s.status IS NULL THEN DELETE
    WHEN MATCHED THEN UPDATE SET status = s.status
    WHEN NOT MATCHED THEN INSERT (id, status, email) VALUES (s.id, s.status, 'new@example.com')`);
  expect(await run('SELECT id, status, email, total FROM orders WHERE id < 3 OR id = 100 ORDER BY id')).toEqual([
    ['1', 'Canceled', 'c1@example.com', '3.00'],
    ['100', 'New', 'new@example.com', undefined],
  ]);
  await rowsOf('orders');
  const snapshots = await run('SELECT snapshot_id, operation FROM "orders$snapshots" ORDER BY committed_at');
  expect(snapshots.map(([, operation]) => operation)).toEqual(['append', 'delete', 'overwrite', 'overwrite']);
  const counts = [];
  for (const [id] of snapshots) {
    const [[count] = []] = await run(`SELECT count(*) FROM orders FOR VERSION AS OF ${id}`);
    const foreign = await readByIcebird(lake, 'orders', BigInt(id as string));
    expect(String(foreign.length)).toBe(count);
    counts.push(count);
  }
  expect(counts).toEqual(['20', '19', '19', '19']);
});

test('a table is read as it was at a time', async () => {
  await create('history', 'id int');
  await run('INSERT INTO history VALUES 1, 2');
  const then = new Date(clock.now() + 500).toISOString().replace('T', ' ').replace('Z', '');
  clock.advance(5_000);
  await run('DELETE FROM history');
  expect(await run('SELECT count(*) FROM history')).toEqual([['0']]);
  expect(await run(`SELECT count(*) FROM history FOR TIMESTAMP AS OF TIMESTAMP '${then} UTC'`)).toEqual([['2']]);
  expect(
    await run("SELECT count(*) FROM history FOR TIMESTAMP AS OF (current_timestamp - interval '4' second)"),
  ).toEqual([['2']]);
  expect(await lake.failure("SELECT * FROM history FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01 00:00:00 UTC'")).toMatch(
    /No version history table "kinesis-rd-db"."history" at or before/,
  );
  expect(await lake.failure('SELECT * FROM history FOR VERSION AS OF 42')).toMatch(
    /INVALID_ARGUMENTS: .*Iceberg snapshot ID does not exists: 42/,
  );
});

test('columns are added, renamed, widened, moved and dropped', async () => {
  await create('people', 'id int, name string, score float');
  await run("INSERT INTO people VALUES (1, 'Ann', CAST(1.5 AS real))");
  await run("ALTER TABLE people ADD COLUMNS (city string COMMENT 'where', tags array<string>)");
  await run("INSERT INTO people VALUES (2, 'Bob', CAST(2.5 AS real), 'Ulm', ARRAY['a', 'b'])");
  await run('ALTER TABLE people CHANGE COLUMN name full_name string FIRST');
  await run('ALTER TABLE people CHANGE COLUMN id id bigint');
  await run('ALTER TABLE people CHANGE COLUMN score score double AFTER city');
  await run('ALTER TABLE people DROP COLUMN city');
  await run("INSERT INTO people (id, full_name) VALUES (3000000000, 'Cy')");
  await run('ALTER TABLE people ADD COLUMNS (city string)');
  expect(await run('SELECT count(*), count(city) FROM people')).toEqual([['3', '0']]);
  expect(await run('SELECT * FROM people ORDER BY id')).toEqual([
    ['Ann', '1', '1.5', undefined, undefined],
    ['Bob', '2', '2.5', '[a, b]', undefined],
    ['Cy', '3000000000', undefined, undefined, undefined],
  ]);
  expect(await lake.failure('ALTER TABLE people CHANGE COLUMN id id int')).toMatch(
    /Cannot change the type of column id from long to int/,
  );
  const { Table } = await lake.glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name: 'people' }));
  expect(Table?.StorageDescriptor?.Columns?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
    'full_name string',
    'id bigint',
    'score double',
    'tags array<string>',
    'city string',
  ]);
  expect((await run('DESCRIBE people'))[2]?.[0]).toMatch(/^full_name\s+\tstring/);
  expect((await run('SHOW CREATE TABLE people')).flat().join('\n')).toContain("'table_type'='iceberg'");
});

test('all types come back as they went in', async () => {
  await create(
    'types',
    'b boolean, i int, l bigint, f float, d double, de decimal(38,10), s string, bi binary, da date, ts timestamp, a array<int>, m map<string,int>, st struct<x:int,y:array<string>>',
  );
  const values =
    "true, 1, 9007199254740993, CAST(1.5 AS real), 0.1e0, DECIMAL '1234567890.0123456789', 'ä''\"', X'00ff', DATE '1969-12-31', TIMESTAMP '2026-01-01 10:11:12.345000', ARRAY[1, NULL], MAP(ARRAY['k'], ARRAY[1]), CAST(ROW(1, ARRAY['z']) AS ROW(x integer, y array(varchar)))";
  await run(`INSERT INTO types VALUES (${values}), (${Array.from({ length: 13 }, () => 'NULL').join(', ')})`);
  const rows = await run('SELECT * FROM types ORDER BY i');
  expect(rows[0]).toEqual([
    'true',
    '1',
    '9007199254740993',
    '1.5',
    '0.1',
    '1234567890.0123456789',
    'ä\'"',
    '00 ff',
    '1969-12-31',
    '2026-01-01 10:11:12.345000',
    '[1, null]',
    '{k=1}',
    '{x=1, y=[z]}',
  ]);
  expect(rows[1]?.every((value) => value === undefined)).toBe(true);
  const [first] = await readByIcebird(lake, 'types');
  expect(first).toMatchObject({ l: 9007199254740993n, s: 'ä\'"', a: [1, null], m: { k: 1 }, st: { x: 1, y: ['z'] } });
  await run("UPDATE types SET s = 'changed' WHERE i = 1");
  expect((await run('SELECT * FROM types WHERE i = 1'))[0]?.[6]).toBe('changed');
});

test('a filter reads only the files that can match', async () => {
  await run(`CREATE TABLE sorted WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/tables/sorted/', partitioning = ARRAY['month(day)'])
    AS SELECT id, DATE '2026-01-01' + id * INTERVAL '1' DAY AS day, rpad('x', 50, 'x') || cast(id AS varchar) AS pad FROM unnest(sequence(0, 89)) t(id)`);
  const scanned = async (where: string) =>
    Number((await lake.run(`SELECT * FROM sorted ${where}`)).Statistics?.DataScannedInBytes);
  const all = await scanned('');
  expect(await scanned("WHERE day = DATE '2026-02-10'")).toBeLessThan(all / 2);
  expect(await scanned("WHERE day > DATE '2027-01-01'")).toBe(0);
  expect(await scanned('WHERE id BETWEEN 3 AND 5')).toBeLessThan(all / 2);
  expect(await run("SELECT count(*) FROM sorted WHERE day < DATE '2026-02-01' AND id > 10")).toEqual([['20']]);
  expect(await run('SELECT partition.day_month, record_count, file_count FROM "sorted$partitions" ORDER BY 1')).toEqual(
    [
      ['672', '31', '1'],
      ['673', '28', '1'],
      ['674', '31', '1'],
    ],
  );
});

test('a filter on a sorted column reads the one file of five that can match', async () => {
  await create('ordered', 'id bigint, pad string');
  for (let part = 0; part < 5; part++) {
    await run(
      `INSERT INTO ordered SELECT ${part * 1000} + id, 'p' || cast(id * 7919 % 1009 AS varchar) FROM unnest(sequence(0, 999)) t(id)`,
    );
  }
  const scanned = async (where: string) =>
    Number((await lake.run(`SELECT * FROM ordered ${where}`)).Statistics?.DataScannedInBytes);
  const all = await scanned('');
  for (const where of ['WHERE id BETWEEN 2100 AND 2110', 'WHERE id = 4999', 'WHERE id IN (3000, 3999)']) {
    const bytes = await scanned(where);
    expect(bytes).toBeGreaterThan(all / 10);
    expect(bytes).toBeLessThan(all / 4);
  }
  expect(await scanned('WHERE id > 4999')).toBe(0);
  expect(await run('SELECT count(*), min(id) FROM ordered WHERE id >= 3990 AND id < 4010')).toEqual([['20', '3990']]);
});

test('OPTIMIZE makes one file of many, VACUUM removes what is old, DROP TABLE removes all', async () => {
  await create(
    'small',
    'id int',
    '',
    ", 'optimize_rewrite_delete_file_threshold'='1', 'vacuum_max_snapshot_age_seconds'='600'",
  );
  for (let id = 0; id < 6; id++) await run(`INSERT INTO small VALUES ${id * 2}, ${id * 2 + 1}`);
  await run('DELETE FROM small WHERE id % 4 = 1');
  const before = await rowsOf('small');
  expect(await run('SELECT content, count(*) FROM "small$files" GROUP BY 1 ORDER BY 1')).toEqual([
    ['0', '6'],
    ['1', '3'],
  ]);
  await run('OPTIMIZE small REWRITE DATA USING BIN_PACK');
  expect(sorted(await rowsOf('small'))).toEqual(sorted(before));
  expect(await run('SELECT content, record_count FROM "small$files"')).toEqual([['0', '9']]);
  const objects = async () =>
    (await lake.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'tables/small/data/' }))).KeyCount;
  expect(await objects()).toBe(10);
  clock.advance(3_600_000);
  await run('VACUUM small');
  expect(await objects()).toBe(1);
  expect(sorted(await rowsOf('small'))).toEqual(sorted(before));
  expect(await run('SELECT count(*) FROM "small$snapshots"')).toEqual([['1']]);
  await run('DROP TABLE small');
  expect((await lake.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'tables/small/' }))).KeyCount).toBe(0);
});

test('metadata tables tell what a table consists of', async () => {
  await create('told', 'id int, name string', 'PARTITIONED BY (name)');
  await run("INSERT INTO told VALUES (1, 'a'), (2, 'b')");
  await run('INSERT INTO told VALUES (3, NULL)');
  expect(await run('SELECT is_current_ancestor FROM "told$history"')).toEqual([['true'], ['true']]);
  expect(await run('SELECT name, type FROM "told$refs"')).toEqual([['main', 'BRANCH']]);
  const times = await run('SELECT operation, committed_at FROM "told$snapshots" ORDER BY committed_at DESC LIMIT 2');
  expect(times.map(([, time]) => time)).toEqual(
    times
      .map(([, time]) => time)
      .sort()
      .reverse(),
  );
  expect(await run('SELECT DISTINCT committed_at FROM "told$snapshots" ORDER BY committed_at DESC')).toHaveLength(2);
  expect(await run('SELECT sum(added_data_files_count), sum(added_rows_count) FROM "told$manifests"')).toEqual([
    ['3', '3'],
  ]);
  expect(await run('SELECT partition.name, record_count, data.id.max FROM "told$partitions" ORDER BY 1')).toEqual([
    ['a', '1', '1'],
    ['b', '1', '2'],
    [undefined, '1', '3'],
  ]);
  expect(
    await run('SELECT "$path" LIKE \'s3://lake/tables/told/data/name=a/%\', "$partition" FROM told WHERE id = 1'),
  ).toEqual([['true', 'name=a']]);
  expect(await lake.failure('SELECT * FROM "missing$files"')).toMatch(/TABLE_NOT_FOUND/);
});

test('what only Iceberg tables have is refused on others', async () => {
  await lake.table('hive', { id: 'int' });
  expect(await lake.failure('DELETE FROM hive')).toBe(
    'FAILED NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables',
  );
  expect(await lake.failure('UPDATE hive SET id = 1')).toMatch(/NOT_SUPPORTED/);
  expect(
    await lake.failure('MERGE INTO hive USING (SELECT 1 AS id) s ON hive.id = s.id WHEN MATCHED THEN DELETE'),
  ).toMatch(/NOT_SUPPORTED/);
  expect(await lake.failure('OPTIMIZE hive REWRITE DATA USING BIN_PACK')).toMatch(/Iceberg tables only/);
  expect(await lake.failure('VACUUM hive')).toMatch(/Iceberg tables only/);
  expect(await lake.failure('SELECT * FROM hive FOR VERSION AS OF 1')).toMatch(
    /NOT_SUPPORTED: .*does not support versioned tables/,
  );
  expect(await lake.failure('SELECT * FROM "hive$snapshots"')).toMatch(/TABLE_NOT_FOUND/);
  expect(await lake.failure('ALTER TABLE hive DROP COLUMN id')).toMatch(/Iceberg tables only/);
  expect(await lake.failure("CREATE TABLE plain (id int) LOCATION 's3://lake/plain/'")).toMatch(
    /must be an Iceberg table/,
  );
});

test("mistakes are told in Athena's words", async () => {
  await create('strict', 'id int, name string');
  await run("INSERT INTO strict VALUES (1, 'a'), (1, 'b')");
  expect(await lake.failure("INSERT INTO strict VALUES ('x', 1)")).toMatch(/TYPE_MISMATCH/);
  expect(await lake.failure('INSERT INTO strict (nope) VALUES (1)')).toMatch(/COLUMN_NOT_FOUND/);
  expect(await lake.failure('UPDATE strict SET nope = 1')).toMatch(
    /COLUMN_NOT_FOUND: .*The target table has no column 'nope'/,
  );
  expect(await lake.failure('DELETE FROM strict WHERE nope = 1')).toMatch(/COLUMN_NOT_FOUND/);
  expect(
    await lake.failure('MERGE INTO strict t USING (VALUES 1, 1) AS s(id) ON t.id = s.id WHEN MATCHED THEN DELETE'),
  ).toMatch(/MERGE_TARGET_ROW_MULTIPLE_MATCHES/);
  expect(
    await lake.failure(
      "CREATE TABLE bad (id tinyint) LOCATION 's3://lake/tables/bad/' TBLPROPERTIES ('table_type'='ICEBERG')",
    ),
  ).toMatch(/tinyint/);
  expect(
    await lake.failure(
      "CREATE TABLE bad (id int) LOCATION 's3://lake/tables/bad/' TBLPROPERTIES ('table_type'='ICEBERG', 'nope'='1')",
    ),
  ).toMatch(/Unsupported table property key: nope/);
  expect(
    await lake.failure(
      "CREATE TABLE bad (id int) PARTITIONED BY (day(id)) LOCATION 's3://lake/tables/bad/' TBLPROPERTIES ('table_type'='ICEBERG')",
    ),
  ).toMatch(/transform day can't be used/);
  expect(
    await lake.failure(
      "CREATE TABLE bad (id int) LOCATION 's3://lake/tables/strict/' TBLPROPERTIES ('table_type'='ICEBERG')",
    ),
  ).toMatch(/non-empty location/);
});
