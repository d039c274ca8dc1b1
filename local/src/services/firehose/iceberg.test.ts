import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  type IcebergDestinationConfiguration,
  PutRecordBatchCommand,
  UpdateDestinationCommand,
} from '@aws-sdk/client-firehose';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { eventually, policy } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { readByIcebird } from 'lakehouse-local/testing/iceberg';

const TRUST = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'firehose.amazonaws.com' } });
const ACCOUNT = '000000000000';
const DB = 'kinesis-rd-db';
const on = (action: string[], resource: string[]) => ({ Effect: 'Allow', Action: action, Resource: resource });
const CATALOG = ['catalog', `database/${DB}`, `table/${DB}/*`].map(
  (each) => `arn:aws:glue:us-east-1:${ACCOUNT}:${each}`,
);
/** Statements of Firehose's documentation ("Grant Firehose access to an Apache Iceberg Tables destination"). */
const STATEMENTS = [
  on(['glue:GetTable', 'glue:GetDatabase', 'glue:UpdateTable'], CATALOG),
  on(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'], ['arn:aws:s3:::lake/*']),
  on(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], ['arn:aws:s3:::lake']),
];

const lake = lakeFixture({ faults: /Iceberg\.|MalformedData/ });
const { firehose } = lake;
let RoleARN: string;

beforeAll(async () => {
  RoleARN = await lake.role('delivery', TRUST);
  await lake.permit('delivery', ...STATEMENTS);
  for (const name of ['people', 'orders']) {
    await lake.rows(
      // Columns with names that the delivery's own could have.
      `CREATE TABLE ${name} (id bigint, name string, at timestamp, operation string, n int, line int) LOCATION 's3://lake/${name}/' TBLPROPERTIES ('table_type'='ICEBERG')`,
    );
  }
});

const S3 = () => ({
  RoleARN,
  BucketARN: 'arn:aws:s3:::lake',
  ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
});
const tables = (...names: string[]) =>
  names.map((DestinationTableName) => ({ DestinationDatabaseName: DB, DestinationTableName, UniqueKeys: ['id'] }));

async function create(name: string, more: Partial<IcebergDestinationConfiguration> = {}): Promise<void> {
  const IcebergDestinationConfiguration = {
    RoleARN,
    CatalogConfiguration: { CatalogARN: `arn:aws:glue:us-east-1:${ACCOUNT}:catalog` },
    S3Configuration: S3(),
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
    DestinationTableConfigurationList: tables('people'),
    ...more,
  };
  await firehose.send(new CreateDeliveryStreamCommand({ DeliveryStreamName: name, IcebergDestinationConfiguration }));
}

const query = (text: string) => ({
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction' as const,
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery' as const, ParameterValue: text },
          { ParameterName: 'JsonParsingEngine' as const, ParameterValue: 'JQ-1.6' },
        ],
      },
    ],
  },
});

const put = (DeliveryStreamName: string, ...records: object[]) =>
  firehose.send(
    new PutRecordBatchCommand({
      DeliveryStreamName,
      Records: records.map((record) => ({ Data: Buffer.from(JSON.stringify(record)) })),
    }),
  );

const rowsOf = (table: string) => lake.rows(`SELECT id, name FROM ${table} ORDER BY id, name`);
const comes = (table: string, rows: (string | undefined)[][]) =>
  eventually(async () => JSON.stringify(await rowsOf(table)) === JSON.stringify(rows), 20_000);

async function errors(prefix: string): Promise<Record<string, unknown>[]> {
  const { Contents = [] } = await lake.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: prefix }));
  const found: Record<string, unknown>[] = [];
  for (const { Key } of Contents) {
    const { Body } = await lake.s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
    for (const line of ((await Body?.transformToString()) ?? '').trim().split('\n')) found.push(JSON.parse(line));
  }
  return found;
}

test('records become rows of a table, one snapshot for each buffer', async () => {
  await create('append');
  await put('append', { id: 1, name: 'Ann', at: '2026-01-01T10:00:00Z' }, { ID: 2, name: 'Bob', other: true });
  await comes('people', [
    ['1', 'Ann'],
    ['2', 'Bob'],
  ]);
  expect(await lake.rows('SELECT operation, summary[\'added-records\'] FROM "people$snapshots"')).toEqual([
    ['append', '2'],
  ]);
  expect(await readByIcebird(lake, 'people')).toHaveLength(2);
  const { DeliveryStreamDescription: found } = await firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'append' }),
  );
  const [destination] = found?.Destinations ?? [];
  expect(destination?.ExtendedS3DestinationDescription).toBeUndefined();
  expect(destination?.IcebergDestinationDescription).toMatchObject({
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
    DestinationTableConfigurationList: tables('people'),
    RetryOptions: { DurationInSeconds: 300 },
    S3BackupMode: 'FailedDataOnly',
    S3DestinationDescription: { BucketARN: 'arn:aws:s3:::lake' },
  });
});

test('a query routes records to several tables, and inserts, updates and deletes by unique keys', async () => {
  await create('route', {
    DestinationTableConfigurationList: tables('people', 'orders'),
    ...query(`{destinationDatabaseName: "${DB}", destinationTableName: .to, operation: .op}`),
  });
  await put(
    'route',
    { to: 'orders', op: 'insert', id: 10, name: 'first' },
    { to: 'orders', op: 'insert', id: 11, name: 'second' },
    { to: 'people', op: 'update', id: 1, name: 'Anna' },
    { to: 'people', op: 'delete', id: 2 },
    { to: 'orders', op: 'update', id: 10, name: 'changed' },
    { to: 'orders', op: 'insert', id: 12, name: 'gone' },
    { to: 'orders', op: 'delete', id: 12 },
    { to: 'people', op: 'update', id: 3, name: 'Cy' },
    { to: 'nowhere', op: 'insert', id: 4 },
    { to: 'people', op: 'upsert', id: 5 },
    { to: 'people', op: 'insert', id: 'no number' },
  );
  await comes('people', [
    ['1', 'Anna'],
    ['3', 'Cy'],
  ]);
  await comes('orders', [
    ['10', 'changed'],
    ['11', 'second'],
  ]);
  expect(await readByIcebird(lake, 'people')).toHaveLength(2);
  const failed = await eventually(async () => {
    const found = await errors('errors/iceberg-failed/');
    return found.length === 3 && found;
  });
  expect(failed.map(({ lastErrorCode }) => lastErrorCode).sort()).toEqual([
    'DataFormatConversion.MalformedData',
    'Iceberg.InvalidOperation',
    'Iceberg.NoSuchTable',
  ]);
  const raw = failed.map(({ rawData }) => JSON.parse(Buffer.from(rawData as string, 'base64').toString()));
  expect(raw).toContainEqual({ to: 'nowhere', op: 'insert', id: 4 });
});

test('a destination without a table, or with several, takes records, and puts those aside that name none', async () => {
  const S3Configuration = { ...S3(), ErrorOutputPrefix: 'astray/' };
  await create('astray', { DestinationTableConfigurationList: [], S3Configuration });
  await create('several', { DestinationTableConfigurationList: tables('people', 'orders'), S3Configuration });
  for (const name of ['astray', 'several']) await put(name, { id: 30, name });
  const failed = await eventually(async () => {
    const found = await errors('astray/');
    return found.length === 2 && found;
  });
  expect(failed.map(({ lastErrorCode }) => lastErrorCode)).toEqual(Array(2).fill('Iceberg.InvalidTableName'));
});

test('what a table does not take for as long as it is to be tried goes to S3, and nothing after it waits', async () => {
  await create('denied', {
    DestinationTableConfigurationList: tables('orders'),
    RetryOptions: { DurationInSeconds: 1 },
    S3Configuration: { ...S3(), ErrorOutputPrefix: 'denied/' },
  });
  await lake.permit(
    'delivery',
    ...STATEMENTS.map((each) => ({ ...each, Action: each.Action.filter((action) => action !== 'glue:UpdateTable') })),
  );
  await put('denied', { id: 20, name: 'refused' });
  const [failed] = await eventually(async () => {
    const found = await errors('denied/');
    return found.length === 1 && found;
  }, 20_000);
  expect(failed).toMatchObject({ lastErrorCode: 'Iceberg.AccessDenied' });
  expect(JSON.parse(Buffer.from(failed?.rawData as string, 'base64').toString())).toEqual({ id: 20, name: 'refused' });
  await lake.permit('delivery', ...STATEMENTS);
  await put('denied', { id: 21, name: 'later' });
  await comes('orders', [
    ['10', 'changed'],
    ['11', 'second'],
    ['21', 'later'],
  ]);
});

test('rows are counted as Firehose counts them', async () => {
  const { cloudwatch } = lake;
  const sum = async (stream: string, MetricName: string) => {
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Firehose',
        MetricName,
        Dimensions: [{ Name: 'DeliveryStreamName', Value: stream }],
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 3_600_000),
        Period: 7200,
        Statistics: ['Sum'],
      }),
    );
    return (Datapoints ?? []).reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  const counts = (stream: string) =>
    Promise.all(['Incoming', 'Successful', 'Failed'].map((kind) => sum(stream, `DeliveryToIceberg.${kind}RowCount`)));
  expect(await counts('append')).toEqual([2, 2, 0]);
  expect(await counts('route')).toEqual([11, 8, 3]);
  expect(await counts('denied')).toEqual([2, 1, 1]);
  expect(await sum('append', 'DeliveryToIceberg.Success')).toBe(1);
  expect(await sum('append', 'DeliveryToS3.Records')).toBe(0);
});

test('settings that Firehose refuses are refused', async () => {
  await expect(create('none', { DestinationTableConfigurationList: tables('missing') })).rejects.toThrow(
    'the table does not exist',
  );
  await expect(create('none', { SchemaEvolutionConfiguration: { Enabled: true } })).rejects.toThrow('Schema evolution');
  await firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: 'append',
      CurrentDeliveryStreamVersionId: '1',
      DestinationId: 'destinationId-000000000001',
      IcebergDestinationUpdate: { BufferingHints: { SizeInMBs: 2, IntervalInSeconds: 0 } },
    }),
  );
  const { DeliveryStreamDescription: found } = await firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'append' }),
  );
  expect(found?.Destinations?.[0]?.IcebergDestinationDescription?.BufferingHints?.SizeInMBs).toBe(2);
});
