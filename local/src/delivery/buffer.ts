import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { errorRecord } from './error-record';
import type { ErrorOutputType } from './prefix';
import type { Batch, SourceRecord } from './record';
import { Spool } from './spool';
import type { Transform } from './transform';

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
    for (const record of records) {
      if (skipThrough !== undefined && BigInt(record.sequenceNumber) <= skipThrough) continue;
      this.since ??= now;
      this.bytes += record.data.length;
      this.addRecord(record, now);
      this.through.set(shardId, record.sequenceNumber);
    }
  }

  remove(): void {
    for (const { spool } of this.parts.values()) spool.remove();
  }

  private addRecord(record: SourceRecord, now: number): void {
    const transformed = this.transform?.apply(record.data) ?? { pieces: [{ data: record.data, partitionKeys: {} }] };
    if ('pieces' in transformed) {
      for (const { data, partitionKeys } of transformed.pieces) {
        this.append(this.part(partitionKeys, undefined, record), record, data);
      }
      return;
    }
    const part = this.part({}, transformed.type, record);
    this.append(part, record, errorRecord(record, transformed, now, this.transform?.table));
  }

  private append(part: Part, record: SourceRecord, data: Buffer): void {
    part.spool.append(data);
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
