import { GetQueryResultsCommand } from '@aws-sdk/client-athena';
import { GetTableCommand } from '@aws-sdk/client-glue';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { lakeFixture } from 'lakehouse-local/testing/athena';

const lake = lakeFixture();
/** Input with a workgroup in which a statement may choose its location. */
const free = { WorkGroup: 'primary', ResultConfiguration: { OutputLocation: 's3://lake/results/' } };

beforeAll(async () => {
  await lake.rows(
    "CREATE TABLE c1 WITH (format = 'PARQUET', partitioned_by = ARRAY['d']) AS SELECT 1 AS id, 'x' AS s, DATE '2024-01-01' AS d UNION ALL SELECT 2, NULL, DATE '2024-01-02'",
  );
});

test('"table$partitions" has a row for each partition of a Hive table', async () => {
  expect(await lake.rows('SELECT * FROM "c1$partitions" ORDER BY 1')).toEqual([['2024-01-01'], ['2024-01-02']]);
  expect(await lake.rows(`SELECT count(*) FROM "c1$partitions" WHERE d > DATE '2024-01-01'`)).toEqual([['1']]);
  await lake.table('plain', { a: 'int' });
  expect(await lake.failure('SELECT * FROM "plain$partitions"')).toMatch(/TABLE_NOT_FOUND: .*plain\$partitions/);
});

test('a column is changed: its name, type, comment and place', async () => {
  await lake.rows(`CREATE EXTERNAL TABLE ext (id int, n string) STORED AS PARQUET LOCATION 's3://lake/ext/'`);
  await lake.rows('ALTER TABLE ext CHANGE COLUMN id id2 int');
  await lake.rows(`ALTER TABLE ext CHANGE id2 id3 bigint COMMENT 'c' AFTER n`);
  const { Table } = await lake.glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name: 'ext' }));
  expect(Table?.StorageDescriptor?.Columns).toEqual([
    { Name: 'n', Type: 'string' },
    { Name: 'id3', Type: 'bigint', Comment: 'c' },
  ]);
});

test('CTAS writes a file for each bucket, and tells the catalog of them', async () => {
  await lake.rows(
    "CREATE TABLE bk1 WITH (bucketed_by = ARRAY['id'], bucket_count = 2, external_location = 's3://lake/bk1/') AS SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, NULL)) t(id, s)",
    free,
  );
  expect(await lake.rows('SELECT * FROM bk1 ORDER BY id')).toEqual([
    ['1', 'a'],
    ['2', 'b'],
    ['3', undefined],
  ]);
  const { Table } = await lake.glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name: 'bk1' }));
  expect(Table?.StorageDescriptor).toMatchObject({ BucketColumns: ['id'], NumberOfBuckets: 2 });
  const { Contents = [] } = await lake.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'bk1/' }));
  expect(Contents.map(({ Key }) => Key?.replace(/^.*_bucket/, 'bucket').replace(/\..*$/, ''))).toEqual([
    'bucket-00000',
    'bucket-00001',
  ]);
  const failing = (properties: string) => lake.failure(`CREATE TABLE bk2 WITH (${properties}) AS SELECT 1 AS id`);
  expect(await failing("bucketed_by = ARRAY['id']")).toMatch(/INVALID_TABLE_PROPERTY: .*bucket_count/);
  expect(await failing("bucketed_by = ARRAY['nope'], bucket_count = 2")).toMatch(/INVALID_TABLE_PROPERTY: .*nope/);
});

test('tables that Hive can’t hold are refused', async () => {
  const failing = (value: string) =>
    lake.failure(`CREATE TABLE bad WITH (external_location = 's3://lake/bad/') AS SELECT ${value} AS v`, free);
  expect(await failing('now()')).toMatch(/NOT_SUPPORTED: .*timestamp\(3\) with time zone/);
  expect(await failing("json_parse('{}')")).toMatch(/NOT_SUPPORTED: .*json/);
  expect(await failing('uuid()')).toMatch(/NOT_SUPPORTED: .*uuid/);
  expect(await failing("INTERVAL '1' DAY")).toMatch(/NOT_SUPPORTED: .*interval day to second/);
  expect(await failing('NULL')).toMatch(/COLUMN_TYPE_UNKNOWN/);
  expect(await lake.failure("INSERT INTO c1 SELECT 5, json_parse('1'), DATE '2024-01-01'")).toMatch(/TYPE_MISMATCH/);
});

test('UNLOAD refuses formats and properties that it hasn’t', async () => {
  const failing = (properties: string) => lake.failure(`UNLOAD (SELECT 1 AS x) TO 's3://lake/u/' WITH (${properties})`);
  expect(await failing("format = 'CSV'")).toMatch(/FAILED .*ORC, PARQUET, AVRO, JSON, TEXTFILE/);
  expect(await failing("format = 'JSON', nope = 'x'")).toMatch(/FAILED .*nope/);
});

test('conditions on an injected key count through subqueries, WITH and views', async () => {
  await lake.table(
    'pj6',
    { id: 'int' },
    {
      keys: { uuid: 'string' },
      parameters: {
        'projection.enabled': 'true',
        'projection.uuid.type': 'injected',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the template is written.
        'storage.location.template': 's3://lake/pj6/${uuid}/',
      },
    },
  );
  await lake.parquet('pj6/abc/a.parquet', 'SELECT 1::INT AS id');
  await lake.parquet('pj6/def/a.parquet', 'SELECT 2::INT AS id');
  await lake.rows('CREATE VIEW injv AS SELECT id, uuid AS u FROM pj6');
  for (const from of [
    "(SELECT * FROM pj6) WHERE uuid = 'abc'",
    "(SELECT id, uuid AS u FROM pj6) WHERE u = 'abc'",
    "(SELECT id, uuid FROM (SELECT * FROM pj6)) AS q(a, b) WHERE q.b = 'abc'",
    "injv WHERE u = 'abc'",
    "injv AS v WHERE v.u = 'abc' AND v.id > 0",
  ])
    expect(await lake.rows(`SELECT count(*) FROM ${from}`)).toEqual([['1']]);
  expect(await lake.rows("WITH w AS (SELECT * FROM pj6) SELECT id FROM w WHERE uuid = 'abc'")).toEqual([['1']]);
  for (const from of ['pj6', 'injv', "(SELECT * FROM pj6 LIMIT 1) WHERE uuid = 'abc'"])
    expect(await lake.failure(`SELECT * FROM ${from}`)).toMatch(/CONSTRAINT_VIOLATION/);
});

test('EXPLAIN has Trino’s forms, in no words of the engine', async () => {
  const explained = async (
    options: string,
    query = "SELECT id, count(*) FROM c1 WHERE d = DATE '2024-01-01' GROUP BY id",
  ) => (await lake.rows(`EXPLAIN ${options} ${query}`)).flat().join('\n');
  const text = await explained('');
  expect(text).toMatch(/^Fragment 0 \[SINGLE\]/);
  expect(text).toMatch(/Output\[columnNames = \[id, _col1\]\]/);
  expect(text).toMatch(/Aggregate\[keys = \[id\]\]/);
  expect(text).toMatch(/TableScan\[table = awsdatacatalog:kinesis-rd-db:c1\]/);
  expect(JSON.parse(await explained('(FORMAT JSON)'))).toMatchObject({ 0: { name: 'Output' } });
  expect(JSON.parse(await explained('(TYPE IO, FORMAT JSON)'))).toMatchObject({
    inputTableColumnInfos: [
      { table: { catalog: 'awsdatacatalog', schemaTable: { schema: 'kinesis-rd-db', table: 'c1' } } },
    ],
  });
  expect(await explained('(TYPE LOGICAL, FORMAT GRAPHVIZ)')).toMatch(/^digraph logical_plan/);
  expect(await explained('(TYPE VALIDATE)')).toBe('true');
  expect(await lake.failure('EXPLAIN (TYPE VALIDATE) SELECT nope')).toMatch(/COLUMN_NOT_FOUND/);
  expect(await explained('ANALYZE')).toMatch(/Output: 1 row, data scanned: \d+ bytes/);
  const { QueryExecutionId } = await lake.run('EXPLAIN (TYPE VALIDATE) SELECT 1');
  const { ResultSet } = await lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  expect(ResultSet?.ResultSetMetadata?.ColumnInfo).toMatchObject([{ Name: 'Valid', Type: 'boolean' }]);
  // Clients leave out the first row of DML, which is the column's name.
  expect(ResultSet?.Rows?.map(({ Data }) => Data?.[0]?.VarCharValue)).toEqual(['Valid', 'true']);
});

test('information_schema tells of views and of partition keys', async () => {
  await lake.rows('CREATE VIEW told AS SELECT id FROM c1');
  const of = "table_schema = 'kinesis-rd-db' AND table_name";
  expect(await lake.rows(`SELECT view_definition FROM information_schema.views WHERE ${of} = 'told'`)).toEqual([
    ['SELECT id FROM c1'],
  ]);
  expect(await lake.rows(`SELECT column_name, extra_info FROM information_schema.columns WHERE ${of} = 'c1'`)).toEqual([
    ['id', undefined],
    ['s', undefined],
    ['d', 'partition key'],
  ]);
});

test('rows of Hive tables aren’t changed', async () => {
  for (const sql of [
    'UPDATE c1 SET id = 1',
    'DELETE FROM c1',
    'MERGE INTO c1 USING (VALUES 1) s(x) ON c1.id = s.x WHEN MATCHED THEN DELETE',
  ])
    expect(await lake.failure(sql)).toMatch(/^FAILED NOT_SUPPORTED/);
});

test.each([
  ['EXPLAIN SELECT 1', 'DML', 'EXPLAIN'],
  ['SHOW TBLPROPERTIES c1', 'UTILITY', 'SHOW_TABLE_PROPERTIES'],
  ['MSCK REPAIR TABLE c1', 'DDL', 'MSCK_REPAIR'],
  ['ALTER TABLE c1 ADD COLUMNS (z int)', 'DDL', 'ALTER_TABLE_ADD_COLUMN'],
  ['ALTER TABLE nothing REPLACE COLUMNS (z int)', 'DDL', 'ALTER_TABLE_REPLACE_COLUMN'],
  ["ALTER TABLE nothing SET TBLPROPERTIES ('a' = 'b')", 'DDL', 'ALTER_TABLE_PROPERTIES'],
  ['OPTIMIZE nothing REWRITE DATA USING BIN_PACK', 'DDL', 'CREATE_TABLE_AS_SELECT'],
  ['VACUUM nothing', 'DML', 'VACUUM_TABLE'],
])('%s is %s, %s', async (sql, StatementType, SubstatementType) => {
  expect(await lake.run(sql)).toMatchObject({ StatementType, SubstatementType });
});
