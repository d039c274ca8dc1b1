import { InvalidRequestException } from '@aws-sdk/client-athena';
import { CreateTableCommand, GetDatabaseCommand, GetPartitionsCommand, GetTableCommand } from '@aws-sdk/client-glue';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { lakeFixture } from 'lakehouse-local/testing/athena';

const lake = lakeFixture();

const keysUnder = async (Prefix: string) =>
  ((await lake.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix }))).Contents ?? []).map(
    ({ Key }) => Key as string,
  );

test('databases and tables are made, shown, changed and dropped', async () => {
  await lake.rows(`CREATE DATABASE IF NOT EXISTS made COMMENT 'by hand' WITH DBPROPERTIES ('a' = 'b')`);
  expect(await lake.rows('SHOW DATABASES')).toEqual([['kinesis-rd-db'], ['made']]);
  await lake.rows(
    `CREATE EXTERNAL TABLE made.events (id bigint COMMENT 'the id', tags array<struct<k:string,v:int>>, price decimal(10, 2))
     PARTITIONED BY (year string, month string) STORED AS PARQUET LOCATION 's3://lake/made/' TBLPROPERTIES ('x' = 'y')`,
  );
  expect(await lake.rows("SHOW TABLES IN made 'ev*'")).toEqual([['events']]);
  expect(await lake.rows('SHOW COLUMNS IN made.events')).toEqual(
    ['id', 'tags', 'price', 'year', 'month'].map((name) => [name.padEnd(20)]),
  );
  await lake.rows('ALTER TABLE made.events ADD COLUMNS (note string)');
  await lake.rows(`ALTER TABLE made.events SET TBLPROPERTIES ('z' = '1')`);
  expect(await lake.rows("SHOW TBLPROPERTIES made.events('z')")).toEqual([['1']]);
  const [first, ...others] = (await lake.rows('DESCRIBE made.events')).flat();
  expect(first).toBe('id                  \tbigint              \tthe id              ');
  expect(
    others.map((line) =>
      line
        ?.split('\t')
        .map((cell) => cell.trim())
        .join('|'),
    ),
  ).toEqual(expect.arrayContaining(['tags|array<struct<k:string,v:int>>|', 'note|string|', 'year|string|']));
  expect((await lake.rows('SHOW CREATE TABLE made.events')).flat().join('\n')).toContain(
    "LOCATION\n  's3://lake/made/'",
  );
  expect(await lake.failure('DROP DATABASE made')).toMatch(/^FAILED FAILED: SemanticException .*not empty/);
  await lake.rows('DROP TABLE made.events');
  await lake.rows('DROP DATABASE made');
  expect(await lake.failure('DROP TABLE made.events')).toBe(
    'FAILED FAILED: SemanticException [Error 10001]: Table not found made.events',
  );
  expect(await lake.rows('DROP TABLE IF EXISTS made.events')).toEqual([]);
});

test('DDL is Hive’s: texts in either quotes, with its escapes, and names in backticks', async () => {
  await lake.rows('CREATE DATABASE `my-db`');
  await lake.rows('ALTER DATABASE `my-db` SET DBPROPERTIES (\'team\' = "data")');
  const { Database } = await lake.glue.send(new GetDatabaseCommand({ Name: 'my-db' }));
  expect(Database?.Parameters).toEqual({ team: 'data' });
  await lake.rows(
    `-- as in Athena's own examples
     CREATE EXTERNAL TABLE IF NOT EXISTS \`my-db\`.\`flights-csv\` (\`date\` string, name string COMMENT "it's the name")
     CLUSTERED BY (name) INTO 4 BUCKETS
     ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
     WITH SERDEPROPERTIES ("separatorChar" = "\\t", "quoteChar" = "\\"", "escapeChar" = "\\\\")
     LOCATION "s3://lake/flights/" TBLPROPERTIES ("skip.header.line.count"="1")`,
  );
  const { Table } = await lake.glue.send(new GetTableCommand({ DatabaseName: 'my-db', Name: 'flights-csv' }));
  expect(Table?.Parameters).toMatchObject({ 'skip.header.line.count': '1' });
  expect(Table?.StorageDescriptor).toMatchObject({
    Columns: [{ Name: 'date' }, { Name: 'name', Comment: "it's the name" }],
    NumberOfBuckets: 4,
    BucketColumns: ['name'],
    SerdeInfo: { Parameters: { separatorChar: '\t', quoteChar: '"', escapeChar: '\\' } },
  });
  await lake.put('flights/a.csv', 'date\tname\n2026-01-01\t"a \\"b\\""\n');
  expect(await lake.rows('SELECT "date", name FROM "my-db"."flights-csv"')).toEqual([['2026-01-01', 'a "b"']]);
  expect(await lake.failure('SHOW PARTITIONS my-db.t')).toBe(
    "FAILED FAILED: ParseException line 1:18 missing EOF at '-' near 'my'",
  );
  expect(await lake.failure('DROP TABLE "my-db"."flights-csv"')).toBe(
    `FAILED FAILED: ParseException line 1:11 cannot recognize input near '"my-db"' '.' '"flights-csv"' in table name`,
  );
  await expect(lake.begin('SELECT * FROM `my-db`.`flights-csv`')).rejects.toThrow(
    'line 1:15: backquoted identifiers are not supported; use double quotes to quote identifiers',
  );
  await expect(lake.begin("CREATE EXTERNAL TABLE t (date string) LOCATION 's3://lake/t/'")).rejects.toThrow(
    InvalidRequestException,
  );
});

test('partitions are added, found, repaired and dropped; queries read those that match', async () => {
  await lake.table('visits', { id: 'bigint' }, { keys: { day: 'date' } });
  await lake.parquet('visits/day=2026-01-01/a.parquet', 'SELECT 1::BIGINT AS id');
  await lake.parquet('visits/day=2026-01-02/b.parquet', 'SELECT 2::BIGINT AS id');
  await lake.parquet('elsewhere/c.parquet', 'SELECT 3::BIGINT AS id');
  expect(await lake.rows('SELECT * FROM visits')).toEqual([]);
  expect((await lake.rows('MSCK REPAIR TABLE visits')).flat()).toContain(
    'Repair: Added partition to metastore visits:day=2026-01-02',
  );
  await lake.rows(
    `ALTER TABLE visits ADD IF NOT EXISTS PARTITION (day = '2026-01-03') LOCATION 's3://lake/elsewhere/'`,
  );
  expect(await lake.failure(`ALTER TABLE visits ADD PARTITION (day = '2026-01-03')`)).toMatch(
    /Partition already exists/,
  );
  expect(await lake.rows('SHOW PARTITIONS visits')).toEqual([
    ['day=2026-01-01'],
    ['day=2026-01-02'],
    ['day=2026-01-03'],
  ]);
  expect(await lake.rows(`SELECT id, day FROM visits WHERE day >= DATE '2026-01-02' ORDER BY id`)).toEqual([
    ['2', '2026-01-02'],
    ['3', '2026-01-03'],
  ]);
  expect(await lake.rows('SELECT "$path", "$partition" FROM visits WHERE id = 1')).toEqual([
    ['s3://lake/visits/day=2026-01-01/a.parquet', 'day=2026-01-01'],
  ]);
  await lake.rows(`ALTER TABLE visits DROP PARTITION (day = '2026-01-03')`);
  expect(await lake.rows('SELECT max(id) FROM visits')).toEqual([['2']]);
});

test('rows are written by CTAS, INSERT and UNLOAD', async () => {
  await expect(
    lake.begin(`CREATE TABLE made WITH (external_location = 's3://lake/ctas/') AS SELECT 1 AS a`),
  ).rejects.toThrow(/enforces a centralized output location/);
  const anywhere = { WorkGroup: 'primary', ResultConfiguration: { OutputLocation: 's3://lake/results/' } };
  const made = await lake.run(
    `CREATE TABLE made WITH (format = 'PARQUET', external_location = 's3://lake/ctas/', partitioned_by = ARRAY['kind']) AS
     SELECT * FROM (VALUES (1, 'a', 'x'), (2, NULL, 'y')) AS t(id, name, kind)`,
    anywhere,
  );
  expect(made.Statistics?.DataManifestLocation).toBe(`s3://lake/results/tables/${made.QueryExecutionId}-manifest.csv`);
  const manifest = await lake.s3.send(
    new GetObjectCommand({ Bucket: 'lake', Key: `results/tables/${made.QueryExecutionId}-manifest.csv` }),
  );
  expect((await manifest.Body?.transformToString())?.trim().split('\n')).toEqual(
    (await keysUnder('ctas/')).map((key) => `s3://lake/${key}`),
  );
  expect(await lake.rows('SELECT * FROM made ORDER BY id')).toEqual([
    ['1', 'a', 'x'],
    ['2', undefined, 'y'],
  ]);
  const { Partitions } = await lake.glue.send(
    new GetPartitionsCommand({ DatabaseName: 'kinesis-rd-db', TableName: 'made' }),
  );
  expect(Partitions?.map(({ Values }) => Values)).toEqual([['x'], ['y']]);
  await lake.rows(
    `CREATE TABLE odd WITH (partitioned_by = ARRAY['at']) AS SELECT * FROM (VALUES (1, 'a/b 10:00'), (2, NULL)) AS t(id, at)`,
  );
  expect(await lake.rows('SELECT * FROM odd ORDER BY id')).toEqual([
    ['1', 'a/b 10:00'],
    ['2', undefined],
  ]);
  expect(await lake.rows('SHOW PARTITIONS odd')).toEqual([['at=__HIVE_DEFAULT_PARTITION__'], ['at=a%2Fb 10%3A00']]);
  expect(await lake.rows("SELECT id FROM odd WHERE at = 'a/b 10:00'")).toEqual([['1']]);
  await lake.rows(`INSERT INTO made SELECT 3, 'c', 'z'`);
  await lake.rows(`INSERT INTO made (kind, id) VALUES ('z', 4)`);
  expect(await lake.rows('SELECT kind, count(*), sum(id) FROM made GROUP BY 1 ORDER BY 1')).toEqual([
    ['x', '1', '1'],
    ['y', '1', '2'],
    ['z', '2', '7'],
  ]);
  expect(await lake.failure(`INSERT INTO made SELECT 'x', 'c', 'z'`)).toBe(
    'FAILED TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [integer, varchar(1), varchar(1)], Query: [varchar(1), varchar(1), varchar(1)]',
  );
  expect(await lake.failure('INSERT INTO made SELECT 1')).toMatch(/Query: \[integer\]$/);
  const first = await lake.run(
    'CREATE TABLE counted AS SELECT kind, count(*) AS n, sum(id) AS total FROM made GROUP BY kind',
  );
  expect(first).toMatchObject({ StatementType: 'DDL', SubstatementType: 'CREATE_TABLE_AS_SELECT' });
  expect(await lake.rows('SHOW CREATE TABLE counted').then((lines) => lines.flat().join(' '))).toContain(
    '`total` bigint',
  );
  expect(await lake.failure('CREATE TABLE unnamed AS SELECT count(*) FROM made')).toBe(
    'FAILED MISSING_COLUMN_NAME: line 1:32: Column name not specified at position 1',
  );
  expect(await lake.failure('CREATE VIEW twice AS SELECT 1 AS a, 2 AS a')).toMatch(/^FAILED DUPLICATE_COLUMN_NAME: /);
  await lake.rows(
    `UNLOAD (SELECT id, name FROM made) TO 's3://lake/unloaded/' WITH (format = 'JSON', compression = 'NONE')`,
  );
  expect((await keysUnder('unloaded/')).length).toBe(1);
  expect(await lake.failure(`UNLOAD (SELECT 1 AS a) TO 's3://lake/unloaded/'`)).toMatch(/HIVE_PATH_ALREADY_EXISTS/);
});

test('views and prepared statements', async () => {
  await lake.rows('CREATE TABLE base AS SELECT 1 AS a, 2 AS b UNION ALL SELECT 3, 4');
  await lake.rows('CREATE VIEW doubled AS SELECT a, b * 2 AS twice FROM base');
  expect(await lake.rows('SELECT * FROM doubled ORDER BY a')).toEqual([
    ['1', '4'],
    ['3', '8'],
  ]);
  expect(await lake.failure('CREATE VIEW doubled AS SELECT 1 AS a')).toMatch(/View already exists/);
  await lake.rows('CREATE OR REPLACE VIEW doubled AS SELECT a FROM base');
  expect(await lake.rows('SHOW CREATE VIEW doubled')).toEqual([
    ['CREATE VIEW kinesis-rd-db.doubled AS'],
    ['SELECT a FROM base'],
  ]);
  expect(await lake.failure('DROP TABLE doubled')).toMatch(/Cannot drop a view/);
  await lake.rows('DROP VIEW doubled');
  await lake.rows('CREATE DATABASE reports');
  await lake.rows('CREATE VIEW reports.remote AS SELECT a FROM base');
  expect(await lake.rows('SELECT a FROM reports.remote ORDER BY a')).toEqual([['1'], ['3']]);
  await lake.glue.send(
    new CreateTableCommand({
      DatabaseName: 'reports',
      TableInput: { Name: 'broken', TableType: 'VIRTUAL_VIEW', ViewOriginalText: '/* Presto View: bm8= */' },
    }),
  );
  expect(await lake.failure('SELECT * FROM reports.broken')).toMatch(
    /^FAILED INVALID_VIEW: Failed analyzing stored view 'awsdatacatalog.reports.broken'/,
  );

  await lake.rows('PREPARE chosen FROM SELECT b FROM base WHERE a = ?');
  expect(await lake.rows('EXECUTE chosen USING 3')).toEqual([['4']]);
  expect(await lake.rows('EXECUTE chosen', { ExecutionParameters: ['1'] })).toEqual([['2']]);
  expect(await lake.rows('SELECT a FROM base WHERE b = ?', { ExecutionParameters: ['4'] })).toEqual([['3']]);
  await lake.rows('PREPARE added FROM INSERT INTO base SELECT ?, ?');
  await lake.rows('EXECUTE added USING 5, 6');
  expect(await lake.rows('EXECUTE chosen USING 5')).toEqual([['6']]);
  expect(await lake.failure('EXECUTE chosen USING 1, 2')).toBe(
    'FAILED INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 2',
  );
  await lake.rows('DEALLOCATE PREPARE chosen');
  expect(await lake.failure('EXECUTE chosen USING 3')).toMatch(/Prepared statement not found/);
  expect((await lake.rows('EXPLAIN SELECT a FROM base')).flat().join('\n')).not.toContain(lake.dataDir);
  expect(await lake.rows(`SELECT table_name FROM information_schema.tables WHERE table_name = 'base'`)).toEqual([
    ['base'],
  ]);
});
