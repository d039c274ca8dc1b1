import type { _Record, ChildShard, GetShardIteratorInput } from '@aws-sdk/client-kinesis';
import type { Cloud } from '../../core/cloud';
import type { AwsError } from '../../core/errors';
import type { StoredEntry } from '../../store/record-log/record-log';
import { MAX_READ_BYTES } from './constraints';
import { invalidArgument, shardMissing, shardNotFound } from './errors';
import { numberIn, parseSequenceNumber, sequenceNumbers } from './sequence-number';
import type { Stream } from './stream';
import { type ShardInfo, type StreamInfo, trimHorizon, visibleShards } from './stream-info';
import { ENCRYPTED } from './write';

/** Starting position of GetShardIterator and SubscribeToShard. */
export interface Start {
  readonly type: GetShardIteratorInput['ShardIteratorType'];
  readonly sequenceNumber?: string;
  readonly timestamp?: Date;
}

/** Result of one read of a shard. */
export interface Batch {
  readonly records: _Record[];
  /** Bytes of data and partition keys. */
  readonly bytes: number;
  /** Number of the next record to read. */
  readonly next: number;
  readonly millisBehindLatest: number;
  /** Whether the shard is closed and has been read to its end. */
  readonly atEnd: boolean;
}

/** A shard that the API still shows; its number suffices as id. @throws ResourceNotFoundException */
export function findShard(stream: StreamInfo, shardId: string, now: number): ShardInfo {
  const wanted = shardIdIn(shardId, stream);
  const shard = visibleShards(stream, now).find(({ id }) => id === wanted);
  if (shard === undefined) throw shardMissing(wanted, stream);
  return shard;
}

/** Largest shard number, of 32 bits. */
const MAX_SHARD = 2_147_483_647;

/** A shard's full id from Kinesis' accepted forms: `shardId-000000000007`, `shardId-7`, `7`. */
export function shardIdIn(text: string, stream: Pick<StreamInfo, 'name' | 'accountId'>): string {
  const digits = /^(?:[^-]*-)?(\d+)$/.exec(text)?.[1];
  if (digits === undefined || Number(digits) > MAX_SHARD) throw shardNotFound(text, stream);
  return `shardId-${String(Number(digits)).padStart(12, '0')}`;
}

const START_RULE =
  'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
  '(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber.';

/** Number of the first record in the shard's log for a starting position. @throws InvalidArgumentException */
export async function startingNumber(cloud: Cloud, stream: Stream, shard: ShardInfo, start: Start): Promise<number> {
  const { log } = stream.shard(shard);
  if (start.sequenceNumber !== undefined && (start.type === 'TRIM_HORIZON' || start.type === 'LATEST'))
    throw invalidArgument(`${START_RULE} Request specified ${start.type} and also a StartingSequenceNumber.`);
  switch (start.type) {
    case 'TRIM_HORIZON':
      return log.numberAt(trimHorizon(stream.info, cloud.clock.now()));
    case 'LATEST':
      return shard.closed?.number ?? log.next;
    case 'AT_TIMESTAMP': {
      if (start.timestamp === undefined) {
        throw invalidArgument(
          'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
        );
      }
      if (start.timestamp.getTime() > cloud.clock.now()) {
        throw invalidArgument(
          `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ` +
            `timestampInMillis: ${start.timestamp.getTime()}, currentTimestampInMillis: ${cloud.clock.now()}`,
        );
      }
      return log.numberAt(start.timestamp.getTime());
    }
    default:
      return numberOf(stream.info, shard, start);
  }
}

function numberOf(stream: StreamInfo, shard: ShardInfo, { type, sequenceNumber }: Start): number {
  if (sequenceNumber === undefined) {
    throw invalidArgument(`${START_RULE} Request specified ${type} and no StartingSequenceNumber.`);
  }
  const number = numberIn(shard, sequenceNumber);
  if (number === undefined) throw foreignSequenceNumber(stream, shard, sequenceNumber);
  return type === 'AFTER_SEQUENCE_NUMBER' ? number + 1 : number;
}

function foreignSequenceNumber({ name, accountId }: StreamInfo, shard: ShardInfo, sequenceNumber: string): AwsError {
  const parsed = parseSequenceNumber(sequenceNumber);
  if (parsed !== undefined && parsed.shardIndex !== shard.index) {
    const other = `shardId-${parsed.shardIndex < 0 ? '-' : ''}${String(Math.abs(parsed.shardIndex)).padStart(parsed.shardIndex < 0 ? 11 : 12, '0')}`;
    return invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${other}, while it was used in a call to a shard with ${shard.id}`,
    );
  }
  return invalidArgument(
    `StartingSequenceNumber ${sequenceNumber} used in GetShardIterator on shard ${shard.id} in stream ${name} ` +
      `under account ${accountId} is invalid${parsed === undefined ? '' : ' because it did not come from this stream'}.`,
  );
}

/** Reads from a record number on: at most `limit` records and 10 MiB, without expired ones. */
export async function readShard(
  cloud: Cloud,
  stream: Stream,
  shard: ShardInfo,
  from: number,
  limit: number,
): Promise<Batch> {
  const { log } = stream.shard(shard);
  const format = sequenceNumbers(shard);
  const now = cloud.clock.now();
  const notBefore = trimHorizon(stream.info, now);
  // `end` before the read: later appends belong to the next read.
  const end = shard.closed?.number ?? log.next;
  const entries = from >= end ? [] : await log.read(from, { maxEntries: limit, maxBytes: MAX_READ_BYTES, notBefore });
  const last = entries[entries.length - 1];
  const next = last === undefined ? from : last.number + 1;
  // Without records, those up to `end` are expired or being written: the reader is at the tip in either case.
  const behind = last !== undefined && next < end && !log.isAtTip(next) ? Math.max(0, now - last.at) : 0;
  let bytes = 0;
  const records = entries.map((entry) => {
    bytes += entry.data.length + Buffer.byteLength(entry.key);
    return toRecord(entry, format(entry.number, entry.at));
  });
  const atEnd = shard.closed !== undefined && (next >= end || last === undefined);
  return { records, bytes, next, millisBehindLatest: behind, atEnd };
}

function toRecord({ at, flags, key, data }: StoredEntry, sequenceNumber: string): _Record {
  return {
    SequenceNumber: sequenceNumber,
    ApproximateArrivalTimestamp: new Date(at),
    Data: data,
    PartitionKey: key,
    ...(flags === ENCRYPTED ? { EncryptionType: 'KMS' as const } : {}),
  };
}

/** The child shards of a closed one. */
export function childrenOf(stream: StreamInfo, shard: ShardInfo): ChildShard[] {
  return stream.shards
    .filter(({ parents }) => parents.includes(shard.id))
    .map(({ id, parents, startHash, endHash }) => ({
      ShardId: id,
      ParentShards: [...parents],
      HashKeyRange: { StartingHashKey: startHash, EndingHashKey: endHash },
    }));
}
