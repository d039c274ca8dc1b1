import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** Load that is estimated or sized for. */
export interface Workload {
  /** Documents (events) a second, on average. */
  readonly recordsPerSecond: number;
  /** Bytes of one document as sent. */
  readonly recordBytes: number;
  /** Athena queries a day. */
  readonly queriesPerDay: number;
  /** Pack documents into Kinesis records of up to this many bytes; undefined sends one document a record. */
  readonly packBytes?: number;
}

/** The workload of an estimate if none is given. */
export const DEFAULT_WORKLOAD: Workload = { recordsPerSecond: 100, recordBytes: 500, queriesPerDay: 10 };

/** 25 KB: one PUT payload unit, and a multiple of Firehose's 5 KB. */
export const DEFAULT_PACK_BYTES = 25 * 1024;

/** Hours of the month that AWS's own calculator uses. */
export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

/** AWS bills in binary units: its Firehose example divides KB by 1,048,576 to get GB. */
export const KB = 1024;
export const MB = 1024 * KB;
export const GB = 1024 * MB;
export const TB = 1024 * GB;

/** A month of a workload in the units that are billed. */
export interface MonthlyTraffic {
  readonly documents: number;
  /** Documents in one Kinesis record. */
  readonly documentsPerRecord: number;
  readonly records: number;
  /** Bytes of one Kinesis record. */
  readonly bytesPerRecord: number;
  /** Kinesis records a second. */
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly bytes: number;
}

/** Bytes of a record rounded up to whole units, as each service bills it. */
export function roundedUp(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit)) * unit;
}

/** A month of the workload. Packing joins documents with a newline each, and never makes a record smaller than one document. */
export function monthlyTraffic(workload: Workload): MonthlyTraffic {
  const packed = workload.packBytes === undefined ? 1 : Math.floor(workload.packBytes / (workload.recordBytes + 1));
  const documentsPerRecord = Math.max(1, packed);
  const bytesPerRecord =
    documentsPerRecord === 1 ? workload.recordBytes : documentsPerRecord * (workload.recordBytes + 1);
  const documents = workload.recordsPerSecond * SECONDS_PER_MONTH;
  const records = documents / documentsPerRecord;
  const recordsPerSecond = workload.recordsPerSecond / documentsPerRecord;
  return {
    documents,
    documentsPerRecord,
    records,
    bytesPerRecord,
    recordsPerSecond,
    bytesPerSecond: recordsPerSecond * bytesPerRecord,
    bytes: records * bytesPerRecord,
  };
}

/** Refuses a document that no stream can take: over 1 MiB (unless the stream's own maximum is raised, 10 MiB). */
export function checkWorkload(workload: Workload): Workload {
  const fail = (message: string): never => {
    throw new ToolError(message, ExitCode.usage);
  };
  // Infinity would pass every comparison and make every answer infinite or NaN.
  const { recordsPerSecond, recordBytes, queriesPerDay, packBytes } = workload;
  for (const [flag, value] of Object.entries({ recordsPerSecond, recordBytes, queriesPerDay, packBytes })) {
    const name = flag === 'packBytes' ? 'pack' : flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (value !== undefined && !Number.isFinite(value)) fail(`--${name} must be a finite number.`);
  }
  if (!(recordsPerSecond > 0)) fail('--records-per-second must be a number above 0.');
  if (!(recordBytes >= 1)) fail('--record-bytes must be at least 1.');
  if (workload.recordBytes > 10 * MB) fail('--record-bytes is over 10 MiB, the largest record that Kinesis takes.');
  if (!(workload.queriesPerDay >= 0)) fail('--queries-per-day must be 0 or more.');
  if (workload.packBytes !== undefined && !(workload.packBytes >= 1)) fail('--pack must be at least 1 byte.');
  return workload;
}
