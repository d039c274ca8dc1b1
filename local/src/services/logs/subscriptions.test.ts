import { gunzipSync, gzipSync } from 'node:zlib';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteDestinationCommand,
  DeleteSubscriptionFilterCommand,
  DescribeDestinationsCommand,
  DescribeSubscriptionFiltersCommand,
  InvalidParameterException,
  LimitExceededException,
  ListTagsForResourceCommand,
  PutDestinationCommand,
  PutDestinationPolicyCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
  type PutSubscriptionFilterCommandInput,
  ResourceNotFoundException,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateDeliveryStreamCommand,
  InvalidArgumentException,
  type Processor,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { eventually, localFixture, policy } from 'lakehouse-local/testing';

const ACCOUNT = '000000000000';
const STREAM = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/events`;
const DELIVERY = `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream`;
const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });

const local = localFixture({ faults: /Decompression\.InvalidData/ });
const { logs, firehose, kinesis, s3 } = local;
let roleArn: string;
let delivery: string;

beforeAll(async () => {
  await local.stream('events');
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  roleArn = await local.role('subscriber', 'logs.us-east-1.amazonaws.com');
  await local.permit('subscriber', allow('kinesis:PutRecord', 'firehose:PutRecord'));
  delivery = await local.role('delivery', 'firehose.amazonaws.com');
  await local.permit('delivery', allow('s3:*'));
});

async function group(logGroupName: string): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
}

const filter = (logGroupName: string, more: Partial<PutSubscriptionFilterCommandInput>) =>
  logs.send(
    new PutSubscriptionFilterCommand({
      ...{ logGroupName, filterName: 'f', filterPattern: '', destinationArn: STREAM, roleArn },
      ...more,
    }),
  );

const put = (logGroupName: string, ...messages: string[]) =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: 's',
      logEvents: messages.map((message) => ({ message, timestamp: Date.now() })),
    }),
  );

async function inKinesis(): Promise<Record<string, unknown>[]> {
  const at = { StreamARN: STREAM, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' as const };
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(at));
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ Data }) => JSON.parse(gunzipSync(Data as Uint8Array).toString()));
}

test('matching events reach a Kinesis stream in CloudWatch Logs’ envelopes, over a restart too', async () => {
  await group('orders');
  await filter('orders', { filterPattern: '{ $.level = "error" }' });
  await put('orders', '{"level":"error","n":1}', '{"level":"info","n":2}', 'text', '{"level":"error","n":3}');
  await local.restart();
  await put('orders', '{"level":"error","n":4}');
  const [control, ...rest] = await eventually(async () => {
    const found = await inKinesis();
    return found.length >= 3 && found;
  });
  expect(control).toMatchObject({ messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs' });
  expect(rest[0]).toEqual({
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: 'orders',
    logStream: 's',
    subscriptionFilters: ['f'],
    logEvents: [1, 3].map((n) => ({
      id: expect.stringMatching(/^\d{56}$/),
      timestamp: expect.any(Number),
      message: `{"level":"error","n":${n}}`,
    })),
  });
  expect(rest[1]).toMatchObject({ logEvents: [{ message: '{"level":"error","n":4}' }] });
});

test('a destination stands for a stream', async () => {
  await group('named');
  const destinationName = 'central';
  const { destination } = await logs.send(
    new PutDestinationCommand({ destinationName, targetArn: STREAM, roleArn, tags: { team: 'data' } }),
  );
  const described = { destinationName, targetArn: STREAM, roleArn, creationTime: expect.any(Number) };
  const arn = `arn:aws:logs:us-east-1:${ACCOUNT}:destination:central`;
  expect(destination).toEqual({ ...described, arn });
  await logs.send(new TagResourceCommand({ resourceArn: arn, tags: { env: 'dev' } }));
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  expect(tags).toEqual({ team: 'data', env: 'dev' });
  await logs.send(new PutDestinationPolicyCommand({ destinationName, accessPolicy: policy(allow('logs:*')) }));
  const { destinations } = await logs.send(new DescribeDestinationsCommand({ DestinationNamePrefix: 'cen' }));
  expect(destinations).toEqual([{ ...described, arn, accessPolicy: policy(allow('logs:*')) }]);
  await filter('named', { destinationArn: arn, roleArn: undefined });
  await put('named', 'by name');
  await eventually(async () => (await inKinesis()).some(({ logGroup }) => logGroup === 'named'));
  await expect(
    logs.send(new PutDestinationCommand({ destinationName, targetArn: `${STREAM}-none`, roleArn })),
  ).rejects.toThrow('Could not deliver message to specified destination');
  await logs.send(new DeleteDestinationCommand({ destinationName }));
  await expect(filter('named', { destinationArn: arn, roleArn: undefined })).rejects.toThrow(InvalidParameterException);
  await expect(logs.send(new DeleteDestinationCommand({ destinationName }))).rejects.toThrow(ResourceNotFoundException);
});

test('filters are described, replaced and deleted, and what can’t be delivered to is refused', async () => {
  await group('described');
  const list = async () =>
    (await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName: 'described' }))).subscriptionFilters;
  expect(await list()).toEqual([]);
  await filter('described', { filterPattern: 'a' });
  await filter('described', { filterPattern: 'b', distribution: 'Random' });
  expect(await list()).toEqual([
    {
      ...{ filterName: 'f', logGroupName: 'described', filterPattern: 'b', destinationArn: STREAM, roleArn },
      ...{ distribution: 'Random', applyOnTransformedLogs: false, creationTime: expect.any(Number) },
    },
  ]);
  await filter('described', { filterName: 'second' });
  await expect(filter('described', { filterName: 'third' })).rejects.toThrow(LimitExceededException);
  const powerless = await local.role('powerless', 'logs.amazonaws.com');
  const refused: [Partial<PutSubscriptionFilterCommandInput>, RegExp][] = [
    [{ roleArn: undefined }, /vendor kinesis cannot be used without roleArn/],
    [{ roleArn: powerless }, /Could not deliver test message to specified Kinesis stream/],
    [{ roleArn: delivery }, /Could not deliver test message/],
    [{ destinationArn: STREAM.replace('us-east-1', 'eu-west-1') }, /Could not deliver test message/],
    [{ destinationArn: `${DELIVERY}/none` }, /Could not deliver test message to specified Firehose stream/],
    [{ destinationArn: 'arn:aws:s3:::lake' }, /can not be a destination/],
    [{ filterPattern: '{ $.a = ' }, /filter pattern/],
  ];
  for (const [more, message] of refused) {
    const error = await filter('described', { filterName: 'second', ...more }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidParameterException);
    expect((error as Error).message).toMatch(message);
  }
  await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName: 'described', filterName: 'f' }));
  await expect(
    logs.send(new DeleteSubscriptionFilterCommand({ logGroupName: 'described', filterName: 'f' })),
  ).rejects.toThrow(ResourceNotFoundException);
});

const extraction: Processor[] = [
  { Type: 'Decompression', Parameters: [{ ParameterName: 'CompressionFormat', ParameterValue: 'GZIP' }] },
  {
    Type: 'CloudWatchLogProcessing',
    Parameters: [{ ParameterName: 'DataMessageExtraction', ParameterValue: 'true' }],
  },
  { Type: 'AppendDelimiterToRecord' },
];

async function deliveryStream(DeliveryStreamName: string, Processors: Processor[]): Promise<void> {
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName,
      ExtendedS3DestinationConfiguration: {
        RoleARN: delivery,
        BucketARN: 'arn:aws:s3:::lake',
        Prefix: `${DeliveryStreamName}/`,
        ErrorOutputPrefix: `${DeliveryStreamName}-errors/!{firehose:error-output-type}/`,
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        ProcessingConfiguration: { Enabled: Processors.length > 0, Processors },
      },
    }),
  );
}

async function textsUnder(Prefix: string): Promise<string> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix }));
  const texts: string[] = [];
  for (const { Key } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
    texts.push((await Body?.transformToString()) ?? '');
  }
  return texts.join('');
}

test('a delivery stream unpacks the envelopes to lines of messages', async () => {
  await deliveryStream('messages', extraction);
  await group('to-lines');
  await filter('to-lines', { destinationArn: `${DELIVERY}/messages` });
  await put('to-lines', '{"id":1}', '{"id":2}');
  await put('to-lines', '{"id":3}');
  const lines = await eventually(async () => {
    const found = (await textsUnder('messages/')).trim().split('\n');
    return found.length === 3 && found;
  }, 20_000);
  expect(lines.sort()).toEqual(['{"id":1}', '{"id":2}', '{"id":3}']);

  const bad = [Buffer.from('plain'), gzipSync('no JSON'), gzipSync('{"logEvents":[{}]}')];
  for (const Data of bad)
    await firehose.send(new PutRecordCommand({ DeliveryStreamName: 'messages', Record: { Data } }));
  const errors = await eventually(async () => {
    const found = (await textsUnder('messages-errors/decompression-failed/')).trim().split('\n');
    return found.length === bad.length && found.map((line) => JSON.parse(line));
  }, 20_000);
  expect(errors.map(({ rawData }) => rawData).sort()).toEqual(bad.map((data) => data.toString('base64')).sort());
  expect(errors.map(({ lastErrorMessage }) => lastErrorMessage).sort()).toEqual([
    'The record can not be decompressed: it is not gzip.',
    'The record has no messages of log events.',
    'The record is no JSON of CloudWatch Logs.',
  ]);
});

test('without extraction the envelopes are delivered as JSON', async () => {
  await deliveryStream(
    'envelopes',
    extraction.filter(({ Type }) => Type !== 'CloudWatchLogProcessing'),
  );
  await group('to-envelopes');
  await filter('to-envelopes', { destinationArn: `${DELIVERY}/envelopes` });
  await put('to-envelopes', 'hello');
  const envelopes = await eventually(async () => {
    const found = (await textsUnder('envelopes/')).trim().split('\n');
    return found.length === 2 && found.map((line) => JSON.parse(line));
  }, 20_000);
  expect(envelopes.map(({ messageType }) => messageType).sort()).toEqual(['CONTROL_MESSAGE', 'DATA_MESSAGE']);
  for (const Processors of [
    extraction.slice(1),
    [{ Type: 'Decompression', Parameters: [{ ParameterName: 'CompressionFormat', ParameterValue: 'ZIP' }] }],
  ] as Processor[][]) {
    await expect(deliveryStream('refused', Processors)).rejects.toThrow(InvalidArgumentException);
  }
});
