import {
  DeleteStreamCommand,
  DryRunOperationException,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  InvalidArgumentException,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
  UpdateMaxRecordSizeCommand,
  ValidationException,
  waitUntilStreamNotExists,
} from '@aws-sdk/client-kinesis';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { fillDisk } from 'lakehouse-local/testing/full-disk';
import { putTexts, readAll, shardId, shardsOf, streamArn, textOf, untilActive } from 'lakehouse-local/testing/kinesis';

const clock = new TestClock();
const FIRST = shardId(0);
const local = localFixture({ clock });
const { kinesis: client } = local;

function records(count: number, text = (index: number) => `r${index}`) {
  return Array.from({ length: count }, (_, index) => ({ Data: Buffer.from(text(index)), PartitionKey: `k${index}` }));
}

async function iterator(StreamName: string, input: Partial<GetShardIteratorCommandInput>) {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId: FIRST, ShardIteratorType: 'TRIM_HORIZON', ...input }),
  );
  return ShardIterator;
}

async function read(ShardIterator: string | undefined) {
  clock.advance(1_000);
  return (await client.send(new GetRecordsCommand({ ShardIterator }))).Records?.map(textOf);
}

test('DryRun checks a request, and neither writes nor reads', async () => {
  await local.stream('dry', 1);
  const two = records(2);
  const dry = { StreamName: 'dry', DryRun: true };
  await expect(client.send(new PutRecordsCommand({ ...dry, Records: two }))).rejects.toThrow(DryRunOperationException);
  await expect(
    client.send(new PutRecordCommand({ ...dry, Data: Buffer.from('one'), PartitionKey: 'k' })),
  ).rejects.toThrow(DryRunOperationException);
  await expect(client.send(new PutRecordsCommand({ ...dry, StreamName: 'none', Records: two }))).rejects.toThrow(
    ResourceNotFoundException,
  );
  expect(await read(await iterator('dry', {}))).toEqual([]);
  const ShardIterator = await iterator('dry', {});
  await putTexts(client, 'dry', ['real']);
  await expect(client.send(new GetRecordsCommand({ ShardIterator, DryRun: true }))).rejects.toThrow(
    DryRunOperationException,
  );
  expect(await read(ShardIterator)).toEqual(['real']);
});

test('the MD5 of the partition key picks the shard, an explicit hash key overrides it', async () => {
  await local.stream('routed', 2);
  const { Records } = await client.send(
    new PutRecordsCommand({
      StreamName: 'routed',
      Records: [
        // MD5 0cc175b9… and 92eb5ffe…, below and above 2^127.
        { Data: Buffer.from('1'), PartitionKey: 'a' },
        { Data: Buffer.from('2'), PartitionKey: 'b' },
        { Data: Buffer.from('3'), PartitionKey: 'b', ExplicitHashKey: '0' },
        { Data: Buffer.from('4'), PartitionKey: 'a', ExplicitHashKey: String(2n ** 127n) },
      ],
    }),
  );
  expect(Records?.map(({ ShardId }) => ShardId?.slice(-1))).toEqual(['0', '1', '0', '1']);
  const tooLarge = new PutRecordCommand({
    StreamName: 'routed',
    Data: Buffer.from(''),
    PartitionKey: 'a',
    ExplicitHashKey: String(2n ** 128n),
  });
  await expect(client.send(tooLarge)).rejects.toBeInstanceOf(InvalidArgumentException);
});

test('sequence numbers grow within a shard, as numbers and as text, also after a restart', async () => {
  await local.stream('ordered');
  const numbers: string[] = [];
  for (let round = 0; round < 3; round++) {
    const { Records } = await client.send(new PutRecordsCommand({ StreamName: 'ordered', Records: records(20) }));
    numbers.push(...(Records ?? []).map(({ SequenceNumber }) => SequenceNumber ?? ''));
    await local.restart();
  }
  expect(numbers).toHaveLength(60);
  expect(numbers.every((number) => number.length === 56)).toBe(true);
  expect([...numbers].sort()).toEqual(numbers);
  expect([...new Set(numbers)].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))).toEqual(numbers);
  const stored = await readAll(client, 'ordered', FIRST);
  expect(stored.map(({ SequenceNumber }) => SequenceNumber)).toEqual(numbers);
});

test('a stream made anew in the second of an earlier one of its name has other sequence numbers', async () => {
  await local.stream('anew');
  const { Records } = await putTexts(client, 'anew', ['old']);
  const StartingSequenceNumber = Records?.[0]?.SequenceNumber;
  await client.send(new DeleteStreamCommand({ StreamName: 'anew' }));
  await waitUntilStreamNotExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { StreamName: 'anew' });
  await local.restart();
  await local.stream('anew');
  await putTexts(client, 'anew', ['new']);
  const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber } as const;
  await expect(iterator('anew', after)).rejects.toThrow(InvalidArgumentException);
  expect(await read(await iterator('anew', {}))).toEqual(['new']);
});

test('each iterator type starts where it says', async () => {
  const StreamName = 'iterators';
  await local.stream(StreamName);
  const latest = await iterator(StreamName, { ShardIteratorType: 'LATEST' });
  await putTexts(client, StreamName, ['a']);
  clock.advance(10_000);
  const between = new Date(clock.now());
  clock.advance(10_000);
  const { Records } = await putTexts(client, StreamName, ['b', 'c']);
  const at = { StartingSequenceNumber: Records?.[0]?.SequenceNumber };
  expect(await read(latest)).toEqual(['a', 'b', 'c']);
  expect(await read(await iterator(StreamName, {}))).toEqual(['a', 'b', 'c']);
  expect(await read(await iterator(StreamName, { ...at, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }))).toEqual([
    'b',
    'c',
  ]);
  expect(await read(await iterator(StreamName, { ...at, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' }))).toEqual(['c']);
  expect(await read(await iterator(StreamName, { Timestamp: between, ShardIteratorType: 'AT_TIMESTAMP' }))).toEqual([
    'b',
    'c',
  ]);
  expect(await read(await iterator(StreamName, { ShardIteratorType: 'LATEST' }))).toEqual([]);
});

test('GetRecords goes on from page to page and says how far behind it is', async () => {
  await local.stream('paged');
  await client.send(new PutRecordsCommand({ StreamName: 'paged', Records: records(10) }));
  clock.advance(7_000);
  const first = await client.send(new GetRecordsCommand({ ShardIterator: await iterator('paged', {}), Limit: 4 }));
  expect(first.Records?.map(textOf)).toEqual(['r0', 'r1', 'r2', 'r3']);
  expect(first.MillisBehindLatest).toBe(7_000);
  const second = await client.send(new GetRecordsCommand({ ShardIterator: first.NextShardIterator }));
  expect(second.Records?.map(textOf)).toEqual(['r4', 'r5', 'r6', 'r7', 'r8', 'r9']);
  expect(second.MillisBehindLatest).toBe(0);
  expect(second.Records?.[0]).toMatchObject({
    PartitionKey: 'k4',
    ApproximateArrivalTimestamp: new Date(clock.now() - 7_000),
  });
});

test('iterators expire after five minutes, and none but ours are taken', async () => {
  await local.stream('expiring');
  const ShardIterator = await iterator('expiring', {});
  clock.advance(300_001);
  await expect(client.send(new GetRecordsCommand({ ShardIterator }))).rejects.toBeInstanceOf(ExpiredIteratorException);
  await expect(client.send(new GetRecordsCommand({ ShardIterator: 'AAAA' }))).rejects.toBeInstanceOf(
    InvalidArgumentException,
  );
  const foreign = iterator('expiring', { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '123' });
  await expect(foreign).rejects.toBeInstanceOf(InvalidArgumentException);
  await expect(iterator('expiring', { ShardId: shardId(9) })).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test('a sequence number is good for its own shard alone', async () => {
  const StreamName = 'numbered';
  await local.stream(StreamName, 2);
  const StartingSequenceNumber = (await shardsOf(client, StreamName))[1]?.SequenceNumberRange?.StartingSequenceNumber;
  const other = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber } as const;
  await expect(iterator(StreamName, other)).rejects.toThrow(
    `Invalid StartingSequenceNumber. It encodes ${shardId(1)}, while it was used in a call to a shard with ${FIRST}`,
  );
});

test('a full disk fails what is put then, and costs nothing that was put before or comes after', async () => {
  const StreamName = 'full';
  await local.stream(StreamName);
  await putTexts(client, StreamName, ['before']);
  const disk = await fillDisk();
  try {
    const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal Service Failure' };
    expect(await putTexts(client, StreamName, ['a', 'b'])).toMatchObject({
      FailedRecordCount: 2,
      Records: [failed, failed],
    });
    const one = new PutRecordCommand({ StreamName, Data: Buffer.from('c'), PartitionKey: 'c' });
    await expect(client.send(one)).rejects.toThrow('Internal Service Failure');
    expect((await readAll(client, StreamName, FIRST)).map(textOf)).toEqual(['before']);
  } finally {
    disk.free();
  }
  await putTexts(client, StreamName, ['after']);
  clock.advance(1_000);
  const stored = async () => (await readAll(client, StreamName, FIRST)).map(textOf);
  expect(await stored()).toEqual(['before', 'after']);
  await local.restart();
  expect(await stored()).toEqual(['before', 'after']);
  const faults = local.faults.splice(0);
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) expect(fault).toMatch(/^kinesis: shardId-0+ of full can't be written: /);
});

test('records older than the retention are gone', async () => {
  await local.stream('trimmed');
  await client.send(new PutRecordsCommand({ StreamName: 'trimmed', Records: records(2, (index) => `old${index}`) }));
  clock.advance(23 * 3_600_000);
  await client.send(new PutRecordsCommand({ StreamName: 'trimmed', Records: records(1, () => 'young') }));
  expect((await readAll(client, 'trimmed', FIRST)).map(textOf)).toEqual(['old0', 'old1', 'young']);
  clock.advance(2 * 3_600_000);
  expect((await readAll(client, 'trimmed', FIRST)).map(textOf)).toEqual(['young']);
});

test('a shard takes 1,000 records a second, and gives 5 readings a second', async () => {
  await local.stream('limited');
  clock.advance(1_000);
  const put = () => client.send(new PutRecordsCommand({ StreamName: 'limited', Records: records(400) }));
  await put();
  await put();
  const third = await put();
  expect(third.FailedRecordCount).toBe(200);
  expect(third.Records?.[199]).toMatchObject({ ShardId: FIRST });
  expect(third.Records?.[200]).toEqual({
    ErrorCode: 'ProvisionedThroughputExceededException',
    ErrorMessage: `Rate exceeded for shard ${FIRST} in stream limited under account 000000000000.`,
  });
  const one = new PutRecordCommand({ StreamName: 'limited', Data: Buffer.from('x'), PartitionKey: 'x' });
  await expect(client.send(one)).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
  clock.advance(1_000);
  expect((await put()).FailedRecordCount).toBe(0);
  const ShardIterator = await iterator('limited', {});
  const get = () => client.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
  for (let call = 0; call < 5; call++) await get();
  await expect(get()).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
});

test('a shard takes 1 MiB a second and gives 2 MiB a second', async () => {
  await local.stream('bytes');
  const half = { Data: Buffer.alloc(512 * 1024 - 1), PartitionKey: 'k' };
  const { Records } = await client.send(
    new PutRecordsCommand({ StreamName: 'bytes', Records: [half, half, { ...half, PartitionKey: 'kk' }] }),
  );
  expect(Records?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    undefined,
    'ProvisionedThroughputExceededException',
  ]);
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000);
    await client.send(new PutRecordsCommand({ StreamName: 'bytes', Records: [half, half] }));
  }
  const ShardIterator = await iterator('bytes', {});
  const get = () => client.send(new GetRecordsCommand({ ShardIterator }));
  expect((await get()).Records).toHaveLength(8);
  // 4 MiB were taken at once: two seconds' worth.
  await expect(get()).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
  clock.advance(900);
  await expect(get()).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
  clock.advance(200);
  await get();
});

test('sizes: 500 records, the stream its maximum record, 10 MiB a request', async () => {
  const StreamName = 'sizes';
  await local.stream(StreamName);
  const put = (...sizes: number[]) =>
    client.send(
      new PutRecordsCommand({
        StreamName,
        Records: sizes.map((size) => ({ Data: Buffer.alloc(size), PartitionKey: 'k' })),
      }),
    );
  await expect(put(...new Array<number>(501).fill(1))).rejects.toThrow(
    "Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500",
  );
  await put(1024 * 1024 - 1);
  await expect(put(1024 * 1024)).rejects.toBeInstanceOf(ValidationException);
  const settings = { StreamARN: streamArn(StreamName), MaxRecordSizeInKiB: 10_240 };
  await client.send(new UpdateMaxRecordSizeCommand(settings));
  await untilActive(client, StreamName);
  clock.advance(10_000);
  expect((await put(10 * 1024 * 1024 - 1)).FailedRecordCount).toBe(0);
  await expect(put(5.5 * 1024 * 1024, 5.5 * 1024 * 1024)).rejects.toBeInstanceOf(InvalidArgumentException);
});

test('the SDK’s client with its defaults, which are HTTP/2, puts and gets', async () => {
  const { kinesis: http2 } = local;
  await local.stream('http2');
  await http2.send(new PutRecordsCommand({ StreamName: 'http2', Records: records(500, (index) => `é${index}`) }));
  const [shard] = await shardsOf(http2, 'http2');
  expect((await readAll(http2, 'http2', shard?.ShardId ?? '')).map(textOf)[499]).toBe('é499');
});
