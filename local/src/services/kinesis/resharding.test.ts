import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  LimitExceededException,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { eventually, localFixture, TestClock } from 'lakehouse-local/testing';
import { shardId as id, putTexts, readAll, shardsOf, textOf, untilActive } from 'lakehouse-local/testing/kinesis';

const clock = new TestClock();
const local = localFixture({ clock });
const { kinesis: client } = local;

/** Splits a shard of all hash keys in the middle. */
async function splitInHalf(StreamName: string, ShardToSplit = id(0)): Promise<void> {
  await client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey: String(2n ** 127n) }));
  await untilActive(client, StreamName);
}

test('a split closes the parent, whose end leads to the children; a merge brings them together again', async () => {
  const StreamName = 'split';
  await local.stream(StreamName);
  await putTexts(client, StreamName, ['before']);
  clock.advance(60_000);
  await splitInHalf(StreamName);
  await putTexts(client, StreamName, ['a', 'b']);
  const [parent, low, high] = await shardsOf(client, StreamName);
  expect(parent?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined();
  expect([low?.ParentShardId, high?.ParentShardId]).toEqual([id(0), id(0)]);
  expect(BigInt(low?.SequenceNumberRange?.StartingSequenceNumber ?? 0)).toBeGreaterThan(
    BigInt(parent?.SequenceNumberRange?.EndingSequenceNumber ?? 0),
  );
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId: id(0), ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const end = await client.send(new GetRecordsCommand({ ShardIterator }));
  expect(end.Records?.map(textOf)).toEqual(['before']);
  expect(end.NextShardIterator).toBeUndefined();
  expect(end.ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual([
    [id(1), [id(0)]],
    [id(2), [id(0)]],
  ]);
  expect((await readAll(client, StreamName, id(1))).map(textOf)).toEqual(['a']);
  expect((await readAll(client, StreamName, id(2))).map(textOf)).toEqual(['b']);

  await expect(splitInHalf(StreamName)).rejects.toThrow(
    `Shard ${id(0)} in stream split under account 000000000000 has already been merged or split, and thus is not ` +
      'eligible for merging or splitting.',
  );
  await client.send(new MergeShardsCommand({ StreamName, ShardToMerge: id(1), AdjacentShardToMerge: id(2) }));
  await untilActive(client, StreamName);
  const merged = (await shardsOf(client, StreamName))[3];
  expect(merged).toMatchObject({
    ShardId: id(3),
    ParentShardId: id(1),
    AdjacentParentShardId: id(2),
    HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) },
  });
});

test('a split must fall inside the shard, and merged shards must touch', async () => {
  const StreamName = 'refused';
  await local.stream(StreamName, 3);
  const outside = new SplitShardCommand({ StreamName, ShardToSplit: id(1), NewStartingHashKey: '5' });
  await expect(client.send(outside)).rejects.toBeInstanceOf(InvalidArgumentException);
  const apart = new MergeShardsCommand({ StreamName, ShardToMerge: id(0), AdjacentShardToMerge: id(2) });
  await expect(client.send(apart)).rejects.toBeInstanceOf(InvalidArgumentException);
});

test('UpdateShardCount makes even shards of any number, and loses nothing', async () => {
  const StreamName = 'scaled';
  await local.stream(StreamName, 2);
  const written: string[] = [];
  for (const TargetShardCount of [3, 5, 4, 2]) {
    const texts = Array.from({ length: 50 }, (_, index) => `${TargetShardCount}-${index}`);
    await putTexts(client, StreamName, texts);
    written.push(...texts);
    await client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }));
    expect((await untilActive(client, StreamName)).OpenShardCount).toBe(TargetShardCount);
    const { Shards = [] } = await client.send(
      new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_LATEST' } }),
    );
    const sizes = Shards.map(
      ({ HashKeyRange }) => BigInt(HashKeyRange?.EndingHashKey ?? 0) - BigInt(HashKeyRange?.StartingHashKey ?? 0) + 1n,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0n)).toBe(2n ** 128n);
    for (const size of sizes) expect(size / 1000n).toBe(2n ** 128n / BigInt(TargetShardCount) / 1000n);
  }
  const read: string[] = [];
  for (const { ShardId } of await shardsOf(client, StreamName)) {
    read.push(...(await readAll(client, StreamName, ShardId ?? '')).map(textOf));
  }
  expect(read.sort()).toEqual(written.sort());
});

test('UpdateShardCount splits and merges from the lowest hash key on, as AWS numbers its shards', async () => {
  const StreamName = 'numbered';
  await local.stream(StreamName, 4);
  await client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' }));
  await untilActive(client, StreamName);
  const shards = await shardsOf(client, StreamName);
  expect(shards).toHaveLength(11);
  const open = shards.filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined);
  expect(open.map(({ ShardId }) => ShardId)).toEqual([id(6), id(9), id(10)]);
});

test('UpdateShardCount goes to no more than double and no less than half, ten times a day', async () => {
  const StreamName = 'bounded';
  await local.stream(StreamName, 4);
  const scale = async (TargetShardCount: number) => {
    await client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }));
    await untilActive(client, StreamName);
  };
  await expect(scale(9)).rejects.toBeInstanceOf(InvalidArgumentException);
  await expect(scale(1)).rejects.toBeInstanceOf(InvalidArgumentException);
  for (let call = 0; call < 10; call++) await scale(call % 2 === 0 ? 5 : 4);
  await expect(scale(5)).rejects.toBeInstanceOf(LimitExceededException);
  clock.advance(86_400_000);
  await scale(5);
});

test('ListShards pages, and filters by time and by id', async () => {
  const StreamName = 'filtered';
  await local.stream(StreamName);
  const beforeSplit = new Date(clock.now());
  clock.advance(60_000);
  await splitInHalf(StreamName);
  clock.advance(60_000);
  const list = async (input: Partial<ConstructorParameters<typeof ListShardsCommand>[0]>) =>
    (await client.send(new ListShardsCommand({ StreamName, ...input }))).Shards?.map(({ ShardId }) => ShardId);
  expect(await list({ ShardFilter: { Type: 'AT_LATEST' } })).toEqual([id(1), id(2)]);
  expect(await list({ ShardFilter: { Type: 'AT_TRIM_HORIZON' } })).toEqual([id(0)]);
  expect(await list({ ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: beforeSplit } })).toEqual([id(0)]);
  expect(await list({ ShardFilter: { Type: 'FROM_TIMESTAMP', Timestamp: new Date(clock.now()) } })).toEqual([
    id(1),
    id(2),
  ]);
  expect(await list({ ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: id(0) } })).toEqual([id(1), id(2)]);
  const { NextToken } = await client.send(new ListShardsCommand({ StreamName, MaxResults: 2 }));
  expect((await client.send(new ListShardsCommand({ NextToken }))).Shards).toMatchObject([{ ShardId: id(2) }]);
  const both = client.send(new ListShardsCommand({ StreamName, NextToken }));
  await expect(both).rejects.toBeInstanceOf(InvalidArgumentException);
  // A closed shard is forgotten when its last record has expired.
  clock.advance(25 * 3_600_000);
  expect(await list({})).toEqual([id(1), id(2)]);
});

test('an on-demand stream doubles its shards when a minute takes more than half of what they hold', async () => {
  const StreamName = 'on-demand';
  await client.send(new CreateStreamCommand({ StreamName, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }));
  const Records = Array.from({ length: 500 }, (_, index) => ({ Data: Buffer.from('x'), PartitionKey: `k${index}` }));
  const minute = async (requestsASecond: number) => {
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000);
      const put = () => client.send(new PutRecordsCommand({ StreamName, Records }));
      await Promise.all(Array.from({ length: requestsASecond }, put));
    }
  };
  const shards = async () => (await untilActive(client, StreamName)).OpenShardCount;
  expect(await shards()).toBe(4);
  // Of four shards' 4,000 records a second, 2,500 are used, then 500. A minute is evaluated at the first put after it.
  await minute(5);
  expect(await shards()).toBe(4);
  await minute(1);
  await eventually(async () => (await shards()) === 8);
  await minute(1);
  expect(await shards()).toBe(8);
  expect(await shardsOf(client, StreamName)).toHaveLength(12);
}, 60_000);
