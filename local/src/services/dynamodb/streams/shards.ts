import type { DynamoState } from '../state';
import type { StreamInfo, StreamViewType } from '../table';
import type { Item } from '../values/attribute-value';
import type { ChangeRecord } from './change-log';

/** A shard of a stream: DynamoDB closes one after some hours and continues in a child. */
export interface ShardInfo {
  readonly id: string;
  readonly parent?: string;
  readonly first: number;
  /** Sequence number of its last record; undefined while it is open. */
  readonly last?: number;
  /** Epoch milliseconds. */
  readonly openedAt: number;
  readonly closedAt?: number;
}

/** Time that a shard stays open ("Reading and processing a stream": shards live for about four hours). */
const SHARD_MS = 4 * 3_600_000;

/** The images of a record, by the stream's view type. */
export function imagesOf(
  viewType: StreamViewType,
  { newImage, oldImage }: { newImage: Item | undefined; oldImage: Item | undefined },
): { newImage?: Item; oldImage?: Item } {
  const hasNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
  const hasOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
  return {
    ...(hasNew && newImage !== undefined && { newImage }),
    ...(hasOld && oldImage !== undefined && { oldImage }),
  };
}

/** Appends to a stream, in a new shard if the open one is old enough; within a commit. */
export function noteChange(state: DynamoState, { number }: StreamInfo, record: ChangeRecord): void {
  const next = state.changes.nextSequence(number);
  const open = state.shards.open(number);
  if (open === undefined || record.at - open.openedAt >= SHARD_MS) state.shards.begin(number, next, record.at);
  state.changes.append(number, record);
}

/** Ends a stream, which stays readable until its records are a day old; within a commit. */
export function endStream(state: DynamoState, stream: StreamInfo): void {
  const row = state.streams.get(stream.arn);
  if (row === undefined) return;
  const now = state.now();
  state.streams.put({ ...row, disabledAt: now });
  state.shards.close(stream.number, state.changes.nextSequence(stream.number), now);
}
