import {
  CreatePreparedStatementCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CreateTableCommand } from '@aws-sdk/client-glue';
import { lakeFixture } from 'lakehouse-local/testing/athena';

const lake = lakeFixture();

/** A list of numbers, too long to be parsed in the endpoint. */
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index * 2).join(', ');
const EVEN = `n IN (${numbers(2_000)})`;

beforeAll(async () => {
  await lake.table('hive', { n: 'int' }, { keys: { k: 'string' } });
  await lake.rows("INSERT INTO hive VALUES (1, 'a'), (2, 'a'), (4, 'b')");
});

test('a long query reads tables, with their partitions pruned, and takes parameters', async () => {
  expect(await lake.rows(`SELECT n, k FROM hive WHERE ${EVEN} ORDER BY n`)).toEqual([
    ['2', 'a'],
    ['4', 'b'],
  ]);
  const ofB = await lake.run(`SELECT n FROM hive WHERE k = ? AND ${EVEN}`, { ExecutionParameters: ["'b'"] });
  const ofAll = await lake.run(`SELECT n FROM hive WHERE ${EVEN}`);
  expect(ofB.Status?.State).toBe('SUCCEEDED');
  expect(ofB.Statistics?.DataScannedInBytes).toBeLessThan(ofAll.Statistics?.DataScannedInBytes as number);
});

test('long INSERT, CTAS and changes of Iceberg tables', async () => {
  await lake.rows(`INSERT INTO hive SELECT n + 10, k FROM hive WHERE ${EVEN}`);
  expect(await lake.rows('SELECT n FROM hive ORDER BY n')).toEqual([['1'], ['2'], ['4'], ['12'], ['14']]);
  const iceberg = "WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/ice/')";
  await lake.rows(`CREATE TABLE ice ${iceberg} AS SELECT n FROM hive WHERE ${EVEN}`);
  const { QueryExecutionId, Status } = await lake.run(`UPDATE ice SET n = n + 1 WHERE ${EVEN}`);
  expect([Status?.StateChangeReason, lake.faults]).toEqual([undefined, []]);
  const { UpdateCount } = await lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  expect(UpdateCount).toBe(4);
  expect(await lake.rows('SELECT n FROM ice ORDER BY n')).toEqual([['3'], ['5'], ['13'], ['15']]);
});

test('short statements of a long view and a long prepared statement', async () => {
  await lake.rows(`CREATE VIEW evens AS SELECT n FROM hive WHERE k = 'b' AND ${EVEN}`);
  expect(await lake.rows('SELECT * FROM evens ORDER BY 1')).toEqual([['4'], ['14']]);
  const QueryStatement = `SELECT n FROM hive WHERE k = ? AND ${EVEN} ORDER BY n`;
  await lake.athena.send(
    new CreatePreparedStatementCommand({ StatementName: 'evens', WorkGroup: 'lakehouse', QueryStatement }),
  );
  expect(await lake.rows("EXECUTE evens USING 'b'")).toEqual([['4'], ['14']]);
});

test('views that double with each that is built on them hold nobody up, and end when they are cancelled', async () => {
  for (let index = 0; index < 20; index++) {
    const [one, other] = ['a', 'b'].map((name) => `v${index - 1} ${name}`);
    const originalSql = index === 0 ? 'SELECT 1 AS n' : `SELECT a.n FROM ${one}, ${other}`;
    const definition = Buffer.from(JSON.stringify({ originalSql, catalog: 'awsdatacatalog', schema: 'kinesis-rd-db' }));
    const ViewOriginalText = `/* Presto View: ${definition.toString('base64')} */`;
    const TableInput = { Name: `v${index}`, TableType: 'VIRTUAL_VIEW', ViewOriginalText };
    await lake.glue.send(new CreateTableCommand({ DatabaseName: 'kinesis-rd-db', TableInput }));
  }
  expect(await lake.rows('SELECT * FROM v8')).toEqual([['1']]);
  const id = await lake.begin('SELECT * FROM v19');
  await lake.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
  expect((await lake.ended(id)).Status?.State).toBe('CANCELLED');
});

test('what is wrong is said as for short statements', async () => {
  const [refused, missing] = [`SELEC 1 WHERE ${EVEN}`, `SELECT m FROM hive WHERE ${EVEN}`];
  await expect(lake.begin(refused)).rejects.toThrow(InvalidRequestException);
  await expect(lake.begin(refused)).rejects.toThrow("line 1:1: mismatched input 'SELEC'");
  expect(await lake.failure(missing)).toMatch(/^FAILED COLUMN_NOT_FOUND: line 1:8: Column 'm' cannot be resolved/);
  expect(await lake.failure(`DROP TABLE nowhere -- ${EVEN}`)).toMatch(/^FAILED .*Table not found/);
});

test('the longest of statements costs the endpoint next to nothing, and ends when it is cancelled', async () => {
  const longest = `SELECT * FROM (VALUES ${'(1), '.repeat(52_000)}(2)) t(n)`;
  const costs: number[] = [];
  for (let round = 0; round < 2; round++) {
    const before = process.cpuUsage();
    const id = await lake.begin(longest);
    costs.push(process.cpuUsage(before).user / 1_000);
    await lake.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    expect((await lake.ended(id)).Status?.State).toBe('CANCELLED');
  }
  // Parsing it in the endpoint would take over 350 ms each time; this includes the client's time, and in one of the
  // rounds may include a collection of the test process's garbage.
  expect(Math.min(...costs)).toBeLessThan(150);
});
