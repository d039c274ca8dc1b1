import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  InvalidArgumentException,
  KMSDisabledException,
  KMSNotFoundException,
  LimitExceededException,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  type MetricsName,
  PutRecordCommand,
  RemoveTagsFromStreamCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamModeCommand,
  ValidationException,
} from '@aws-sdk/client-kinesis';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { readAll, shardId, streamArn, untilActive } from 'lakehouse-local/testing/kinesis';

const local = localFixture();
const { kinesis: client } = local;

async function summary(StreamName: string) {
  return (await client.send(new DescribeStreamSummaryCommand({ StreamName }))).StreamDescriptionSummary;
}

test('a stream is CREATING, then ACTIVE, then gone', async () => {
  await client.send(new CreateStreamCommand({ StreamName: 'life', ShardCount: 3 }));
  expect(await summary('life')).toMatchObject({ StreamStatus: 'CREATING', StreamARN: streamArn('life') });
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: 'life' }));
  expect(StreamDescription).toMatchObject({ StreamStatus: 'CREATING', Shards: [], HasMoreShards: false });
  expect(StreamDescription?.StreamCreationTimestamp?.getMilliseconds()).toBe(0);
  const early = new GetShardIteratorCommand({ StreamName: 'life', ShardId: '0', ShardIteratorType: 'LATEST' });
  await expect(client.send(early)).rejects.toThrow('Shard shardId-000000000000 in stream life under account');
  expect(await untilActive(client, 'life')).toMatchObject({
    OpenShardCount: 3,
    RetentionPeriodHours: 24,
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
    ConsumerCount: 0,
  });
  await client.send(new DeleteStreamCommand({ StreamName: 'life' }));
  await eventually(async () => (await summary('life').catch((error) => error)) instanceof ResourceNotFoundException);
});

test('its shards divide the hash keys evenly and completely', async () => {
  await local.stream('ranges', 3);
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: 'ranges', Limit: 2 }));
  expect(StreamDescription?.HasMoreShards).toBe(true);
  const rest = await client.send(
    new DescribeStreamCommand({ StreamName: 'ranges', ExclusiveStartShardId: StreamDescription?.Shards?.[1]?.ShardId }),
  );
  const shards = [...(StreamDescription?.Shards ?? []), ...(rest.StreamDescription?.Shards ?? [])];
  expect(shards.map(({ ShardId }) => ShardId)).toEqual([0, 1, 2].map(shardId));
  expect(shards.map(({ HashKeyRange }) => [HashKeyRange?.StartingHashKey, HashKeyRange?.EndingHashKey])).toEqual([
    ['0', '113427455640312821154458202477256070484'],
    ['113427455640312821154458202477256070485', '226854911280625642308916404954512140969'],
    ['226854911280625642308916404954512140970', '340282366920938463463374607431768211455'],
  ]);
});

test('what AWS refuses is refused with its exceptions', async () => {
  await local.stream('taken');
  const refused: [unknown, unknown][] = [
    [new CreateStreamCommand({ StreamName: 'taken', ShardCount: 1 }), ResourceInUseException],
    [new CreateStreamCommand({ StreamName: 'no/slash', ShardCount: 1 }), ValidationException],
    [new CreateStreamCommand({ StreamName: 'none', ShardCount: 0 }), ValidationException],
    [new DescribeStreamCommand({ StreamName: 'missing' }), ResourceNotFoundException],
    [new DescribeStreamCommand({}), InvalidArgumentException],
    [new DescribeStreamCommand({ StreamName: 'a', StreamARN: streamArn('b') }), InvalidArgumentException],
  ];
  for (const [command, exception] of refused) {
    await expect(client.send(command as DescribeStreamCommand)).rejects.toBeInstanceOf(exception);
  }
});

test('100,000 shards are over the quota, and nothing is made of them', async () => {
  const before = process.memoryUsage().rss;
  const absurd = client.send(new CreateStreamCommand({ StreamName: 'absurd', ShardCount: 100_000 }));
  await expect(absurd).rejects.toBeInstanceOf(LimitExceededException);
  expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  await expect(summary('absurd')).rejects.toBeInstanceOf(ResourceNotFoundException);
  expect(await client.send(new DescribeLimitsCommand({}))).toMatchObject({ ShardLimit: 20_000 });
});

test('streams are listed by name, page by page', async () => {
  for (const name of ['list-b', 'list-a', 'list-c']) {
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
  }
  const first = await client.send(new ListStreamsCommand({ Limit: 2, ExclusiveStartStreamName: 'list' }));
  expect(first).toMatchObject({ StreamNames: ['list-a', 'list-b'], HasMoreStreams: true });
  const second = await client.send(new ListStreamsCommand({ Limit: 1, NextToken: first.NextToken }));
  expect(second.StreamNames).toEqual(['list-c']);
});

test('an answer has no more than 100 shards however many are asked for', async () => {
  await local.stream('wide', 101);
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: 'wide', Limit: 10_000 }));
  expect(StreamDescription?.Shards).toHaveLength(100);
  expect(StreamDescription?.HasMoreShards).toBe(true);
});

test("the account's quota is about the shards of provisioned streams", async () => {
  const { OpenShardCount } = await client.send(new DescribeLimitsCommand({}));
  // A name alone creates an on-demand stream.
  await client.send(new CreateStreamCommand({ StreamName: 'by-demand' }));
  expect(await untilActive(client, 'by-demand')).toMatchObject({ OpenShardCount: 4 });
  expect(await client.send(new DescribeLimitsCommand({}))).toMatchObject({ OpenShardCount, OnDemandStreamCount: 1 });
});

test('tags by stream name and by ARN are the same tags', async () => {
  await client.send(new CreateStreamCommand({ StreamName: 'tagged', ShardCount: 1, Tags: { made: 'yes' } }));
  await client.send(new AddTagsToStreamCommand({ StreamName: 'tagged', Tags: { a: '1', b: '2' } }));
  await client.send(new TagResourceCommand({ ResourceARN: streamArn('tagged'), Tags: { c: '3' } }));
  await client.send(new RemoveTagsFromStreamCommand({ StreamName: 'tagged', TagKeys: ['a'] }));
  await client.send(new UntagResourceCommand({ ResourceARN: streamArn('tagged'), TagKeys: ['b'] }));
  const left = [
    { Key: 'c', Value: '3' },
    { Key: 'made', Value: 'yes' },
  ];
  expect((await client.send(new ListTagsForStreamCommand({ StreamName: 'tagged' }))).Tags).toEqual(left);
  const byArn = await client.send(new ListTagsForResourceCommand({ ResourceARN: streamArn('tagged') }));
  expect(byArn.Tags).toEqual(left);
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, '']));
  await expect(client.send(new AddTagsToStreamCommand({ StreamName: 'tagged', Tags: many }))).rejects.toBeInstanceOf(
    InvalidArgumentException,
  );
});

test('retention goes up and down between 24 and 8,760 hours', async () => {
  await local.stream('retained');
  const increase = (RetentionPeriodHours: number) =>
    client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName: 'retained', RetentionPeriodHours }));
  await increase(48);
  expect((await untilActive(client, 'retained')).RetentionPeriodHours).toBe(48);
  await expect(increase(36)).rejects.toThrow(
    'Requested retention period (36 hours) for stream retained can not be shorter than existing retention period ' +
      '(48 hours). Use DecreaseRetentionPeriod API.',
  );
  await expect(increase(8761)).rejects.toBeInstanceOf(InvalidArgumentException);
  await client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName: 'retained', RetentionPeriodHours: 24 }));
  expect((await untilActive(client, 'retained')).RetentionPeriodHours).toBe(24);
});

test('settings change and are there after a restart', async () => {
  const StreamName = 'settings';
  const StreamARN = streamArn(StreamName);
  await local.stream(StreamName);
  const ShardLevelMetrics: MetricsName[] = ['IncomingBytes', 'OutgoingBytes'];
  const enabled = await client.send(new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics }));
  expect(enabled).toMatchObject({ CurrentShardLevelMetrics: [], DesiredShardLevelMetrics: ShardLevelMetrics });
  await untilActive(client, StreamName);
  const key = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } as const;
  const changes = [
    new DisableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ['OutgoingBytes'] }),
    new StartStreamEncryptionCommand({ StreamName, ...key }),
    new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 2048 }),
    new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
  ];
  for (const change of changes) {
    await untilActive(client, StreamName);
    await client.send(change as UpdateStreamModeCommand);
  }
  await local.restart();
  expect(await untilActive(client, StreamName)).toMatchObject({
    EnhancedMonitoring: [{ ShardLevelMetrics: ['IncomingBytes'] }],
    EncryptionType: 'KMS',
    KeyId: 'alias/aws/kinesis',
    MaxRecordSizeInKiB: 2048,
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
  });
  await client.send(new StopStreamEncryptionCommand({ StreamName, ...key }));
  expect((await untilActive(client, StreamName)).EncryptionType).toBe('NONE');
});

test('encryption takes a key that is there and enabled, and so do the records', async () => {
  const { kms } = local;
  const StreamName = 'encrypted';
  await local.stream(StreamName);
  const start = (KeyId: string) =>
    client.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: 'KMS', KeyId }));
  await expect(start('alias/missing')).rejects.toBeInstanceOf(KMSNotFoundException);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId ?? '';
  await start(KeyId);
  await untilActive(client, StreamName);
  const put = new PutRecordCommand({ StreamName, Data: Buffer.from('secret'), PartitionKey: 'p' });
  expect((await client.send(put)).EncryptionType).toBe('KMS');
  expect(await readAll(client, StreamName, shardId(0))).toMatchObject([{ EncryptionType: 'KMS' }]);
  await kms.send(new DisableKeyCommand({ KeyId }));
  await expect(client.send(put)).rejects.toBeInstanceOf(KMSDisabledException);
});
