import type { PutRecordInput, PutRecordOutput } from '@aws-sdk/client-kinesis';
import { operationOf } from '../contract';
import { dryRun, internalFailure, invalidArgument, rateExceeded } from '../errors';
import { publish } from '../metrics';
import { parseSequenceNumber } from '../sequence-number';
import type { StreamInfo } from '../stream-info';
import { checkRecord, findWritable, writeRecords } from '../write';

/** PutRecord's input with a required partition key: streams here distribute records by it, AWS's default. */
type PutRecordByKey = PutRecordInput & { PartitionKey: string };

export const putRecord = operationOf<PutRecordByKey, PutRecordOutput>('PutRecord', {
  handle: async (input, { cloud, caller }) => {
    const began = cloud.clock.now();
    const stream = await findWritable(input, cloud, caller);
    const bytes = checkRecord(input, stream.info);
    checkOrdering(input.SequenceNumberForOrdering, stream.info, began);
    if (input.DryRun === true) throw dryRun();
    const [outcome] = await writeRecords(cloud, stream, [input], [bytes]);
    const throttled = outcome?.ok === false && outcome.reason === 'throttled';
    publish(cloud, stream.info, {
      'PutRecord.Success': [outcome?.ok ? 1 : 0, 'Count'],
      'PutRecord.Bytes': [bytes, 'Bytes'],
      'PutRecord.Latency': [cloud.clock.now() - began, 'Milliseconds'],
      ...(outcome?.ok ? { IncomingRecords: [1, 'Count'], IncomingBytes: [bytes, 'Bytes'] } : {}),
      WriteProvisionedThroughputExceeded: [throttled ? 1 : 0, 'Count'],
    });
    if (outcome === undefined || (!outcome.ok && !throttled)) throw internalFailure();
    if (!outcome.ok) throw rateExceeded(outcome.shardId, stream.info);
    return {
      ShardId: outcome.shardId,
      SequenceNumber: outcome.sequenceNumber,
      ...(stream.info.keyId === undefined ? {} : { EncryptionType: 'KMS' }),
    };
  },
});

/**
 * Checks SequenceNumberForOrdering: a valid sequence number, not in the future. Records of a shard are in order of
 * arrival anyway.
 */
function checkOrdering(given: string | undefined, { name, accountId }: StreamInfo, now: number): void {
  if (given === undefined) return;
  const parsed = parseSequenceNumber(given);
  if (parsed !== undefined && (parsed.seconds ?? 0) * 1000 <= now) return;
  throw invalidArgument(
    `ExclusiveMinimumSequenceNumber ${given} used in PutRecord on stream ${name} under account ${accountId} is invalid.`,
  );
}
