import {
  BatchGetQueryExecutionCommand,
  CreateNamedQueryCommand,
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  GetDatabaseCommand,
  GetNamedQueryCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetQueryRuntimeStatisticsCommand,
  GetTableMetadataCommand,
  GetWorkGroupCommand,
  InvalidRequestException,
  ListDatabasesCommand,
  ListDataCatalogsCommand,
  ListNamedQueriesCommand,
  ListQueryExecutionsCommand,
  ListTableMetadataCommand,
  ListTagsForResourceCommand,
  ListWorkGroupsCommand,
  MetadataException,
  StopQueryExecutionCommand,
  TagResourceCommand,
  UpdateWorkGroupCommand,
} from '@aws-sdk/client-athena';
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { eventually } from 'lakehouse-local/testing';
import { execute, lakeFixture } from 'lakehouse-local/testing/athena';

const lake = lakeFixture();

/** A query long enough to be stopped: it counts far more pairs than it could within the test. */
const ENDLESS =
  'SELECT count(*) FROM UNNEST(sequence(1, 100000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 100000)) AS b(y) CROSS JOIN UNNEST(sequence(1, 1000)) AS c(z) WHERE (x * y + z) % 7 = 3';

test('a workgroup is made, changed and removed with what is in it', async () => {
  const { athena } = lake;
  const create = () =>
    athena.send(
      new CreateWorkGroupCommand({
        Name: 'team',
        Configuration: { BytesScannedCutoffPerQuery: 10_485_760, EnforceWorkGroupConfiguration: true },
        Tags: [{ Key: 'env', Value: 'dev' }],
      }),
    );
  await create();
  expect((await athena.send(new GetWorkGroupCommand({ WorkGroup: 'team' }))).WorkGroup).not.toHaveProperty(
    'Description',
  );
  await expect(create()).rejects.toThrow(InvalidRequestException);
  await athena.send(
    new UpdateWorkGroupCommand({
      WorkGroup: 'team',
      Description: 'ours',
      ConfigurationUpdates: {
        RemoveBytesScannedCutoffPerQuery: true,
        ResultConfigurationUpdates: { OutputLocation: 's3://lake/team/' },
      },
    }),
  );
  const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: 'team' }));
  expect(WorkGroup).toMatchObject({
    State: 'ENABLED',
    Description: 'ours',
    Configuration: {
      ResultConfiguration: { OutputLocation: 's3://lake/team/' },
      EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
    },
  });
  expect(WorkGroup?.Configuration).not.toHaveProperty('BytesScannedCutoffPerQuery');
  const ResourceARN = 'arn:aws:athena:us-east-1:000000000000:workgroup/team';
  await athena.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'x', Value: 'y' }] }));
  expect((await athena.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toHaveLength(2);
  expect((await athena.send(new GetWorkGroupCommand({ WorkGroup: 'primary' }))).WorkGroup).not.toHaveProperty(
    'Description',
  );
  const { WorkGroups } = await athena.send(new ListWorkGroupsCommand({}));
  expect(WorkGroups?.map(({ Name, Description }) => [Name, Description])).toEqual([
    ['lakehouse', ''],
    ['primary', ''],
    ['team', 'ours'],
  ]);

  const { NamedQueryId } = await athena.send(
    new CreateNamedQueryCommand({ Name: 'q', Database: 'kinesis-rd-db', QueryString: 'SELECT 1', WorkGroup: 'team' }),
  );
  await lake.run('SELECT 1', { WorkGroup: 'team' });
  await expect(athena.send(new DeleteWorkGroupCommand({ WorkGroup: 'team' }))).rejects.toThrow(
    'WorkGroup team is not empty',
  );
  await athena.send(new DeleteWorkGroupCommand({ WorkGroup: 'team', RecursiveDeleteOption: true }));
  await expect(athena.send(new GetWorkGroupCommand({ WorkGroup: 'team' }))).rejects.toThrow(
    /^WorkGroup is not found\.$/,
  );
  await expect(athena.send(new ListNamedQueriesCommand({ WorkGroup: 'team' }))).rejects.toThrow(
    InvalidRequestException,
  );
  // Terraform's provider recognizes a deleted query by this message only.
  await expect(athena.send(new GetNamedQueryCommand({ NamedQueryId }))).rejects.toThrow(
    `NamedQuery ${NamedQueryId} does not exist`,
  );
});

test('the workgroup’s place wins if it is enforced; without any, a query is refused', async () => {
  const enforced = await lake.run('SELECT 1', { ResultConfiguration: { OutputLocation: 's3://lake/mine/' } });
  expect(enforced.ResultConfiguration?.OutputLocation).toMatch(/^s3:\/\/lake\/results\//);
  await expect(lake.begin('SELECT 1', { WorkGroup: 'primary' })).rejects.toThrow(/^No output location provided/);
  const chosen = await lake.run('SELECT 1 AS a, NULL AS b', {
    WorkGroup: 'primary',
    ResultConfiguration: { OutputLocation: 's3://lake/mine/' },
  });
  const key = chosen.ResultConfiguration?.OutputLocation?.replace('s3://lake/', '') as string;
  const object = await lake.s3.send(new GetObjectCommand({ Bucket: 'lake', Key: key }));
  expect(await object.Body?.transformToString()).toBe('"a","b"\n"1",\n');
});

test('the same token gives the same execution, and another request is refused', async () => {
  const ClientRequestToken = 'a-token-of-at-least-32-characters-for-this';
  const first = await lake.begin('SELECT 1', { ClientRequestToken });
  expect(await lake.begin('SELECT 1', { ClientRequestToken })).toBe(first);
  await expect(lake.begin('SELECT 2', { ClientRequestToken })).rejects.toMatchObject({
    message: 'Idempotent parameters do not match',
    AthenaErrorCode: 'IDEMPOTENT_PARAMETER_MISMATCH',
  });
  expect(await lake.begin('SELECT 1', { ClientRequestToken, ExecutionParameters: ['2'] })).toBe(first);
  const QueryExecutionContext = { Catalog: 'AwsDataCatalog', Database: 'kinesis-rd-db' };
  await expect(lake.begin('SELECT 1', { ClientRequestToken, QueryExecutionContext })).rejects.toThrow('Idempotent');
  expect((await lake.run('SELECT 1', { QueryExecutionContext })).QueryExecutionContext).toEqual({
    Catalog: 'awsdatacatalog',
    Database: 'kinesis-rd-db',
  });
});

test('requests are refused in order: members, location, syntax; a refusal leaves the value out', async () => {
  const wrong = { WorkGroup: 'primary', ResultConfiguration: { OutputLocation: 'lake' } };
  await expect(lake.begin('SELEC 1', { ...wrong, ClientRequestToken: 'short' })).rejects.toMatchObject({
    message:
      "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32",
    AthenaErrorCode: 'INVALID_INPUT',
  });
  await expect(lake.begin('SELEC 1', wrong)).rejects.toThrow('outputLocation is not a valid S3 path.');
  await expect(lake.begin('SELEC 1')).rejects.toMatchObject({ AthenaErrorCode: 'MALFORMED_QUERY' });
  const results = (QueryExecutionId: string, more: object) =>
    lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId, ...more }));
  await expect(results('none', { MaxResults: 1001 })).rejects.toThrow('QueryExecution none was not found');
  const id = (await lake.run('SELECT 1')).QueryExecutionId as string;
  await expect(results(id, { MaxResults: 1001 })).rejects.toThrow(
    'MaxResults is more than maximum allowed length 1000',
  );
  await expect(results(id, { NextToken: 'x' })).rejects.toThrow('Malformed nextPageToken x');
  await expect(results(id, { NextToken: '', MaxResults: 0 })).rejects.toThrow(
    /^2 validation errors detected: Value at '(nextToken|maxResults)' failed/,
  );
});

test('a running query is stopped', async () => {
  const QueryExecutionId = await lake.begin(ENDLESS);
  await expect(lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId }))).rejects.toThrow(
    /Query has not yet finished. Current state: (QUEUED|RUNNING)/,
  );
  await lake.athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
  const { QueryExecution } = await lake.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
  expect(QueryExecution?.Status).toMatchObject({
    State: 'CANCELLED',
    StateChangeReason: 'Query cancelled by user',
  });
  await expect(lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId }))).rejects.toMatchObject({
    message: 'Could not find results',
    AthenaErrorCode: 'RESULT_NOT_FOUND',
  });
  await expect(lake.athena.send(new GetQueryExecutionCommand({ QueryExecutionId: 'none' }))).rejects.toMatchObject({
    message: 'QueryExecution none was not found',
    AthenaErrorCode: 'QUERY_EXECUTION_NOT_FOUND',
  });
});

test('a scan over the workgroup’s limit is cancelled', async () => {
  await lake.athena.send(
    new CreateWorkGroupCommand({
      Name: 'small',
      Configuration: {
        ResultConfiguration: { OutputLocation: 's3://lake/small/' },
        BytesScannedCutoffPerQuery: 10_485_760,
      },
    }),
  );
  const lines = Buffer.from(`${JSON.stringify({ text: 'x'.repeat(1_000) })}\n`.repeat(11_000));
  const json = { SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' } };
  await lake.table('large', { text: 'string' }, { storage: json });
  await lake.put('large/a.json', lines);
  expect(await lake.rows('SELECT count(*), max(length(text)) FROM large')).toEqual([['11000', '1000']]);
  const execution = await lake.run('SELECT count(*) FROM large', { WorkGroup: 'small' });
  expect(execution.Status).toMatchObject({ State: 'CANCELLED', StateChangeReason: 'Bytes scanned limit was exceeded' });
});

test('text tables: both CSV SerDes, headers, types and NULL', async () => {
  const columns = { id: 'int', name: 'string', price: 'double' };
  const lazy = {
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
      Parameters: { 'field.delim': '|' },
    },
  };
  await lake.table('lazy', columns, { storage: lazy, parameters: { 'skip.header.line.count': '1' } });
  await lake.put('lazy/a.txt', 'id|name|price\n1|"a"|1.5\nx|\\N|2\n');
  expect(await lake.rows('SELECT * FROM lazy ORDER BY price')).toEqual([
    ['1', '"a"', '1.5'],
    [undefined, undefined, '2.0'],
  ]);
  const open = { SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde' } };
  await lake.table('open', { id: 'string', name: 'string' }, { storage: open });
  await lake.put('open/a.csv', '1,"a, b"\n2,c\n');
  expect(await lake.rows('SELECT * FROM open ORDER BY id')).toEqual([
    ['1', 'a, b'],
    ['2', 'c'],
  ]);
});

test('JSON tables: keys in any case, nested ones too, mapped ones; a line that is none is a row of NULLs', async () => {
  const storage = {
    SerdeInfo: {
      SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
      Parameters: { 'mapping.at': 'timestamp', 'ignore.malformed.json': 'true' },
    },
  };
  const columns = {
    userid: 'int',
    at: 'string',
    geo: 'struct<lat:double,lon:double>',
    tags: 'array<struct<k:string>>',
  };
  await lake.table('camel', columns, { storage });
  await lake.put(
    'camel/a.json',
    '{"userId":1,"timestamp":"noon","geo":{"Lat":1.5},"Tags":[{"K":"x"}]}\nnot json\n{"userid":2,"geo":null}\n',
  );
  await lake.put('camel/b.json', '{"USERID":3,"geo":{"Lat":2.5,"lon":3}}\n');
  expect(await lake.rows('SELECT * FROM camel ORDER BY userid')).toEqual([
    ['1', 'noon', '{lat=1.5, lon=null}', '[{k=x}]'],
    ['2', undefined, undefined, undefined],
    ['3', undefined, '{lat=2.5, lon=3.0}', undefined],
    [undefined, undefined, undefined, undefined],
  ]);
});

test('a missing column is NULL, and an added one is read from the files that have it', async () => {
  await lake.table('evolving', { id: 'bigint', added: 'string', never: 'int' });
  await lake.parquet('evolving/a.parquet', 'SELECT 1::BIGINT AS id');
  await lake.parquet('evolving/b.parquet', "SELECT 'x' AS added, 2::BIGINT AS id");
  expect(await lake.rows('SELECT * FROM evolving ORDER BY id')).toEqual([
    ['1', undefined, undefined],
    ['2', 'x', undefined],
  ]);
});

test('a key that looks like a pattern means that object alone', async () => {
  await lake.table('odd', { id: 'bigint' });
  await lake.table('other', { id: 'bigint' });
  await lake.parquet('odd/a[1]*?.parquet', 'SELECT 1::BIGINT AS id');
  await lake.parquet("odd/it's.parquet", 'SELECT 2::BIGINT AS id');
  await lake.parquet('odd/a1zz.parquet', 'SELECT 3::BIGINT AS id');
  await lake.parquet('other/x.parquet', 'SELECT 4::BIGINT AS id');
  expect(await lake.rows('SELECT id, "$path" FROM odd ORDER BY id')).toEqual([
    ['1', 's3://lake/odd/a[1]*?.parquet'],
    ['2', "s3://lake/odd/it's.parquet"],
    ['3', 's3://lake/odd/a1zz.parquet'],
  ]);
});

test('executions are listed newest first, and survive a restart', async () => {
  const id = await lake.begin('SELECT 42');
  await lake.ended(id);
  await lake.restart();
  const { QueryExecutionIds } = await lake.athena.send(new ListQueryExecutionsCommand({ WorkGroup: 'lakehouse' }));
  expect(QueryExecutionIds).toContain(id);
  const page = (NextToken?: string) =>
    lake.athena.send(new ListQueryExecutionsCommand({ WorkGroup: 'lakehouse', MaxResults: 1, NextToken }));
  const first = await page();
  const second = await page(first.NextToken);
  expect([...(first.QueryExecutionIds ?? []), ...(second.QueryExecutionIds ?? [])]).toEqual(
    QueryExecutionIds?.slice(0, 2),
  );
  await expect(page(Buffer.from('v1:foreign').toString('base64url'))).rejects.toThrow(
    /^The nextPageToken is malformed: /,
  );
  const unknown = 'b2b2b2b2-0000-0000-0000-000000000000';
  const batch = await lake.athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds: [id, unknown] }));
  expect(batch.QueryExecutions?.[0]?.Query).toBe('SELECT 42');
  expect(batch.UnprocessedQueryExecutionIds?.map(({ QueryExecutionId }) => QueryExecutionId)).toEqual([unknown]);
  const { QueryRuntimeStatistics } = await lake.athena.send(
    new GetQueryRuntimeStatisticsCommand({ QueryExecutionId: id }),
  );
  expect(QueryRuntimeStatistics?.Rows?.OutputRows).toBe(1);
});

test('the catalog is seen through Athena too', async () => {
  const { DataCatalogsSummary } = await lake.athena.send(new ListDataCatalogsCommand({}));
  expect(DataCatalogsSummary).toEqual([{ CatalogName: 'AwsDataCatalog', Type: 'GLUE', Status: 'CREATE_COMPLETE' }]);
  const { DatabaseList } = await lake.athena.send(new ListDatabasesCommand({ CatalogName: 'AwsDataCatalog' }));
  expect(DatabaseList?.map(({ Name }) => Name)).toEqual(['kinesis-rd-db']);
  const missing = { CatalogName: 'AwsDataCatalog', DatabaseName: 'kinesis-rd-db', TableName: 'none' };
  await expect(lake.athena.send(new GetTableMetadataCommand(missing))).rejects.toThrow(MetadataException);
  // Clients tell a missing database from other faults by Glue's code in the text.
  await expect(
    lake.athena.send(new GetDatabaseCommand({ CatalogName: 'AwsDataCatalog', DatabaseName: 'default' })),
  ).rejects.toThrow(
    /^Database default not found\. \(Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
  );
  // So does it with every other fault of Glue.
  const pattern = { CatalogName: 'AwsDataCatalog', DatabaseName: 'kinesis-rd-db', Expression: '[' };
  await expect(lake.athena.send(new ListTableMetadataCommand(pattern))).rejects.toThrow(
    expect.objectContaining({
      name: 'MetadataException',
      message: expect.stringContaining('Error Code: InvalidInputException'),
    }),
  );
  await expect(lake.athena.send(new ListDatabasesCommand({ CatalogName: 'nowhere' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
    AthenaErrorCode: 'DATACATALOG_NOT_FOUND',
  });
});

test('a workgroup publishes its queries’ metrics once that is turned on', async () => {
  const { athena, cloudwatch } = lake;
  for (const [Name, PublishCloudWatchMetricsEnabled] of [
    ['unmetered', undefined],
    ['metered', true],
  ] as const) {
    const ResultConfiguration = { OutputLocation: 's3://lake/results/' };
    await athena.send(
      new CreateWorkGroupCommand({ Name, Configuration: { ResultConfiguration, PublishCloudWatchMetricsEnabled } }),
    );
    await execute(athena, { QueryString: 'SELECT 1', WorkGroup: Name });
  }
  const metrics = await eventually(async () => {
    const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/Athena' }));
    return Metrics.length > 0 && Metrics;
  });
  const workGroups = metrics.map(({ Dimensions }) => Dimensions?.find(({ Name }) => Name === 'WorkGroup')?.Value);
  expect(new Set(workGroups)).toEqual(new Set(['metered']));
});

test('managed query results are refused, and may be off', async () => {
  const of = (Enabled: boolean) => ({ ManagedQueryResultsConfiguration: { Enabled } });
  await lake.athena.send(new CreateWorkGroupCommand({ Name: 'unmanaged', Configuration: of(false) }));
  await expect(
    lake.athena.send(new CreateWorkGroupCommand({ Name: 'managed', Configuration: of(true) })),
  ).rejects.toThrow('Managed query results are not here');
  await expect(
    lake.athena.send(
      new UpdateWorkGroupCommand({
        WorkGroup: 'unmanaged',
        ConfigurationUpdates: { ManagedQueryResultsConfigurationUpdates: { Enabled: true } },
      }),
    ),
  ).rejects.toThrow('Managed query results are not here');
});
