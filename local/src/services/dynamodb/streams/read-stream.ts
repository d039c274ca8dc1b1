import { AwsError } from '../../../core/errors';
import { isOf, type Owner, ownerOf } from '../../../core/owner';
import type { DynamoState } from '../state';
import type { ChangeRecord, Sequenced } from './change-log';
import type { ShardInfo } from './shards';
import type { StreamRow } from './stream-table';

/** Sequence numbers have 21 digits: text and number order are equal. */
const FIRST_SEQUENCE = 10n ** 20n;

export const sequenceNumber = (sequence: number): string => String(FIRST_SEQUENCE + BigInt(sequence));

/** @returns undefined for a text that isn't a sequence number of this endpoint */
export function parseSequence(text: string): number | undefined {
  return /^\d{21}$/.test(text) ? Number(BigInt(text) - FIRST_SEQUENCE) : undefined;
}

/** The userIdentity of changes by time to live. */
export const TIME_TO_LIVE = 'dynamodb.amazonaws.com';

/** A record in GetRecords and in functions' events; binary is base64. */
export interface StreamEvent {
  readonly eventID: string;
  readonly eventName: ChangeRecord['event'];
  readonly eventVersion: string;
  readonly eventSource: string;
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: ChangeRecord['keys'];
    readonly NewImage?: ChangeRecord['newImage'];
    readonly OldImage?: ChangeRecord['oldImage'];
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
  readonly userIdentity?: { readonly PrincipalId: string; readonly Type: string };
}

export function streamEvent({ sequence, record }: Sequenced, viewType: string, region: string): StreamEvent {
  return {
    eventID: record.id,
    eventName: record.event,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(record.at / 1000),
      Keys: record.keys,
      ...(record.newImage !== undefined && { NewImage: record.newImage }),
      ...(record.oldImage !== undefined && { OldImage: record.oldImage }),
      SequenceNumber: sequenceNumber(sequence),
      SizeBytes: record.bytes,
      StreamViewType: viewType,
    },
    ...(record.byTimeToLive === true && { userIdentity: { PrincipalId: TIME_TO_LIVE, Type: 'Service' } }),
  };
}

/** A readable stream of its owner. @throws AwsError `ResourceNotFoundException` */
export function streamAt(state: DynamoState, owner: Owner, arn: string): StreamRow {
  const stream = state.streams.get(arn);
  if (stream === undefined || !isOf(owner, ownerOf(arn)))
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
  return stream;
}

/** @throws AwsError `ResourceNotFoundException` */
export function shardOf(state: DynamoState, stream: StreamRow, id: string): ShardInfo {
  const shard = state.shards.of(stream.number).find((one) => one.id === id);
  if (shard === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Shard ${id} in Stream ${stream.arn} not found`,
    );
  return shard;
}

export interface ShardPage {
  readonly records: readonly Sequenced[];
  /** Sequence number to read on from; undefined at the end of a closed shard. */
  readonly next: number | undefined;
}

const PAGE_BYTES = 1024 * 1024;

/** Reads a shard's records. @param from sequence number; trimmed records are skipped */
export function readShard(
  state: DynamoState,
  { number }: StreamRow,
  { last = Number.POSITIVE_INFINITY }: ShardInfo,
  from: number,
  limit: number,
): ShardPage {
  const records: Sequenced[] = [];
  let bytes = 0;
  let next = from;
  for (const one of state.changes.read(number, from)) {
    if (one.sequence > last || records.length === limit || bytes >= PAGE_BYTES) break;
    records.push(one);
    bytes += one.record.bytes;
    next = one.sequence + 1;
  }
  return { records, next: next > last ? undefined : next };
}
