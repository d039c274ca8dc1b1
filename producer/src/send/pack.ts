import type { EventChunk } from '../record/source';
import { createEntry, type Entry } from './entry';

/** Partition key of an event. */
export type KeyOf = (chunk: EventChunk, index: number) => string;

/** Reason why an event isn't sent. `event` counts from 1 in the order of the source. */
export interface Refusal {
  readonly event: number;
  /** `RecordTooLarge`, `NoPartitionKey` or `PartitionKeyTooLong`. */
  readonly reason: string;
  readonly detail: string;
}

/** An event without a usable partition key. */
export class KeyError extends Error {
  constructor(
    readonly reason: string,
    detail: string,
  ) {
    super(detail);
  }
}

export interface PackerSettings {
  readonly keyOf: KeyOf;
  /** Most bytes of data in one Kinesis record; 0 gives each event a record of its own. */
  readonly packBytes: number;
  /** End each record with a newline. */
  readonly newline: boolean;
  /** Most bytes of data and partition key in one record of the stream. */
  readonly maxRecordBytes: number;
  /** Whether events with different keys go into different records: the keys carry meaning. */
  readonly packByKey: boolean;
  readonly refuse: (refusal: Refusal) => void;
}

interface OpenPack {
  readonly key: string;
  readonly parts: Uint8Array[];
  bytes: number;
}

/** Most records being filled at once when keys are kept apart; beyond it the oldest is sent part-filled. */
const MAX_OPEN_PACKS = 1_000;
const NEWLINE = Buffer.from('\n');

/**
 * Packs events into Kinesis records. Packed events are separated by a newline and followed by one, where Firehose's
 * JSON conversion and every reader of NDJSON split; other events are sent unchanged, without one unless `newline` is
 * set.
 */
export class Packer {
  private seen = 0;
  private readonly open = new Map<string, OpenPack>();

  constructor(private readonly settings: PackerSettings) {}

  get packs(): boolean {
    return this.settings.packBytes > 0;
  }

  /** Whether events wait in records not yet full. */
  get pending(): boolean {
    return this.open.size > 0;
  }

  /** Adds a chunk's events, and pushes finished records to `out`. */
  add(chunk: EventChunk, out: Entry[]): void {
    for (let i = 0; i < chunk.starts.length; i++) {
      this.seen++;
      const start = chunk.starts[i] as number;
      const end = chunk.ends[i] as number;
      const key = this.keyFor(chunk, i);
      if (key === undefined) continue;
      const size = end - start + Buffer.byteLength(key) + (this.settings.newline ? 1 : 0);
      if (size > this.settings.maxRecordBytes) {
        const detail = `${size} bytes with its partition key, and the stream takes ${this.settings.maxRecordBytes}`;
        this.settings.refuse({ event: this.seen, reason: 'RecordTooLarge', detail });
      } else if (this.settings.packBytes > 0) {
        this.pack(chunk.bytes.subarray(start, end), key, out);
      } else if (!this.settings.newline) {
        out.push(createEntry(chunk.bytes, start, end, key, 1));
      } else if (chunk.bytes[end] === NEWLINE[0]) {
        out.push(createEntry(chunk.bytes, start, end + 1, key, 1));
      } else {
        const data = Buffer.concat([chunk.bytes.subarray(start, end), NEWLINE]);
        out.push(createEntry(data, 0, data.length, key, 1));
      }
    }
  }

  /** Finishes every record that is being filled. */
  flush(out: Entry[]): void {
    for (const pack of this.open.values()) out.push(this.close(pack));
    this.open.clear();
  }

  private keyFor(chunk: EventChunk, index: number): string | undefined {
    try {
      return this.settings.keyOf(chunk, index);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      this.settings.refuse({ event: this.seen, reason: error.reason, detail: error.message });
      return undefined;
    }
  }

  private pack(data: Uint8Array, key: string, out: Entry[]): void {
    const slot = this.settings.packByKey ? key : '';
    const limit = Math.min(this.settings.packBytes, this.settings.maxRecordBytes - Buffer.byteLength(key));
    let pack = this.open.get(slot);
    if (pack && pack.bytes + data.length + 1 > limit) {
      out.push(this.close(pack));
      this.open.delete(slot);
      pack = undefined;
    }
    if (!pack) {
      pack = { key, parts: [], bytes: 0 };
      this.open.set(slot, pack);
    }
    pack.parts.push(data, NEWLINE);
    pack.bytes += data.length + 1;
    if (this.open.size > MAX_OPEN_PACKS) this.closeOldest(out);
  }

  private closeOldest(out: Entry[]): void {
    for (const [slot, pack] of this.open) {
      out.push(this.close(pack));
      this.open.delete(slot);
      return;
    }
  }

  private close(pack: OpenPack): Entry {
    // A lone event needs no separator, and with one it could exceed the stream's limit.
    const isLone = pack.parts.length === 2 && !this.settings.newline;
    const data = Buffer.concat(isLone ? pack.parts.slice(0, 1) : pack.parts);
    return createEntry(data, 0, data.length, pack.key, pack.parts.length / 2);
  }
}
