import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../core/clock';
import { MAX_ACTIVE_PARTITIONS } from '../services/firehose/constraints';
import type { ErrorOutputType } from '../services/firehose/language/prefix';
import { errorRecord, processingErrorRecord } from './error-record';
import type { Batch, SourceRecord } from './record';
import { Spool } from './spool';
import { NOTHING, type Piece, type Transform, type Transformed, type TransformInput } from './transform';

const TOO_MANY_PARTITIONS: Transformed = {
  type: 'metadata-extraction-failed',
  code: 'DynamicPartitioning.ActivePartitionExceeded',
  message: `There are more than ${MAX_ACTIVE_PARTITIONS} active partitions.`,
};

/** Checks of records before they are buffered. */
export interface Checks {
  /** The reason why no object can hold records with these partition keys; undefined if one can. */
  problemOf(partitionKeys: Piece['partitionKeys'], arrivedAt: number): string | undefined;
  /** Whether a Parquet writer refused this line before. Undefined as long as none was refused. */
  readonly isRefused: ((line: Buffer) => boolean) | undefined;
}

const REFUSED: Transformed = {
  type: 'format-conversion-failed',
  code: 'DataFormatConversion.MalformedData',
  message: 'The record can not be written as Parquet.',
};
const NEWLINE = 0x0a;

/** Number of records under the error prefix for one reason, with the first one's message. */
export interface ErrorCount {
  readonly code: string;
  readonly message: string;
  records: number;
}

/** Records of a future object. */
export interface Part {
  readonly spool: Spool;
  readonly partitionKeys: Readonly<Record<string, string>>;
  readonly errorType: ErrorOutputType | undefined;
  /** Arrival of the oldest record, in milliseconds since the epoch: the object's time. */
  oldest: number;
  /** Number of source records, and their bytes. */
  records: number;
  bytes: number;
}

/** Records of one target, buffered in files until delivery is due. */
export class DeliveryBuffer {
  readonly parts = new Map<string, Part>();
  /** The last buffered record of each shard. */
  readonly through = new Map<string, string>();
  bytes = 0;
  /** Time of the first record, by the monotonic clock; undefined while it is empty. */
  since: number | undefined;

  /** Records for the error prefix, by error code. */
  readonly errors = new Map<string, ErrorCount>();
  private readonly impossible = new Map<string, string>();

  /** @param transform undefined for the raw backup. */
  constructor(
    private readonly folder: string,
    readonly transform: Transform | undefined,
    private readonly checks: Checks,
  ) {}

  get isEmpty(): boolean {
    return this.through.size === 0;
  }

  /** Arrival of the oldest record, in milliseconds since the epoch; undefined while it is empty. */
  get oldest(): number | undefined {
    const times = [...this.parts.values()].map(({ oldest }) => oldest);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Adds records. @param since time of the first record, by the monotonic clock */
  async add({ shardId, records }: Batch, clock: Clock, since: number): Promise<void> {
    const last = records[records.length - 1];
    if (last === undefined) return;
    this.since ??= since;
    const now = clock.now();
    const transformed = (await this.transform?.apply(inputsOf(records)))?.values();
    for (const record of records) {
      if (record.processed === 'Dropped') continue;
      this.bytes += record.data.length;
      if (record.processed !== undefined && 'code' in record.processed) {
        this.addFailure(record, 'processing-failed', record.processed, processingErrorRecord(record, record.processed));
        continue;
      }
      this.addRecord(record, transformed?.next().value ?? untransformed(record), now);
    }
    this.through.set(shardId, last.sequenceNumber);
  }

  remove(): void {
    for (const { spool } of this.parts.values()) spool.remove();
  }

  private addRecord(record: SourceRecord, transformed: Transformed, now: number): void {
    if ('pieces' in transformed) {
      const problem = this.problemOf(transformed.pieces, record);
      if (problem !== undefined) {
        this.addRecord(record, problem, now);
        return;
      }
      for (const { data, end, partitionKeys } of transformed.pieces) {
        this.append(this.part(partitionKeys, undefined, record), record, data, end);
      }
      return;
    }
    this.addFailure(
      record,
      transformed.type,
      transformed,
      errorRecord(record, transformed, now, this.transform?.table),
    );
  }

  private addFailure(
    record: SourceRecord,
    type: ErrorOutputType,
    { code, message }: { readonly code: string; readonly message: string },
    line: Buffer,
  ): void {
    const counted = this.errors.get(code);
    if (counted === undefined) this.errors.set(code, { code, message, records: 1 });
    else counted.records++;
    this.append(this.part({}, type, record), record, line, NOTHING);
  }

  /** The failure of a record that can't be buffered as it is; undefined if it can. */
  private problemOf(pieces: readonly Piece[], record: SourceRecord): Transformed | undefined {
    if (pieces.some(({ partitionKeys }) => this.isTooMany(partitionKeys))) return TOO_MANY_PARTITIONS;
    for (const { partitionKeys, data } of pieces) {
      const message = this.impossibleKeys(partitionKeys, record);
      if (message !== undefined) return metadataFailure(message);
      if (this.checks.isRefused !== undefined && linesOf(data).some(this.checks.isRefused)) return REFUSED;
    }
    return undefined;
  }

  private impossibleKeys(partitionKeys: Piece['partitionKeys'], { arrivedAt }: SourceRecord): string | undefined {
    const id = partitionId(partitionKeys);
    if (id === '' || this.parts.has(id)) return undefined;
    const known = this.impossible.get(id) ?? this.checks.problemOf(partitionKeys, arrivedAt);
    // The cache is limited to the number of partitions that may be open.
    if (known !== undefined && this.impossible.size < MAX_ACTIVE_PARTITIONS) this.impossible.set(id, known);
    return known;
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

/** Input of a transform: the records that no processor dropped or failed. */
function inputsOf(records: readonly SourceRecord[]): readonly TransformInput[] {
  if (records.every(({ processed }) => processed === undefined)) return records;
  return records.flatMap(({ data, processed }) => {
    if (processed === 'Dropped' || (processed !== undefined && 'code' in processed)) return [];
    return [{ data, ...(processed !== undefined && { lambda: processed }) }];
  });
}

const untransformed = ({ data }: SourceRecord): Transformed => ({
  pieces: [{ data, end: NOTHING, partitionKeys: {} }],
});

function metadataFailure(message: string): Transformed {
  return { type: 'metadata-extraction-failed', code: 'DynamicPartitioning.MetadataExtractionFailed', message };
}

function linesOf(data: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = data.indexOf(NEWLINE); end !== -1; end = data.indexOf(NEWLINE, start)) {
    lines.push(data.subarray(start, end));
    start = end + 1;
  }
  return [...lines, data.subarray(start)];
}

function partitionId(keys: Readonly<Record<string, string>>): string {
  for (const _key in keys) return `=${JSON.stringify(keys)}`;
  return '';
}
