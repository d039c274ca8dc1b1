import { GetQueryResultsCommand, InvalidRequestException } from '@aws-sdk/client-athena';
import { lakeFixture } from 'lakehouse-local/testing/athena';

const lake = lakeFixture({ clock: { now: () => now } });
const now = Date.parse('2022-02-05T00:30:00Z');

beforeAll(async () => {
  const integer = (range: string) => ({ type: 'integer', range, digits: '2' });
  const keys = {
    year: { type: 'date', format: 'yyyy', range: '2020,NOW', interval: '1', 'interval.unit': 'YEARS' },
    month: integer('1,12'),
    day: integer('1,31'),
    hour: integer('0,23'),
  };
  const parameters: Record<string, string> = {
    'projection.enabled': 'true',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the template is written.
    'storage.location.template': 's3://lake/tbl-kinesis-rd/${year}/${month}/${day}/${hour}/',
  };
  for (const [key, settings] of Object.entries(keys)) {
    for (const [name, value] of Object.entries(settings)) parameters[`projection.${key}.${name}`] = value;
  }
  await lake.table(
    'tbl-kinesis-rd',
    { uuid: 'string', event_date: 'string', status: 'string', phone: 'string' },
    { keys: { year: 'string', month: 'string', day: 'string', hour: 'string' }, parameters },
  );
  const rows = (from: number, to: number) =>
    `SELECT 'id-' || i AS uuid, '2022-02-04T21:35:54' AS event_date, CASE WHEN i % 2 = 0 THEN 'Active' END AS status, CAST(900000000 + i AS VARCHAR) AS phone FROM range(${from}, ${to}) t(i)`;
  await lake.parquet('tbl-kinesis-rd/2022/02/04/21/a.parquet', rows(0, 10));
  await lake.parquet('tbl-kinesis-rd/2022/02/04/22/b.parquet', rows(10, 30));
  await lake.parquet('tbl-kinesis-rd/2023/02/04/22/later.parquet', rows(100, 130));
  await lake.put('tbl-kinesis-rd/2022/02/04/22/_hidden', 'x');
});

test('the first query: ten rows, with the partition columns, as CSV in the workgroup’s place', async () => {
  const execution = await lake.run('SELECT * FROM "kinesis-rd-db"."tbl-kinesis-rd" limit 10;');
  expect(execution).toMatchObject({
    StatementType: 'DML',
    SubstatementType: 'SELECT',
    Query: 'SELECT * FROM "kinesis-rd-db"."tbl-kinesis-rd" limit 10',
    Status: { State: 'SUCCEEDED' },
    ResultConfiguration: { OutputLocation: `s3://lake/results/${execution.QueryExecutionId}.csv` },
  });
  expect(execution.Statistics?.DataScannedInBytes).toBeGreaterThan(0);
  const { ResultSet } = await lake.athena.send(
    new GetQueryResultsCommand({ QueryExecutionId: execution.QueryExecutionId }),
  );
  expect(ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual(
    'uuid event_date status phone year month day hour'.split(' ').map((name) => `${name} varchar`),
  );
  expect(ResultSet?.Rows).toHaveLength(11);
  expect(ResultSet?.Rows?.[1]?.Data?.at(-1)).toEqual({ VarCharValue: '21' });
});

test('partitions that the projection has no place for, or the query excludes, are not read', async () => {
  expect(await lake.rows('SELECT hour, count(*) FROM "tbl-kinesis-rd" GROUP BY hour ORDER BY 1')).toEqual([
    ['21', '10'],
    ['22', '20'],
  ]);
  const all = await lake.run('SELECT uuid FROM "tbl-kinesis-rd"');
  const one = await lake.run(`SELECT uuid FROM "tbl-kinesis-rd" WHERE year = '2022' AND hour < '22'`);
  expect(one.Statistics?.DataScannedInBytes).toBeLessThan(all.Statistics?.DataScannedInBytes as number);
});

test('a number finds the partition that its digits are written with', async () => {
  await lake.table(
    'monthly',
    { id: 'int' },
    {
      keys: { month: 'int', day: 'date' },
      parameters: {
        'projection.enabled': 'true',
        'projection.month.type': 'integer',
        'projection.month.range': '1,12',
        'projection.month.digits': '2',
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy/MM/dd',
        'projection.day.range': '2022/01/01,NOW',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the template is written.
        'storage.location.template': 's3://lake/monthly/${month}/${day}/',
      },
    },
  );
  await lake.parquet('monthly/02/2022/02/04/a.parquet', 'SELECT 1::INTEGER AS id');
  await lake.parquet('monthly/01/2022/01/04/b.parquet', 'SELECT 2::INTEGER AS id');
  expect(await lake.rows("SELECT * FROM monthly WHERE month = 2 AND day = DATE '2022-02-04'")).toEqual([
    ['1', '2', '2022-02-04'],
  ]);
  expect(await lake.rows('SELECT id FROM monthly WHERE month IN (1, 3)')).toEqual([['2']]);
});

test('results come page by page', async () => {
  const QueryExecutionId = await lake.begin('SELECT uuid, status FROM "tbl-kinesis-rd" ORDER BY phone');
  await lake.ended(QueryExecutionId);
  const seen: unknown[] = [];
  let NextToken: string | undefined;
  do {
    const page = await lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 7, NextToken }));
    seen.push(...(page.ResultSet?.Rows ?? []).map(({ Data }) => Data?.map(({ VarCharValue }) => VarCharValue)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(seen).toHaveLength(31);
  expect(seen.slice(0, 3)).toEqual([
    ['uuid', 'status'],
    ['id-0', 'Active'],
    ['id-1', undefined],
  ]);
});

test('what is wrong is said as Athena says it', async () => {
  await expect(lake.begin('SELECT * FORM x')).rejects.toThrow(InvalidRequestException);
  expect(await lake.failure('SELECT * FROM nowhere')).toBe(
    "FAILED TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.kinesis-rd-db.nowhere' does not exist",
  );
  const errorOf = async (sql: string) => (await lake.run(sql)).Status?.AthenaError;
  expect(await errorOf('SELECT * FROM nowhere')).toMatchObject({ ErrorCategory: 2, ErrorType: 1301, Retryable: false });
  expect(await errorOf("SELECT split('a', ',')[2]")).toMatchObject({ ErrorCategory: 2, ErrorType: 1106 });
  expect(await errorOf('DROP TABLE nowhere')).toMatchObject({ ErrorCategory: 2, ErrorType: 1003 });
  expect(await lake.failure('SELECT nope FROM "tbl-kinesis-rd"')).toBe(
    "FAILED COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved or requester is not authorized to access requested resources",
  );
  expect(await lake.failure('SELECT uuid FROM "tbl-kinesis-rd" WHERE year = 2022')).toBe(
    'FAILED TYPE_MISMATCH: line 1:46: Cannot apply operator: varchar = integer',
  );
  expect(await lake.failure(`SELECT read_text('/etc/passwd')`)).toBe(
    "FAILED FUNCTION_NOT_FOUND: line 1:8: Function 'read_text' not registered",
  );
});

test('a field of a row is read though nothing else names its column, of whatever type it is', async () => {
  await lake.run(
    `CREATE TABLE nested WITH (format = 'PARQUET') AS SELECT 1 AS id,
       CAST(ROW(true, 2.5, 'x', ROW(7)) AS ROW(flag boolean, amount double, word varchar, inside ROW(number bigint))) AS whole`,
  );
  const one = [['true', '2.5', 'x', '7']];
  expect(await lake.rows('SELECT whole.flag, whole.amount, whole.word, whole.inside.number FROM nested')).toEqual(one);
  expect(
    await lake.rows('SELECT n."whole"."flag", n.whole.amount, n.whole.word, n.whole.inside.number FROM nested AS n'),
  ).toEqual(one);
  expect(await lake.rows('SELECT id FROM nested WHERE whole.inside.number = 7')).toEqual([['1']]);
});
