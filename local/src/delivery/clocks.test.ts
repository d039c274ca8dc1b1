import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { eventually, localFixture, WrongClock } from 'lakehouse-local/testing';
import { Lake } from 'lakehouse-local/testing/delivery';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const clock = new WrongClock();
const local = localFixture({ each: true, clock });
const lake = new Lake(local);

beforeEach(async () => {
  clock.error = 0;
  await lake.build({ id: 'string' });
});

const RAW = { DataFormatConversionConfiguration: undefined, BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 } };

async function delivered(count: number): Promise<string[]> {
  return eventually(async () => {
    const bodies = await Promise.all((await lake.keys('data/')).map((key) => lake.body(key)));
    const lines = Buffer.concat(bodies).toString().split('\n').filter(Boolean);
    return lines.length >= count && lines;
  }, 15_000);
}

const lines = (name: string) => Array.from({ length: 10 }, (_, index) => `${name}-${index}\n`);

test.each([
  ['an hour back', -HOUR_MS],
  ['a day forward', 24 * HOUR_MS - MINUTE_MS],
])('a clock set %s while it runs delays no delivery', async (_name, error) => {
  await lake.deliver('d', lake.destination(RAW));
  await lake.put(lines('before'));
  await delivered(10);
  await lake.put(lines('buffered'));
  clock.error = error;
  await lake.put(lines('after'));
  const all = await delivered(30);
  expect(new Set(all).size).toBe(30);
  clock.error = 0;
  await lake.put(lines('again'));
  expect(new Set(await delivered(40)).size).toBe(40);
});

test.each([
  ['a minute back', -MINUTE_MS],
  ['an hour forward', HOUR_MS],
])(
  'a clock set %s and right again before a restart loses nothing of what was not delivered yet',
  async (_name, error) => {
    await lake.put(lines('earlier'));
    await lake.deliver('d', lake.destination(RAW));
    await lake.put(lines('before'));
    clock.error = error;
    await lake.put(lines('wrong'));
    clock.error = 0;
    await lake.put(lines('right'));
    await local.restart();
    await lake.put(lines('after'));
    const all = (await delivered(40)).sort();
    expect(all).toEqual(
      ['before', 'wrong', 'right', 'after']
        .flatMap(lines)
        .map((line) => line.trim())
        .sort(),
    );
  },
);

test('records that are put directly after a restart with the clock a minute back are delivered, each once', async () => {
  await lake.deliver('d', lake.destination(RAW), false);
  const put = (name: string) => {
    const Records = lines(name).map((line) => ({ Data: Buffer.from(line) }));
    return lake.firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: 'd', Records }));
  };
  await put('before');
  await delivered(10);
  clock.error = -MINUTE_MS;
  await local.restart();
  await put('after');
  expect(new Set(await delivered(20)).size).toBe(20);
});

test('after two days forward and back no record arrived in the future, or before the one before it', async () => {
  await lake.put(lines('before'));
  clock.error = 48 * HOUR_MS - MINUTE_MS;
  await lake.put(lines('wrong'));
  clock.error = 0;
  await lake.put(lines('after'));
  const at = { StreamName: 'events', ShardId: 'shardId-000000000000' };
  const { ShardIterator } = await lake.kinesis.send(
    new GetShardIteratorCommand({ ...at, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records = [] } = await lake.kinesis.send(new GetRecordsCommand({ ShardIterator }));
  expect(Records).toHaveLength(30);
  const times = Records.map(({ ApproximateArrivalTimestamp }) => Number(ApproximateArrivalTimestamp));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
});
