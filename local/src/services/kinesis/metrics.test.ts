import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { EnableEnhancedMonitoringCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { readAll, shardId, untilActive } from 'lakehouse-local/testing/kinesis';
import { kinesis } from '.';

const FIRST = shardId(0);

const local = localFixture();
const { kinesis: client, cloudwatch } = local;

async function sum(MetricName: string, ShardId?: string): Promise<number> {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Kinesis',
      MetricName,
      Dimensions: [
        { Name: 'StreamName', Value: 'measured' },
        ...(ShardId === undefined ? [] : [{ Name: 'ShardId', Value: ShardId }]),
      ],
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 600_000),
      Period: 60,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.reduce((total, { Sum }) => total + (Sum ?? 0), 0);
}

test('a stream publishes what came, went and was throttled, and a shard too once that is switched on', async () => {
  await local.stream('measured');
  await client.send(new EnableEnhancedMonitoringCommand({ StreamName: 'measured', ShardLevelMetrics: ['ALL'] }));
  await untilActive(client, 'measured');
  const Records = Array.from({ length: 500 }, () => ({ Data: Buffer.from('12345678'), PartitionKey: 'k1' }));
  let throttled = 0;
  for (let request = 0; request < 3; request++) {
    throttled += (await client.send(new PutRecordsCommand({ StreamName: 'measured', Records }))).FailedRecordCount ?? 0;
  }
  const read = await readAll(client, 'measured', FIRST);
  const came = 1_500 - throttled;
  expect(read).toHaveLength(came);
  await eventually(async () => (await sum('GetRecords.Records')) === came);
  expect(await sum('IncomingRecords')).toBe(came);
  expect(await sum('IncomingBytes')).toBe(came * 10);
  expect(await sum('PutRecords.ThrottledRecords')).toBe(throttled);
  expect(await sum('WriteProvisionedThroughputExceeded')).toBe(throttled);
  expect(await sum('OutgoingRecords', FIRST)).toBe(came);
  expect(await sum('WriteProvisionedThroughputExceeded', FIRST)).toBe(throttled);
});

test('every operation says which permission it needs', () => {
  const named = kinesis.contract.options.resources?.() ?? {};
  expect(
    [...kinesis.operations().values()]
      .filter(({ resource, permissions }) => (resource ?? permissions) === undefined)
      .map(({ name, contract }) => [...contract.modelOf(name).input.members.keys()].filter((member) => member in named))
      .filter((members) => members.length === 0),
  ).toEqual([]);
});
