import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import type { Appended, LogEntry } from '../../store/record-log/record-log';
import type { StreamReference } from './arn';
import { checkKeyForWriting } from './encryption';
import { invalidArgument, validation } from './errors';
import { HASH_KEYS } from './hash-key';
import { publishShard } from './metrics';
import { followLoad } from './on-demand';
import { sequenceNumbers } from './sequence-number';
import { KinesisState } from './state';
import type { Shard, Stream } from './stream';
import { checkWritable, type StreamInfo } from './stream-info';

/** Flag of records put while the stream was encrypted. */
export const ENCRYPTED = 1;

/** A record to put. */
export interface NewRecord {
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
  readonly Data: Uint8Array;
}

/** Result of one record. */
export type Outcome =
  | { readonly ok: true; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly ok: false; readonly shardId: string; readonly reason: 'throttled' | 'failed' };

interface ShardBatch {
  readonly entries: LogEntry[];
  /** Index of each entry in the request. */
  readonly positions: number[];
  bytes: number;
}

/**
 * A stream that accepts records, with a key that the caller may use. @throws AwsError `ResourceNotFoundException`, KMS'
 * errors
 */
export async function findWritable(reference: StreamReference, cloud: Cloud, caller: Caller): Promise<Stream> {
  const stream = cloud.state(KinesisState).find(reference, caller);
  checkWritable(stream.info);
  await checkKeyForWriting(cloud, caller, stream.info);
  return stream;
}

/**
 * @param index of the record among several. @default it is put alone
 * @returns its bytes
 * @throws InvalidArgumentException, ValidationException for a record that no shard of the stream would accept
 */
export function checkRecord(record: NewRecord, stream: StreamInfo, index?: number): number {
  const { ExplicitHashKey, Data, PartitionKey } = record;
  if (ExplicitHashKey !== undefined && ExplicitHashKey.length > 38 && BigInt(ExplicitHashKey) >= HASH_KEYS) {
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  }
  const bytes = Data.length + Buffer.byteLength(PartitionKey);
  const limit = stream.maxRecordKiB * 1024;
  if (bytes > limit) {
    const member = index === undefined ? 'data' : `records.${index + 1}.member.data`;
    throw validation(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${limit}`,
    );
  }
  return bytes;
}

/**
 * Puts records into the shards of their keys. Records beyond a shard's rates are throttled one by one; records that the
 * disk refuses fail. Resolves when the others are written.
 */
export async function writeRecords(
  cloud: Cloud,
  stream: Stream,
  records: readonly NewRecord[],
  sizes: readonly number[],
): Promise<Outcome[]> {
  while (stream.gate !== undefined) await stream.gate.catch(() => {});
  const now = cloud.clock.now();
  const { info: description, router } = stream;
  const outcomes = new Array<Outcome>(records.length);
  const batches = new Map<Shard, ShardBatch>();
  for (let index = 0; index < records.length; index++) {
    const record = records[index] as NewRecord;
    const bytes = sizes[index] as number;
    const shard = stream.shard(router.route(record.PartitionKey, record.ExplicitHashKey));
    if (cloud.options.enforceLimits && !admit(shard, bytes, now)) {
      outcomes[index] = { ok: false, shardId: shard.id, reason: 'throttled' };
      continue;
    }
    let batch = batches.get(shard);
    if (batch === undefined) {
      batch = { entries: [], positions: [], bytes: 0 };
      batches.set(shard, batch);
    }
    batch.entries.push({ key: record.PartitionKey, data: record.Data });
    batch.positions.push(index);
    batch.bytes += bytes;
  }
  const flags = description.keyId === undefined ? 0 : ENCRYPTED;
  await Promise.all(
    [...batches].map(([shard, batch]) => writeBatch(cloud, description, shard, batch, now, flags, outcomes)),
  );
  if (batches.size > 0) stream.notify();
  followLoad(cloud, stream, batches.values(), now);
  if (description.monitoring.length > 0) publishThrottled(cloud, description, outcomes);
  return outcomes;
}

function admit(shard: Shard, bytes: number, now: number): boolean {
  if (!shard.writtenRecords.has(1, now) || !shard.writtenBytes.has(bytes, now)) return false;
  shard.writtenRecords.take(1);
  shard.writtenBytes.take(bytes);
  return true;
}

async function writeBatch(
  cloud: Cloud,
  stream: StreamInfo,
  shard: Shard,
  { entries, positions, bytes }: ShardBatch,
  now: number,
  flags: number,
  outcomes: Outcome[],
): Promise<void> {
  let appended: Appended;
  try {
    cloud.store.disk.checkData();
    appended = shard.log.append(entries, now, flags);
    await appended.written;
  } catch (error) {
    cloud.options.log(`kinesis: ${shard.id} of ${stream.name} can't be written: ${(error as Error).message}`);
    for (const position of positions) outcomes[position] = { ok: false, shardId: shard.id, reason: 'failed' };
    return;
  }
  const format = sequenceNumbers(shard.info);
  for (let index = 0; index < positions.length; index++) {
    outcomes[positions[index] as number] = {
      ok: true,
      shardId: shard.id,
      sequenceNumber: format(appended.first + index, appended.at),
    };
  }
  if (stream.monitoring.length > 0) {
    publishShard(cloud, stream, shard.id, {
      IncomingRecords: [entries.length, 'Count'],
      IncomingBytes: [bytes, 'Bytes'],
    });
  }
}

function publishThrottled(cloud: Cloud, stream: StreamInfo, outcomes: readonly Outcome[]): void {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    const throttled = !outcome.ok && outcome.reason === 'throttled' ? 1 : 0;
    counts.set(outcome.shardId, (counts.get(outcome.shardId) ?? 0) + throttled);
  }
  for (const [shardId, count] of counts) {
    publishShard(cloud, stream, shardId, { WriteProvisionedThroughputExceeded: [count, 'Count'] });
  }
}
