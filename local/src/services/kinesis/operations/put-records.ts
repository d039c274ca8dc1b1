import type {
  PutRecordsInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis';
import type { Cloud } from '../../../core/cloud';
import { MAX_REQUEST_BYTES } from '../constraints';
import { operationOf } from '../contract';
import { dryRun, invalidArgument, rateExceededMessage } from '../errors';
import { publish } from '../metrics';
import type { StreamInfo } from '../stream-info';
import { checkRecord, findWritable, type NewRecord, type Outcome, writeRecords } from '../write';

/** PutRecords' input with required partition keys: streams here distribute records by them, AWS's default. */
type PutRecordsByKey = Omit<PutRecordsInput, 'Records'> & {
  Records: (PutRecordsRequestEntry & { PartitionKey: string })[];
};

export const putRecords = operationOf<PutRecordsByKey, PutRecordsOutput>('PutRecords', {
  handle: async (input, { cloud, caller }) => {
    const began = cloud.clock.now();
    const stream = await findWritable(input, cloud, caller);
    const sizes = checkRecords(input.Records, stream.info);
    if (input.DryRun === true) throw dryRun();
    const outcomes = await writeRecords(cloud, stream, input.Records, sizes);
    const failed = publishOutcomes(cloud, stream.info, outcomes, sizes, began);
    return {
      FailedRecordCount: failed,
      Records: outcomes.map((outcome) => toEntry(outcome, stream.info)),
      ...(stream.info.keyId === undefined ? {} : { EncryptionType: 'KMS' }),
    };
  },
});

function checkRecords(records: readonly NewRecord[], stream: StreamInfo): number[] {
  let total = 0;
  const sizes = records.map((record, index) => {
    const bytes = checkRecord(record, stream, index);
    total += bytes;
    return bytes;
  });
  if (total > MAX_REQUEST_BYTES) throw invalidArgument('Records size exceeds 10 MB limit');
  return sizes;
}

function toEntry(outcome: Outcome, stream: StreamInfo): PutRecordsResultEntry {
  if (outcome.ok) return { SequenceNumber: outcome.sequenceNumber, ShardId: outcome.shardId };
  if (outcome.reason === 'failed') return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal Service Failure' };
  return {
    ErrorCode: 'ProvisionedThroughputExceededException',
    ErrorMessage: rateExceededMessage(outcome.shardId, stream),
  };
}

function publishOutcomes(
  cloud: Cloud,
  stream: StreamInfo,
  outcomes: readonly Outcome[],
  sizes: readonly number[],
  began: number,
): number {
  let throttled = 0;
  let failed = 0;
  let bytes = 0;
  for (let index = 0; index < outcomes.length; index++) {
    const outcome = outcomes[index] as Outcome;
    if (outcome.ok) bytes += sizes[index] as number;
    else if (outcome.reason === 'throttled') throttled++;
    else failed++;
  }
  const succeeded = outcomes.length - throttled - failed;
  publish(cloud, stream, {
    'PutRecords.Success': [succeeded > 0 ? 1 : 0, 'Count'],
    'PutRecords.Bytes': [bytes, 'Bytes'],
    'PutRecords.Latency': [cloud.clock.now() - began, 'Milliseconds'],
    'PutRecords.Records': [succeeded, 'Count'],
    'PutRecords.TotalRecords': [outcomes.length, 'Count'],
    'PutRecords.SuccessfulRecords': [succeeded, 'Count'],
    'PutRecords.FailedRecords': [failed, 'Count'],
    'PutRecords.ThrottledRecords': [throttled, 'Count'],
    IncomingRecords: [succeeded, 'Count'],
    IncomingBytes: [bytes, 'Bytes'],
    WriteProvisionedThroughputExceeded: [throttled, 'Count'],
  });
  return throttled + failed;
}
