import { setMaxListeners } from 'node:events';
import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { Signal } from '../../../core/signal';
import { roleOf } from '../runtime/pool';
import { LambdaState, type Mapping } from '../state';
import { pause, Stopped } from './batch';
import type { Position, Positions } from './positions';
import { ShardConsumer } from './shard-consumer';
import type { ShardView, Start, StreamSource } from './source';

/** Interval of listing a stream's shards, besides the end of one. */
const LOOK_AGAIN_MS = 30_000;

/** Runs one mapping over a stream: one consumer per shard, children after their parents. */
export class StreamPoller {
  /** Value of LastProcessingResult. */
  lastResult = 'No records processed';
  private readonly stopping = new AbortController();
  private readonly consumers = new Map<string, ShardConsumer>();
  private readonly finished = new Set<string>();
  private positions: Map<string, Position>;
  private unwatch: (() => void) | undefined;
  private readonly running: Promise<void>;
  private readonly ended = new Signal();

  constructor(
    private readonly cloud: Cloud,
    private readonly mapping: Mapping,
    private readonly source: StreamSource,
    private readonly store: Positions,
  ) {
    // No limit of listeners: each lane of each shard has one.
    setMaxListeners(0, this.stopping.signal);
    this.positions = store.of(mapping.uuid);
    for (const [id, { finished }] of this.positions) if (finished === true) this.finished.add(id);
    this.running = this.run();
  }

  /** Stops; batches in progress may be repeated when the mapping resumes. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.unwatch?.();
    this.ended.raise();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let troubles = 0; !signal.aborted; ) {
      try {
        const shards = await this.source.shards(this.role());
        this.unwatch ??= this.source.watch(() => {
          for (const consumer of this.consumers.values()) consumer.news();
        });
        troubles = 0;
        this.startConsumers(shards);
        await this.ended.wait(LOOK_AGAIN_MS);
      } catch (error) {
        this.lastResult = `PROBLEM: ${(error as Error).message}`;
        await pause(Math.min(++troubles, 8), signal);
      }
    }
    await Promise.allSettled(this.ending);
  }

  private readonly ending = new Set<Promise<void>>();

  private startConsumers(shards: readonly ShardView[]): void {
    const present = new Set(shards.map(({ id }) => id));
    for (const { id, parents } of shards) {
      // A parent that the stream no longer lists doesn't block its children.
      const isReady = parents.every((parent) => !present.has(parent) || this.finished.has(parent));
      if (this.consumers.has(id) || this.finished.has(id) || !isReady) continue;
      const consumer = new ShardConsumer({
        cloud: this.cloud,
        mapping: this.mapping,
        source: this.source,
        shardId: id,
        position: this.positions.get(id) ?? {},
        start: this.startOf(id),
        role: () => this.role(),
        save: (position) => this.store.put(this.mapping.uuid, id, position),
        onResult: (result) => {
          this.lastResult = result;
        },
        signal: this.stopping.signal,
      });
      this.consumers.set(id, consumer);
      const ended = this.follow(id, consumer).finally(() => this.ending.delete(ended));
      this.ending.add(ended);
    }
  }

  private async follow(id: string, consumer: ShardConsumer): Promise<void> {
    try {
      await consumer.run();
      this.finished.add(id);
    } catch (error) {
      if (!(error instanceof Stopped)) {
        this.lastResult = `PROBLEM: ${(error as Error).message}`;
        this.cloud.options.log(`Event source mapping ${this.mapping.uuid}: ${(error as Error).stack}`);
        this.positions = this.store.of(this.mapping.uuid);
        await pause(6, this.stopping.signal);
      }
    }
    this.consumers.delete(id);
    this.ended.raise();
  }

  /**
   * Start of a shard. `LATEST` is the mapping's creation time, exactly: no record between it and the first read is
   * missed.
   */
  private startOf(shardId: string): Start {
    const after = this.positions.get(shardId)?.after;
    if (after !== undefined) return { after };
    const { StartingPosition, StartingPositionTimestamp } = this.mapping.settings;
    if (StartingPosition === 'AT_TIMESTAMP') return { at: StartingPositionTimestamp as Date };
    const { startsAfter, createdAt } = this.mapping;
    if (StartingPosition !== 'LATEST') return 'TRIM_HORIZON';
    if (startsAfter === undefined) return { at: new Date(createdAt) };
    const tip = startsAfter[shardId];
    // A shard created since is a child of an earlier one.
    return tip === undefined ? 'TRIM_HORIZON' : { after: tip };
  }

  private role(): Caller {
    return roleOf(this.cloud, this.cloud.state(LambdaState).version(this.mapping.function));
  }
}
