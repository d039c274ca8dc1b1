import type { _Record } from '@aws-sdk/client-kinesis';
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';

/** A record as GetRecords returns it. */
export type StoredRecord = _Record;

/**
 * The event with which a mapping invokes its function ("Using Lambda to process records from Amazon Kinesis Data
 * Streams"). With tumbling windows these records are a whole window of their own.
 */
export function eventOf(
  records: readonly StoredRecord[],
  shardId: string,
  mapping: EventSourceMappingConfiguration | undefined,
): object {
  const eventSourceARN = mapping?.EventSourceArn ?? '';
  const awsRegion = eventSourceARN.split(':')[3] ?? '';
  const Records = records.map(({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp: arrived }) => ({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: PartitionKey,
      sequenceNumber: SequenceNumber,
      data: Buffer.from(Data ?? []).toString('base64'),
      approximateArrivalTimestamp: (arrived?.getTime() ?? 0) / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${SequenceNumber}`,
    eventName: 'aws:kinesis:record',
    awsRegion,
    eventSourceARN,
  }));
  const seconds = mapping?.TumblingWindowInSeconds ?? 0;
  if (seconds === 0) return { Records };
  const arrived = records[0]?.ApproximateArrivalTimestamp?.getTime() ?? 0;
  const start = Math.floor(arrived / (seconds * 1000)) * seconds * 1000;
  const time = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  return {
    Records,
    window: { start: time(start), end: time(start + seconds * 1000) },
    state: {},
    shardId,
    eventSourceARN,
    isFinalInvokeForWindow: true,
    isWindowTerminatedEarly: false,
  };
}
