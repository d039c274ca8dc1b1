import { eventOf } from '../console/server/api/lambda-event';
import { insightsHandler } from '../consumers/insights/insights';
import { RecordingClient, STREAM_ARN } from '../consumers/testing';

/*
 * The event with which the console invokes a function for a dead letter: equal to a mapping's, so that handlers needn't
 * know of it. console.test.ts checks the invocation and the letter's deletion.
 */

const SHARD = 'shardId-000000000003';
const arrived = new Date('2026-11-26T08:00:07.250Z');
const records = ['Active', 'Canceled', 'Active'].map((status, index) => ({
  SequenceNumber: String(100 + index),
  PartitionKey: `key-${index}`,
  Data: new Uint8Array(Buffer.from(JSON.stringify({ status }))),
  ApproximateArrivalTimestamp: arrived,
}));

test('without windows it is a batch as AWS writes it', () => {
  expect(eventOf(records.slice(0, 1), SHARD, { EventSourceArn: STREAM_ARN })).toEqual({
    Records: [
      {
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'key-0',
          sequenceNumber: '100',
          data: Buffer.from('{"status":"Active"}').toString('base64'),
          approximateArrivalTimestamp: arrived.getTime() / 1000,
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: `${SHARD}:100`,
        eventName: 'aws:kinesis:record',
        awsRegion: 'us-east-1',
        eventSourceARN: STREAM_ARN,
      },
    ],
  });
});

test('with windows it is the last invocation of a window, and insights counts it at the time of its records', async () => {
  const event = eventOf(records, SHARD, { EventSourceArn: STREAM_ARN, TumblingWindowInSeconds: 10 });
  expect(event).toMatchObject({
    window: { start: '2026-11-26T08:00:00Z', end: '2026-11-26T08:00:10Z' },
    isFinalInvokeForWindow: true,
    shardId: SHARD,
  });
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const cloudwatch = new RecordingClient();
  await insightsHandler({ cloudwatch: cloudwatch as never, namespace: 'Lake', field: 'status' })(event as never);
  log.mockRestore();
  const [{ MetricData }] = cloudwatch.sent as [{ MetricData: { Value: number; Timestamp: Date }[] }];
  expect(MetricData.map(({ Value }) => Value)).toEqual([3, 2, 1]);
  expect(MetricData[0]?.Timestamp).toEqual(new Date('2026-11-26T08:00:00Z'));
});
