import {
  CreateDataCatalogCommand,
  DeleteDataCatalogCommand,
  GetDataCatalogCommand,
  InvalidRequestException,
  ListDataCatalogsCommand,
  ListTableMetadataCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  UpdateDataCatalogCommand,
} from '@aws-sdk/client-athena';
import { lakeFixture } from 'lakehouse-local/testing/athena';

const lake = lakeFixture();

const own = { 'catalog-id': '000000000000' };

test('a Glue catalog is registered, found, changed and deleted', async () => {
  const { athena } = lake;
  const catalog = { Name: 'Lake_2', Type: 'GLUE' as const, Description: 'ours', Parameters: own };
  await athena.send(new CreateDataCatalogCommand({ ...catalog, Tags: [{ Key: 'team', Value: 'data' }] }));
  await expect(athena.send(new CreateDataCatalogCommand(catalog))).rejects.toThrow('DataCatalog already exists');
  expect((await athena.send(new GetDataCatalogCommand({ Name: 'Lake_2' }))).DataCatalog).toEqual(catalog);
  const list = await athena.send(new ListDataCatalogsCommand({ MaxResults: 2 }));
  expect(list.DataCatalogsSummary?.map(({ CatalogName }) => CatalogName)).toEqual(['AwsDataCatalog', 'Lake_2']);
  const tagsIn = (region: string) => {
    const ResourceARN = `arn:aws:athena:${region}:000000000000:datacatalog/Lake_2`;
    return athena.send(new ListTagsForResourceCommand({ ResourceARN }));
  };
  expect((await tagsIn('us-east-1')).Tags).toEqual([{ Key: 'team', Value: 'data' }]);
  await expect(tagsIn('eu-west-1')).rejects.toThrow(ResourceNotFoundException);

  await athena.send(new UpdateDataCatalogCommand({ Name: 'Lake_2', Type: 'GLUE', Parameters: own }));
  expect((await athena.send(new GetDataCatalogCommand({ Name: 'Lake_2' }))).DataCatalog?.Description).toBeUndefined();
  await athena.send(new DeleteDataCatalogCommand({ Name: 'Lake_2' }));
  await expect(athena.send(new GetDataCatalogCommand({ Name: 'Lake_2' }))).rejects.toThrow('was not found');
  for (const refused of [
    { Name: 'x', Type: 'GLUE' as const },
    { Name: 'x', Type: 'LAMBDA' as const, Parameters: { function: 'f' } },
    { Name: 'AwsDataCatalog', Type: 'GLUE' as const, Parameters: own },
  ]) {
    await expect(athena.send(new CreateDataCatalogCommand(refused))).rejects.toThrow(InvalidRequestException);
  }
});

test('queries reach tables through a catalog of that name', async () => {
  const register = (Name: string, Parameters: Record<string, string>) =>
    lake.athena.send(new CreateDataCatalogCommand({ Name, Type: 'GLUE', Parameters }));
  await register('Mirror', own);
  await register('foreign', { 'catalog-id': '111111111111' });
  await lake.rows("CREATE TABLE seen WITH (external_location = 's3://lake/seen/') AS SELECT 7 AS n", {
    WorkGroup: 'primary',
    ResultConfiguration: { OutputLocation: 's3://lake/results/' },
  });
  expect(await lake.rows('SELECT mirror."kinesis-rd-db".seen.n FROM mirror."kinesis-rd-db".seen')).toEqual([['7']]);
  const QueryExecutionContext = { Catalog: 'Mirror', Database: 'kinesis-rd-db' };
  expect(await lake.rows('SELECT * FROM seen', { QueryExecutionContext })).toEqual([['7']]);
  const listed = await lake.athena.send(
    new ListTableMetadataCommand({ CatalogName: 'mirror', DatabaseName: 'kinesis-rd-db', Expression: 'se*' }),
  );
  expect(listed.TableMetadataList?.map(({ Name }) => Name)).toEqual(['seen']);
  expect(await lake.failure('SELECT * FROM nowhere."kinesis-rd-db".seen')).toMatch(/CATALOG_NOT_FOUND/);
  expect(await lake.failure('SELECT * FROM "foreign"."kinesis-rd-db".seen')).toMatch(/CATALOG_NOT_FOUND/);
});

describe('in the context of a catalog that does not exist', () => {
  const context = { QueryExecutionContext: { Catalog: 'NoWhere', Database: 'kinesis-rd-db' } };
  beforeAll(() => lake.table('here', { n: 'int' }, { keys: { k: 'string' } }));

  test('DDL, SHOW and DESCRIBE run in the default catalog', async () => {
    expect(await lake.rows('SELECT 1', context)).toEqual([['1']]);
    expect((await lake.rows('SHOW TABLES', context)).flat()).toContain('here');
    expect((await lake.rows('DESCRIBE here', context)).flat().join()).toMatch(/^n\s+int/);
    expect((await lake.run('SHOW DATABASES', context)).QueryExecutionContext?.Catalog).toBe('nowhere');
    for (const sql of [
      "ALTER TABLE here ADD PARTITION (k = 'a')",
      'CREATE OR REPLACE VIEW seen_here AS SELECT n FROM here',
      'DROP VIEW seen_here',
      'DROP TABLE IF EXISTS gone',
    ])
      expect(await lake.run(sql, context)).toMatchObject({ Status: { State: 'SUCCEEDED' } });
    expect(await lake.rows('SHOW PARTITIONS here')).toEqual([['k=a']]);
  });

  test.each([
    ['SELECT * FROM here', 1006, "CATALOG_NOT_FOUND: line 1:15: Catalog 'nowhere' does not exist"],
    ['SELECT * FROM nodb.here', 1006, "CATALOG_NOT_FOUND: line 1:15: Catalog 'nowhere' does not exist"],
    ['SELECT * FROM information_schema.tables', 1006, "CATALOG_NOT_FOUND: line 1:15: Catalog 'nowhere' does not exist"],
    ['EXPLAIN SELECT * FROM here', 1006, "CATALOG_NOT_FOUND: line 1:23: Catalog 'nowhere' does not exist"],
    ['CREATE TABLE other AS SELECT 1 AS n', 1300, 'NOT_FOUND: Session property catalog does not exist: nowhere'],
    ["INSERT INTO here VALUES (1, 'a')", 1300, 'NOT_FOUND: Session property catalog does not exist: nowhere'],
    [
      'DELETE FROM here WHERE n = 1',
      1301,
      "TABLE_NOT_FOUND: line 1:1: Table 'nowhere.kinesis-rd-db.here' does not exist",
    ],
  ])('%s fails', async (sql, ErrorType, StateChangeReason) => {
    const { Status } = await lake.run(sql, context);
    expect(Status).toMatchObject({ State: 'FAILED', StateChangeReason, AthenaError: { ErrorCategory: 2, ErrorType } });
  });

  test('a table that is missing from the default catalog is refused at the start', async () => {
    await expect(lake.begin('DESCRIBE gone', context)).rejects.toThrow(/^Entity Not Found /);
  });

  test('a name with its own catalog is found', async () => {
    expect(await lake.rows('SELECT * FROM awsdatacatalog."kinesis-rd-db".here', context)).toEqual([]);
  });
});

test('UNLOAD and CTAS write JSON in partitions', async () => {
  const values = `SELECT * FROM (VALUES (1, 'a "b"', DATE '2026-01-01', 'x y'), (2, NULL, NULL, 'z')) AS t (n, s, d, k)`;
  await lake.rows(`UNLOAD (${values}) TO 's3://lake/out/' WITH (format = 'JSON', partitioned_by = ARRAY['k'])`);
  await lake.table(
    'unloaded',
    { n: 'int', s: 'string', d: 'string' },
    {
      keys: { k: 'string' },
      storage: {
        Location: 's3://lake/out/',
        InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
  );
  await lake.rows('MSCK REPAIR TABLE unloaded');
  const failing = async (keys: string, sql = values) =>
    lake.failure(`UNLOAD (${sql}) TO 's3://lake/none/' WITH (format = 'JSON', partitioned_by = ARRAY[${keys}])`);
  const refused = 'FAILED INVALID_TABLE_PROPERTY: ';
  expect(await failing("'k', 'x', 'y'")).toBe(`${refused}Partition columns [x, y] not present in schema`);
  expect(await failing("'k'", "SELECT 'a' AS k")).toBe(`${refused}Table contains only partition columns`);
  expect(await failing("'d'")).toMatch(/^FAILED HIVE_COLUMN_ORDER_MISMATCH: .* table properties: \[d\]$/);
  const rows = [
    ['1', 'a "b"', '2026-01-01', 'x y'],
    ['2', undefined, undefined, 'z'],
  ];
  expect(await lake.rows('SELECT n, s, d, k FROM unloaded ORDER BY n')).toEqual(rows);
  expect(await lake.failure(`CREATE TABLE bad WITH (format = 'JSON', partitioned_by = ARRAY['x']) AS ${values}`)).toBe(
    `${refused}Partition columns [x] not present in schema`,
  );
  await lake.rows(`CREATE TABLE made WITH (format = 'JSON', partitioned_by = ARRAY['k']) AS ${values}`);
  expect(await lake.rows('SELECT n, s, d, k FROM made ORDER BY n')).toEqual(rows);
});

test('DESCRIBE and SHOW COLUMNS of what is missing are refused at the start', async () => {
  for (const sql of [
    'DESCRIBE gone',
    'SHOW COLUMNS IN gone',
    'DESCRIBE nodb.gone',
    'DESCRIBE awsdatacatalog.nodb.gone',
  ])
    await expect(lake.begin(sql)).rejects.toThrow(
      expect.objectContaining({
        name: 'InvalidRequestException',
        AthenaErrorCode: 'INVALID_INPUT',
        message: expect.stringMatching(
          /^Entity Not Found \(Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; /,
        ),
      }),
    );
  await expect(lake.begin('DESCRIBE nowhere.nodb.gone')).rejects.toMatchObject({
    message: "Catalog 'nowhere' does not exist",
    AthenaErrorCode: 'DATACATALOG_NOT_FOUND',
  });
});
