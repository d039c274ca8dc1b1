import { arrived, records } from '../../test/dead-letter';
import { eventOf } from './lambda-event';

/*
 * The event with which the console invokes a function for a dead letter: equal to a mapping's, so that handlers needn't
 * know of it. __tests__/console.test.ts checks the invocation and the letter's deletion.
 */

const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';
const SHARD = 'shardId-000000000003';

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

test('with windows it is the last invocation of a window', () => {
  const event = eventOf(records, SHARD, { EventSourceArn: STREAM_ARN, TumblingWindowInSeconds: 10 });
  expect(event).toMatchObject({
    window: { start: '2026-11-26T08:00:00Z', end: '2026-11-26T08:00:10Z' },
    isFinalInvokeForWindow: true,
    shardId: SHARD,
  });
});
