import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
  ResourceNotFoundException,
  UpdateDestinationCommand,
} from '@aws-sdk/client-firehose';
import { MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { BUCKET, Lake, ROLE } from 'lakehouse-local/testing/delivery';

const local = localFixture({ each: true });
const lake = new Lake(local);
let instance: DuckDBInstance;
let duckdb: DuckDBConnection;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-read-'));
  instance = await DuckDBInstance.create(':memory:');
  duckdb = await instance.connect();
});

afterAll(() => {
  duckdb.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

async function rows(key: string): Promise<Record<string, unknown>[]> {
  const path = join(folder, 'object.parquet');
  writeFileSync(path, await lake.body(key));
  return (await duckdb.runAndReadAll(`SELECT * FROM '${path}'`)).getRowObjectsJson();
}

async function allRows(prefix: string): Promise<Record<string, unknown>[]> {
  const found = [];
  for (const key of await lake.keys(prefix)) found.push(...(await rows(key)));
  return found;
}

const COLUMNS = { id: 'string', n: 'int' };

test('converts what comes after its creation, writes errors and the raw backup apart', async () => {
  await lake.build(COLUMNS);
  await lake.put(['{"id":"before","n":0}']);
  const S3BackupConfiguration = {
    RoleARN: ROLE,
    BucketARN: `arn:aws:s3:::${BUCKET}`,
    Prefix: 'source/',
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
  };
  await lake.deliver('d', lake.destination({ S3BackupMode: 'Enabled', S3BackupConfiguration }));
  await lake.put(['{"id":"a","n":1}', '{"id":"b","n":"x"}', '{"id":"c","n":3}{"id":"d","n":4}']);
  const [key = ''] = await lake.objects('data/', 1);
  expect(key).toMatch(/^data\/\d{4}\/\d\d\/\d\d\/\d\d\/d-1-\d{4}(-\d\d){5}-[0-9a-f-]{36}\.parquet$/);
  expect(await rows(key)).toEqual([
    { id: 'a', n: 1 },
    { id: 'c', n: 3 },
    { id: 'd', n: 4 },
  ]);
  const [errorKey = ''] = await lake.objects('error/', 1);
  expect(errorKey).toMatch(/^error\/format-conversion-failed\/\d{4}\/\d\d\/\d\d\/\d\d\/d-1-/);
  const error = JSON.parse(String(await lake.body(errorKey)));
  expect(error).toMatchObject({
    attemptsMade: 1,
    lastErrorCode: 'DataFormatConversion.MalformedData',
    sequenceNumber: expect.stringMatching(/^\d+$/),
    dataCatalogTable: { databaseName: 'db', tableName: 'events', region: 'us-east-1', versionId: 'LATEST' },
  });
  expect(String(Buffer.from(error.rawData, 'base64'))).toBe('{"id":"b","n":"x"}');
  const [rawKey = ''] = await lake.objects('source/', 1);
  expect(String(await lake.body(rawKey))).toBe('{"id":"a","n":1}{"id":"b","n":"x"}{"id":"c","n":3}{"id":"d","n":4}');
});

test('goes on after a restart where it was, with nothing lost and nothing twice', async () => {
  await lake.build(COLUMNS);
  await lake.deliver('d', lake.destination());
  await lake.put(['{"id":"a","n":1}']);
  await lake.objects('data/', 1);
  await lake.firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: 'd',
      CurrentDeliveryStreamVersionId: '1',
      DestinationId: 'destinationId-000000000001',
      ExtendedS3DestinationUpdate: { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 } },
    }),
  );
  await lake.put(['{"id":"b","n":2}']);
  await local.restart();
  const keys = await lake.objects('data/', 2);
  expect(await allRows('data/')).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ]);
  expect(keys.some((key) => /\/d-2-/.test(key))).toBe(true);
});

test.each([
  ['while the endpoint runs', async () => {}],
  ['and the endpoint is started again', () => local.restart()],
])('a stream that is deleted, and made anew under its name %s, is read from its start', async (_when, between) => {
  await lake.build(COLUMNS);
  await lake.deliver('d', lake.destination());
  await lake.put(['{"id":"old","n":1}']);
  await lake.objects('data/', 1);
  await lake.deleteStream();
  const [failure] = await eventually(async () => {
    const failures = await lake.failures();
    return failures.length > 0 && failures;
  });
  expect(failure?.errorCode).toBe('Kinesis.ResourceNotFound');
  await between();
  // More shards than before: some have a checkpoint of the earlier stream's shard of the same name, others don't.
  await lake.createStream(2);
  const fresh = Array.from({ length: 10 }, (_, n) => ({ id: 'new', n }));
  await lake.put(fresh.map((row) => JSON.stringify(row)));
  const found = await eventually(async () => {
    const all = (await allRows('data/')).filter(({ id }) => id === 'new');
    return all.length >= fresh.length && all;
  }, 20_000);
  expect(found.sort((a, b) => Number(a.n) - Number(b.n))).toEqual(fresh);
  expect(await allRows('data/')).toHaveLength(1 + fresh.length);
});

test('reads children after their parents when shards are split and merged', async () => {
  await lake.build(COLUMNS, 2);
  await lake.deliver('d', lake.destination());
  const records = (from: number) => Array.from({ length: 20 }, (_, i) => `{"id":"k${i}","n":${from + i}}`);
  await lake.put(records(0));
  const half = (BigInt(2) ** BigInt(126)).toString();
  await eventually(async () => {
    const done = await lake.kinesis
      .send(
        new SplitShardCommand({ StreamName: 'events', ShardToSplit: 'shardId-000000000000', NewStartingHashKey: half }),
      )
      .catch((error: Error) => error.name === 'ResourceInUseException' || Promise.reject(error));
    return done !== true;
  });
  await eventually(async () => {
    const put = await lake.put(records(100)).catch(() => 'failed');
    return put !== 'failed';
  });
  await eventually(async () => {
    const done = await lake.kinesis
      .send(
        new MergeShardsCommand({
          StreamName: 'events',
          ShardToMerge: 'shardId-000000000002',
          AdjacentShardToMerge: 'shardId-000000000003',
        }),
      )
      .catch((error: Error) => error.name === 'ResourceInUseException' || Promise.reject(error));
    return done !== true;
  });
  await lake.put(records(200));
  const found = await eventually(async () => {
    const all = await allRows('data/');
    return all.length >= 60 && all;
  }, 20_000);
  expect(found.map(({ n }) => n).sort((a, b) => Number(a) - Number(b))).toEqual(
    [0, 100, 200].flatMap((from) => Array.from({ length: 20 }, (_, i) => from + i)),
  );
}, 60_000);

test('takes records put directly, and compresses without conversion', async () => {
  await lake.build(COLUMNS);
  const destination = lake.destination({
    DataFormatConversionConfiguration: undefined,
    CompressionFormat: 'GZIP',
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
    ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord' }] },
  });
  await lake.deliver('direct', destination, false);
  const Records = ['one', 'two'].map((text) => ({ Data: Buffer.from(text) }));
  const { RequestResponses, FailedPutCount } = await lake.firehose.send(
    new PutRecordBatchCommand({ DeliveryStreamName: 'direct', Records }),
  );
  expect(FailedPutCount).toBe(0);
  expect(new Set(RequestResponses?.map(({ RecordId }) => RecordId)).size).toBe(2);
  const [key = ''] = await lake.objects('data/', 1);
  expect(key).toMatch(/\.gz$/);
  expect(String(gunzipSync(await lake.body(key)))).toBe('one\ntwo\n');
});

test('records put directly are kept until the raw backup has them, too', async () => {
  await lake.build(COLUMNS);
  const backup = (IntervalInSeconds: number) => ({
    RoleARN: ROLE,
    BucketARN: `arn:aws:s3:::${BUCKET}`,
    Prefix: 'source/',
    BufferingHints: { SizeInMBs: 128, IntervalInSeconds },
  });
  const destination = lake.destination({ S3BackupMode: 'Enabled', S3BackupConfiguration: backup(900) });
  await lake.deliver('d', destination, false);
  const Record = { Data: Buffer.from('{"id":"a","n":1}') };
  await lake.firehose.send(new PutRecordCommand({ DeliveryStreamName: 'd', Record }));
  await lake.objects('data/', 1);
  await local.restart();
  await lake.firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: 'd',
      CurrentDeliveryStreamVersionId: '1',
      DestinationId: 'destinationId-000000000001',
      ExtendedS3DestinationUpdate: { S3BackupUpdate: backup(0) },
    }),
  );
  const [key = ''] = await lake.objects('source/', 1);
  expect(String(await lake.body(key))).toBe('{"id":"a","n":1}');
  expect(await lake.keys('data/')).toHaveLength(1);
});

/** Deletes the delivery stream, and waits until it is gone. */
async function deleteDelivery(): Promise<void> {
  await lake.firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: 'd' }));
  await eventually(async () => {
    const error = await lake.firehose
      .send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'd' }))
      .catch((thrown: Error) => thrown);
    return error instanceof ResourceNotFoundException;
  });
}

test('a deleted stream delivers what it holds, and is gone', async () => {
  await lake.build(COLUMNS);
  await lake.deliver('d', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 } }));
  await lake.put(['{"id":"last","n":1}']);
  await deleteDelivery();
  expect(await allRows('data/')).toEqual([{ id: 'last', n: 1 }]);
});

test('streams whose deletion an endpoint that stops has begun are gone from the next one', async () => {
  await lake.build(COLUMNS);
  const names = Array.from({ length: 10 }, (_, n) => `d${n}`);
  for (const name of names) await lake.deliver(name, lake.destination());
  for (const DeliveryStreamName of names) {
    await lake.firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName }));
  }
  await local.restart();
  await eventually(async () => {
    const { DeliveryStreamNames } = await lake.firehose.send(new ListDeliveryStreamsCommand({}));
    return DeliveryStreamNames?.length === 0;
  });
});

test('a deleted stream is gone also while records keep coming', async () => {
  await lake.build(COLUMNS);
  await lake.deliver('d', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 } }));
  let running = true;
  const load = async () => {
    while (running) await lake.put(['{"id":"more","n":1}']).catch(() => {});
  };
  // Enough load that almost every read follows a put.
  const loading = Promise.all(Array.from({ length: 16 }, load));
  try {
    await deleteDelivery();
  } finally {
    running = false;
    await loading;
  }
});

test('partitions by a jq query, converts each partition, and puts aside what has no key', async () => {
  await lake.build(COLUMNS);
  const query = '{customer: .customer, year: (.at | strftime("%Y"))}';
  const destination = lake.destination({
    Prefix: 'data/customer=!{partitionKeyFromQuery:customer}/year=!{partitionKeyFromQuery:year}/',
    ErrorOutputPrefix: 'error/!{firehose:error-output-type}/',
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [
        { Type: 'RecordDeAggregation', Parameters: [{ ParameterName: 'SubRecordType', ParameterValue: 'JSON' }] },
        {
          Type: 'MetadataExtraction',
          Parameters: [
            { ParameterName: 'MetadataExtractionQuery', ParameterValue: query },
            { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
          ],
        },
      ],
    },
  });
  await lake.deliver('d', destination);
  const event = (id: string, customer: unknown, year: number) =>
    JSON.stringify({ id, n: year, customer, at: Date.UTC(year, 5) / 1000 });
  await lake.put([
    event('a', 'x', 2020) + event('b', 'y', 2021),
    event('c', 'x', 2020),
    event('d', null, 2020),
    '{"id":"e"',
    event('f', 7, 2020),
  ]);
  const keys = await lake.objects('', 4);
  const folders = keys.map((key) => key.slice(0, key.search(/\d{4}\/\d\d\/|d-1-/)));
  expect(new Set(folders)).toEqual(
    new Set([
      'data/customer=x/year=2020/',
      'data/customer=y/year=2021/',
      'data/customer=7/year=2020/',
      'error/metadata-extraction-failed/',
    ]),
  );
  expect((await allRows('data/customer=x/')).map(({ id }) => id)).toEqual(['a', 'c']);
  expect((await allRows('data/customer=y/')).map(({ id }) => id)).toEqual(['b']);
  const [errorKey = ''] = await lake.keys('error/');
  const errors = String(await lake.body(errorKey))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(errors.map(({ lastErrorMessage }) => lastErrorMessage)).toEqual([
    'partitionKeys values must not be null or empty',
    expect.stringContaining('not valid JSON'),
  ]);
});

test('publishes the metrics of what it reads, converts and writes', async () => {
  await lake.build(COLUMNS);
  await lake.deliver('d', lake.destination());
  await lake.put(['{"id":"a","n":1}', '{"id":"b","n":"x"}']);
  await lake.objects('error/', 1);
  await lake.objects('data/', 1);
  const { cloudwatch } = local;
  const sum = async (MetricName: string) => {
    const now = Date.now();
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Firehose',
        MetricName,
        Dimensions: [{ Name: 'DeliveryStreamName', Value: 'd' }],
        StartTime: new Date(now - 3_600_000),
        EndTime: new Date(now + 3_600_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints?.reduce((total, { Sum }) => total + (Sum ?? 0), 0);
  };
  await eventually(async () => (await sum('SucceedConversion.Records')) === 1);
  expect(await sum('IncomingRecords')).toBe(2);
  expect(await sum('DataReadFromKinesisStream.Bytes')).toBe(34);
  expect(await sum('FailedConversion.Records')).toBe(1);
  expect(await sum('DeliveryToS3.Records')).toBe(1);
  expect(await sum('DeliveryToS3.Success')).toBeGreaterThan(0);
});
