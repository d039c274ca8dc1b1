import { eventOf } from '../console/server/api/lambda-event';
import { records } from '../console/test/dead-letter';
import { insightsHandler } from '../consumers/insights/insights';
import { RecordingClient, STREAM_ARN } from '../consumers/testing';

/* The event with which the console invokes a function for a dead letter, given to a consumer. */

test('insights counts a dead letter of a window at the time of its records', async () => {
  const event = eventOf(records, 'shardId-000000000003', { EventSourceArn: STREAM_ARN, TumblingWindowInSeconds: 10 });
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const cloudwatch = new RecordingClient();
  await insightsHandler({ cloudwatch: cloudwatch as never, namespace: 'Lake', field: 'status' })(event as never);
  log.mockRestore();
  const [{ MetricData }] = cloudwatch.sent as [{ MetricData: { Value: number; Timestamp: Date }[] }];
  expect(MetricData.map(({ Value }) => Value)).toEqual([3, 2, 1]);
  expect(MetricData[0]?.Timestamp).toEqual(new Date('2026-11-26T08:00:00Z'));
});
