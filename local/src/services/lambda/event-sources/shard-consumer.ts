import { createHash } from 'node:crypto';
import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { Signal } from '../../../core/signal';
import type { Mapping } from '../state';
import { type BatchOptions, processBatch, Stopped, type WindowMembers } from './batch';
import { filterOf } from './filter';
import type { OpenWindow, Position } from './positions';
import type { ShardReader, Start, StreamItem, StreamSource } from './source';

export interface ShardConsumerOptions {
  readonly cloud: Cloud;
  readonly mapping: Mapping;
  readonly source: StreamSource;
  readonly shardId: string;
  readonly position: Position;
  readonly start: Start;
  readonly role: () => Caller;
  readonly save: (position: Position) => Promise<void>;
  readonly onResult: (result: string) => void;
  readonly signal: AbortSignal;
}

/** Most bytes of a batch: an invocation's payload has 6 MB, of which the event needs a little. */
const MAX_BATCH_BYTES = 6 * 1024 * 1024 - 10_000;
/** Batches that are read ahead per lane. */
const READ_AHEAD_BATCHES = 2;
const MAX_READ_AHEAD = 20_000;
/** Polling interval of a shard ("Polling and batching streams"): its five reads a second are shared by all readers. */
const POLL_MS = 1_000;
/** Most bytes of a window's state (Lambda's page "Tumbling windows"). */
const MAX_STATE_BYTES = 1024 * 1024;

/** Records of a share of the partition keys, processed one batch after the other. */
interface Lane {
  readonly waiting: StreamItem[];
  firstAt: number;
  busy: boolean;
}

/**
 * Reads one shard and invokes the function with its records, in as many lanes as the parallelization factor, so that
 * records of one partition key stay in order. The position advances over finished records without gaps.
 */
export class ShardConsumer {
  private readonly lanes: Lane[];
  private readonly reader: ShardReader;
  private readonly matches: (value: () => unknown) => boolean;
  /** Records that are read but not yet behind the position, in order. */
  private readonly outstanding: StreamItem[] = [];
  private readonly done = new Set<StreamItem>();
  private position: Position;
  private mayHaveMore = true;
  private atEnd = false;
  private notBefore = 0;
  private troubles = 0;
  private readonly changed = new Signal();
  private failure: unknown;

  constructor(private readonly options: ShardConsumerOptions) {
    const { mapping, source, shardId, start, role, position } = options;
    const isWindowed = (mapping.settings.TumblingWindowInSeconds ?? 0) > 0;
    const lanes = isWindowed ? 1 : (mapping.settings.ParallelizationFactor ?? 1);
    this.lanes = Array.from({ length: lanes }, () => ({ waiting: [], firstAt: 0, busy: false }));
    this.reader = source.open(shardId, start, role);
    this.matches = filterOf(mapping.settings.FilterCriteria);
    this.position = position;
  }

  /** Notifies of new records in the stream. */
  news(): void {
    this.mayHaveMore = true;
    this.changed.raise();
  }

  /** Reads and processes until the shard ends. @throws Stopped */
  async run(): Promise<void> {
    const { signal } = this.options;
    const wake = () => this.changed.raise();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        if (signal.aborted) throw new Stopped();
        if (this.failure !== undefined) throw this.failure;
        await this.read();
        await this.closeWindow();
        this.dispatch();
        if (this.atEnd && this.outstanding.length === 0 && this.position.window === undefined) break;
        await this.sleep();
      }
      await this.options.save({ ...this.position, finished: true });
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  private async read(): Promise<void> {
    const { mapping, cloud, onResult, signal } = this.options;
    const most = Math.min(MAX_READ_AHEAD, READ_AHEAD_BATCHES * mapping.settings.BatchSize * this.lanes.length);
    while (!this.atEnd && this.mayHaveMore && this.outstanding.length < most && !signal.aborted) {
      if (performance.now() < this.notBefore) return;
      // Reset before the read: an append during the read sets it again.
      this.mayHaveMore = false;
      try {
        const { items, more, atEnd } = await this.reader.read();
        this.troubles = 0;
        this.take(items);
        this.mayHaveMore ||= more;
        this.atEnd = atEnd;
        if (cloud.options.enforceLimits) this.notBefore = performance.now() + POLL_MS;
      } catch (error) {
        this.mayHaveMore = true;
        this.notBefore = performance.now() + Math.min(30_000, 500 * 2 ** this.troubles++);
        const isRate = (error as Error).name === 'ProvisionedThroughputExceededException';
        if (!isRate) onResult(`PROBLEM: ${(error as Error).message}`);
        return;
      }
    }
  }

  private take(items: readonly StreamItem[]): void {
    const now = performance.now();
    for (const item of items) {
      this.outstanding.push(item);
      if (!this.matches(item.filtered)) {
        this.done.add(item);
        continue;
      }
      const lane = this.laneOf(item);
      if (lane.waiting.length === 0) lane.firstAt = now;
      lane.waiting.push(item);
    }
    if (items.length > 0) void this.advance().catch((error: unknown) => this.fail(error));
  }

  private laneOf({ partitionKey }: StreamItem): Lane {
    if (this.lanes.length === 1) return this.lanes[0] as Lane;
    const hash = createHash('md5').update(partitionKey).digest().readUInt32BE(0);
    return this.lanes[hash % this.lanes.length] as Lane;
  }

  /** Starts batches that are full, or have waited for the batching window. */
  private dispatch(): void {
    for (const lane of this.lanes) {
      if (lane.busy || lane.waiting.length === 0) continue;
      const batch = this.batchOf(lane);
      if (batch === undefined) continue;
      lane.busy = true;
      lane.waiting.splice(0, batch.length);
      lane.firstAt = performance.now();
      void processBatch(batch, this.batchOptions())
        .then(
          () => {
            lane.busy = false;
          },
          (error: unknown) => this.fail(error),
        )
        .finally(() => this.changed.raise());
    }
  }

  private batchOf({ waiting, firstAt }: Lane): StreamItem[] | undefined {
    const { BatchSize, MaximumBatchingWindowInSeconds } = this.options.mapping.settings;
    const batch: StreamItem[] = [];
    let bytes = 0;
    const window = this.windowOf(waiting[0] as StreamItem);
    for (const item of waiting) {
      bytes += item.bytes;
      // A batch belongs to one window.
      const full = batch.length === BatchSize || bytes > MAX_BATCH_BYTES || this.windowOf(item) !== window;
      if (full && batch.length > 0) return batch;
      batch.push(item);
    }
    if (batch.length === BatchSize || this.atEnd) return batch;
    return performance.now() - firstAt >= MaximumBatchingWindowInSeconds * 1000 ? batch : undefined;
  }

  private batchOptions(): BatchOptions {
    const { cloud, mapping, shardId, source, onResult, signal } = this.options;
    const common = { cloud, mapping, shardId, batchInfo: source.batchInfo, onResult, signal };
    const onDone = async (items: readonly StreamItem[]) => {
      for (const item of items) this.done.add(item);
      await this.advance();
    };
    const { window } = this.position;
    if (window === undefined) return { ...common, onDone };
    return {
      ...common,
      onDone,
      window: () => this.windowMembers(window, false),
      onState: (answer) => this.keepState(answer),
    };
  }

  /** Advances the position over finished records, and saves it. */
  private async advance(): Promise<void> {
    let last: StreamItem | undefined;
    let count = 0;
    for (const item of this.outstanding) {
      if (!this.done.delete(item)) break;
      last = item;
      count++;
    }
    if (last === undefined) return;
    this.outstanding.splice(0, count);
    this.position = { ...this.position, after: last.sequenceNumber };
    await this.options.save(this.position);
  }

  // ---- tumbling windows -------------------------------------------------------------------------------------------

  private get windowMs(): number {
    return (this.options.mapping.settings.TumblingWindowInSeconds ?? 0) * 1000;
  }

  private windowOf({ arrivedAt }: StreamItem): number {
    return this.windowMs === 0 ? 0 : arrivedAt - (arrivedAt % this.windowMs);
  }

  /** Opens the next record's window, after the last one's final invocation. */
  private async closeWindow(): Promise<void> {
    if (this.windowMs === 0) return;
    const [lane] = this.lanes as [Lane];
    if (lane.busy) return;
    const next = lane.waiting[0];
    const { window } = this.position;
    const isOver =
      window !== undefined &&
      (next === undefined
        ? this.atEnd || (!this.mayHaveMore && this.options.cloud.clock.now() >= window.start + this.windowMs)
        : this.windowOf(next) !== window.start);
    if (isOver) {
      await this.finalInvocation(window);
      await this.save({ ...this.position, window: undefined });
    }
    if (next !== undefined && this.position.window === undefined)
      await this.save({ ...this.position, window: { start: this.windowOf(next), state: {} } });
  }

  /** A window's final invocation, without records, with the window's state. */
  private async finalInvocation(window: OpenWindow): Promise<void> {
    const end = { sequenceNumber: this.position.after ?? '', partitionKey: '', arrivedAt: window.start, bytes: 0 };
    const item: StreamItem = { ...end, event: {}, filtered: () => ({}) };
    const { mapping } = this.options;
    await processBatch([item], {
      ...this.batchOptions(),
      mapping: { ...mapping, settings: { ...mapping.settings, MaximumRecordAgeInSeconds: -1 } },
      window: () => ({ ...this.windowMembers(window, true), Records: [] }),
      onState: () => true,
      onDone: async () => {},
    });
  }

  private windowMembers({ start, state }: OpenWindow, isFinal: boolean): WindowMembers & { Records?: never[] } {
    const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
    return {
      window: { start: time(start), end: time(start + this.windowMs) },
      state,
      shardId: this.options.shardId,
      eventSourceARN: this.options.mapping.sourceArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: false,
    };
  }

  private keepState(answer: unknown): boolean {
    const { window } = this.position;
    if (window === undefined || typeof answer !== 'object' || answer === null || !('state' in answer)) return false;
    const { state } = answer;
    if (Buffer.byteLength(JSON.stringify(state) ?? '') > MAX_STATE_BYTES) return false;
    this.position = { ...this.position, window: { ...window, state } };
    return true;
  }

  private async save(position: Position): Promise<void> {
    this.position = position;
    await this.options.save(position);
  }

  // ---- waiting ----------------------------------------------------------------------------------------------------

  /** Waits for new records, the end of a batch, or the end of a batching or tumbling window. */
  private async sleep(): Promise<void> {
    const now = performance.now();
    const { MaximumBatchingWindowInSeconds } = this.options.mapping.settings;
    const times = this.lanes
      .filter(({ busy, waiting }) => !busy && waiting.length > 0)
      .map(({ firstAt }) => firstAt + MaximumBatchingWindowInSeconds * 1000 - now);
    if (this.mayHaveMore && !this.atEnd) times.push(this.notBefore - now);
    const { window } = this.position;
    // A batch in progress wakes the loop itself; a timer for its window's end, possibly past, would spin.
    if (window !== undefined && !this.lanes.some(({ busy }) => busy))
      times.push(window.start + this.windowMs - this.options.cloud.clock.now());
    const ms = Math.max(1, Math.min(...times, 60_000));
    await this.changed.wait(ms);
  }

  private fail(error: unknown): void {
    this.failure = error;
    this.changed.raise();
  }
}
