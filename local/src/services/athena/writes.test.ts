import { GetQueryExecutionCommand, GetQueryResultsCommand, type QueryExecution } from '@aws-sdk/client-athena';
import { GetPartitionsCommand, GetTableCommand } from '@aws-sdk/client-glue';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { eventually } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { GlueState } from '../glue/state';
import { S3State } from '../s3/state';
import { QueryRunner } from './runner';
import { AthenaState } from './state';

const lake = lakeFixture({ faults: /The disk is full/ });

afterEach(() => jest.restoreAllMocks());

/** Makes the store refuse executions' ends, as on a full disk; returns the refused ones. */
function refuseEnds(): string[] {
  const refused: string[] = [];
  const put = AthenaState.prototype.putExecution;
  jest.spyOn(AthenaState.prototype, 'putExecution').mockImplementation(function (this: AthenaState, owner, stored) {
    const { State } = stored.execution.Status ?? {};
    if (State !== 'QUEUED' && State !== 'RUNNING') {
      refused.push(State as string);
      throw new Error('The disk is full.');
    }
    return put.call(this, owner, stored);
  });
  return refused;
}

const execution = async (QueryExecutionId: string): Promise<QueryExecution> =>
  (await lake.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution as QueryExecution;

/** Runs a statement whose end isn't stored: the endpoint stops just before. */
async function stoppedAtItsEnd(sql: string): Promise<QueryExecution> {
  const refused = refuseEnds();
  const id = await lake.begin(sql);
  await eventually(async () => refused.length > 0);
  const close = QueryRunner.prototype.close;
  jest.spyOn(QueryRunner.prototype, 'close').mockImplementation(async function (this: QueryRunner) {
    await close.call(this);
    jest.restoreAllMocks();
  });
  await lake.restart();
  return execution(id);
}

const keys = async (Prefix: string) =>
  ((await lake.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix }))).Contents ?? []).map(({ Key }) => Key);
const tableOf = (Name: string) =>
  lake.glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name })).catch(() => undefined);

test('an end that cannot be stored is tried again; until then the query is running, and then as it ended', async () => {
  const refused = refuseEnds();
  const [good, bad] = [await lake.begin('SELECT 1'), await lake.begin('SELECT 1 / 0')];
  await eventually(async () => refused.includes('SUCCEEDED') && refused.includes('FAILED'));
  expect((await execution(good)).Status?.State).toBe('RUNNING');
  expect((await execution(bad)).Status?.State).toBe('RUNNING');
  jest.restoreAllMocks();
  expect((await lake.ended(good)).Status?.State).toBe('SUCCEEDED');
  expect((await lake.ended(bad)).Status?.State).toBe('FAILED');
  expect(lake.faults).toHaveLength(2);
  await lake.restart();
  expect((await execution(good)).Status?.State).toBe('SUCCEEDED');
  expect((await execution(bad)).Status?.State).toBe('FAILED');
});

test('a query that the endpoint was stopped in has failed and may be sent again', async () => {
  const { Status } = await stoppedAtItsEnd('SELECT 1');
  expect(Status).toMatchObject({ State: 'FAILED', AthenaError: { ErrorCategory: 1, Retryable: true } });
});

test('an INSERT that was not told to have succeeded leaves neither rows nor partitions', async () => {
  await lake.table('hive', { n: 'int' }, { keys: { k: 'string' } });
  await lake.rows("INSERT INTO hive VALUES (1, 'a')");
  const { Status, Statistics } = await stoppedAtItsEnd("INSERT INTO hive VALUES (2, 'a'), (3, 'b')");
  expect(Status?.State).toBe('FAILED');
  expect(Statistics?.DataManifestLocation).toMatch(/-manifest\.csv$/);
  expect(await lake.rows('SELECT n FROM hive')).toEqual([['1']]);
  expect(await keys('hive/')).toHaveLength(1);
  const { Partitions } = await lake.glue.send(
    new GetPartitionsCommand({ DatabaseName: 'kinesis-rd-db', TableName: 'hive' }),
  );
  expect(Partitions?.map(({ Values }) => Values)).toEqual([['a']]);
  await lake.rows("INSERT INTO hive VALUES (2, 'a'), (3, 'b')");
  expect(await lake.rows('SELECT n FROM hive ORDER BY n')).toEqual([['1'], ['2'], ['3']]);
});

test('a CTAS that was not told to have succeeded leaves no table and an empty folder', async () => {
  const sql = "CREATE TABLE copy WITH (partitioned_by = ARRAY['k']) AS SELECT 1 AS n, 'a' AS k";
  const { Status, QueryExecutionId, Statistics } = await stoppedAtItsEnd(sql);
  expect(Status?.State).toBe('FAILED');
  expect(await tableOf('copy')).toBeUndefined();
  // Athena's manifest stays, and lists the intended objects.
  expect(Statistics?.DataManifestLocation).toBe(`s3://lake/results/tables/${QueryExecutionId}-manifest.csv`);
  expect(await keys(`results/tables/${QueryExecutionId}/`)).toEqual([]);
  await lake.rows(sql);
  expect(await lake.rows('SELECT * FROM copy')).toEqual([['1', 'a']]);
});

test('what fails after it wrote is taken back at once, and the manifest lists what was meant', async () => {
  await lake.table('pair', { n: 'int' }, { keys: { k: 'string' } });
  const folder = S3State.prototype.roomyFolder;
  let puts = 0;
  jest.spyOn(S3State.prototype, 'roomyFolder').mockImplementation(function (this: S3State) {
    // The manifest, the first object, and no second.
    if (++puts === 3) throw new Error('The disk is full.');
    return folder.call(this);
  });
  const { Status, Statistics } = await lake.run("INSERT INTO pair VALUES (2, 'a'), (3, 'b')");
  jest.restoreAllMocks();
  expect(Status?.State).toBe('FAILED');
  const manifest = Statistics?.DataManifestLocation as string;
  expect(String(await lake.bytes(manifest.replace('s3://lake/', ''))).split('\n')).toHaveLength(3);
  expect(await keys('pair/')).toEqual([]);
});

test('changes of an Iceberg table that the catalog has are told to have succeeded, with their rows', async () => {
  const iceberg = "TBLPROPERTIES ('table_type'='ICEBERG')";
  const created = await stoppedAtItsEnd(`CREATE TABLE ice (n int) LOCATION 's3://lake/ice/' ${iceberg}`);
  expect(created.Status?.State).toBe('SUCCEEDED');
  const updates: [string, number][] = [
    ['INSERT INTO ice VALUES 1, 2, 3', 3],
    ['UPDATE ice SET n = n + 10 WHERE n > 1', 2],
  ];
  for (const [sql, rows] of updates) {
    const { Status, QueryExecutionId } = await stoppedAtItsEnd(sql);
    expect(Status?.State).toBe('SUCCEEDED');
    const { UpdateCount } = await lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
    expect(UpdateCount).toBe(rows);
  }
  expect(await lake.rows('SELECT n FROM ice ORDER BY n')).toEqual([['1'], ['12'], ['13']]);
  const copied = await stoppedAtItsEnd(
    "CREATE TABLE ice2 WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/ice2/') AS SELECT 1 AS n",
  );
  expect(copied.Status?.State).toBe('SUCCEEDED');
  expect(await lake.rows('SELECT n FROM ice2')).toEqual([['1']]);
});

test('an Iceberg CTAS that never came to the catalog leaves its folder empty', async () => {
  const sql =
    "CREATE TABLE ice3 WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/ice3/') AS SELECT 1 AS n";
  const put = jest.spyOn(GlueState.prototype, 'putTable').mockImplementation(() => {
    throw new Error('The disk is full.');
  });
  expect((await lake.run(sql)).Status?.State).toBe('FAILED');
  put.mockRestore();
  expect(await keys('ice3/')).toEqual([]);
  await lake.rows(sql);
});

test('a statement of DDL whose change is stored is told to have succeeded', async () => {
  const statements = [
    'CREATE DATABASE later',
    "CREATE EXTERNAL TABLE later.made (n int) LOCATION 's3://lake/made/'",
    'ALTER TABLE later.made ADD COLUMNS (m int)',
    'CREATE VIEW later.seen AS SELECT 1 AS n',
    'DROP TABLE later.made',
  ];
  for (const sql of statements) expect([sql, (await stoppedAtItsEnd(sql)).Status?.State]).toEqual([sql, 'SUCCEEDED']);
});
