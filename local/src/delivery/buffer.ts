import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MAX_ACTIVE_PARTITIONS } from '../services/firehose/constraints';
import { errorRecord } from './error-record';
import type { ErrorOutputType } from './prefix';
import type { Batch, SourceRecord } from './record';
import { Spool } from './spool';
import { NOTHING, type Piece, type Transform, type Transformed } from './transform';

const TOO_MANY_PARTITIONS: Transformed = {
  type: 'metadata-extraction-failed',
  code: 'DynamicPartitioning.ActivePartitionExceeded',
  message: `There are more than ${MAX_ACTIVE_PARTITIONS} active partitions.`,
};

/** Records of one object to be. */
export interface Part {
  readonly spool: Spool;
  readonly partitionKeys: Readonly<Record<string, string>>;
  readonly errorType: ErrorOutputType | undefined;
  /** Arrival of the oldest record, in milliseconds since the epoch: the object's time. */
  oldest: number;
  /** Records and their bytes as they came in. */
  records: number;
  bytes: number;
}

/** What is buffered for one target until it is due, in files. */
export class DeliveryBuffer {
  readonly parts = new Map<string, Part>();
  /** The last record of each shard that is in here. */
  readonly through = new Map<string, string>();
  bytes = 0;
  /** When the first record came in here, in milliseconds since the epoch; undefined while it is empty. */
  since: number | undefined;

  /** @param transform undefined for the raw backup. */
  constructor(
    private readonly folder: string,
    readonly transform: Transform | undefined,
  ) {}

  get isEmpty(): boolean {
    return this.through.size === 0;
  }

  /** @param skipThrough records up to this one were delivered before. */
  add({ shardId, records }: Batch, now: number, skipThrough: bigint | undefined): void {
    const fresh =
      skipThrough === undefined
        ? records
        : records.filter(({ sequenceNumber }) => BigInt(sequenceNumber) > skipThrough);
    const last = fresh[fresh.length - 1];
    if (last === undefined) return;
    this.since ??= now;
    const transformed = this.transform?.apply(fresh.map(({ data }) => data));
    for (const [index, record] of fresh.entries()) {
      this.bytes += record.data.length;
      this.addRecord(
        record,
        transformed?.[index] ?? { pieces: [{ data: record.data, end: NOTHING, partitionKeys: {} }] },
        now,
      );
    }
    this.through.set(shardId, last.sequenceNumber);
  }

  remove(): void {
    for (const { spool } of this.parts.values()) spool.remove();
  }

  private addRecord(record: SourceRecord, transformed: Transformed, now: number): void {
    if ('pieces' in transformed) {
      if (transformed.pieces.some(({ partitionKeys }) => this.isTooMany(partitionKeys))) {
        this.addRecord(record, TOO_MANY_PARTITIONS, now);
        return;
      }
      for (const { data, end, partitionKeys } of transformed.pieces) {
        this.append(this.part(partitionKeys, undefined, record), record, data, end);
      }
      return;
    }
    const part = this.part({}, transformed.type, record);
    this.append(part, record, errorRecord(record, transformed, now, this.transform?.table), NOTHING);
  }

  private isTooMany(partitionKeys: Piece['partitionKeys']): boolean {
    return this.parts.size >= MAX_ACTIVE_PARTITIONS && !this.parts.has(partitionId(partitionKeys));
  }

  private append(part: Part, record: SourceRecord, data: Buffer, end: Buffer): void {
    part.spool.append(data);
    part.spool.append(end);
    part.oldest = Math.min(part.oldest, record.arrivedAt);
    part.records++;
    part.bytes += record.data.length;
  }

  private part(
    partitionKeys: Readonly<Record<string, string>>,
    errorType: ErrorOutputType | undefined,
    record: SourceRecord,
  ): Part {
    const key = errorType ?? (this.transform === undefined ? '' : partitionId(partitionKeys));
    let part = this.parts.get(key);
    if (part === undefined) {
      const spool = new Spool(join(this.folder, randomUUID()));
      part = { spool, partitionKeys, errorType, oldest: record.arrivedAt, records: 0, bytes: 0 };
      this.parts.set(key, part);
    }
    return part;
  }
}

function partitionId(keys: Readonly<Record<string, string>>): string {
  for (const _key in keys) return `=${JSON.stringify(keys)}`;
  return '';
}
