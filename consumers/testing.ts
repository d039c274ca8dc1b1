import type { KinesisStreamEvent } from 'aws-lambda';

export const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';

/** A batch as Lambda passes it to a function ("Using Lambda to process records from Amazon Kinesis Data Streams"). */
export function batchOf(...texts: readonly string[]): KinesisStreamEvent {
  return {
    Records: texts.map((text, index) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: `key-${index}`,
        sequenceNumber: String(index),
        data: Buffer.from(text).toString('base64'),
        approximateArrivalTimestamp: 1_790_000_000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${index}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/consumer',
      awsRegion: 'us-east-1',
      eventSourceARN: STREAM_ARN,
    })),
  };
}

/** A client that records its commands, and fails on demand. */
export class RecordingClient {
  readonly sent: object[] = [];
  failure: Error | undefined;

  readonly send = async ({ input }: { input: object }): Promise<object> => {
    if (this.failure !== undefined) throw this.failure;
    this.sent.push(input);
    return {};
  };
}
