import { join } from 'node:path';
import { TokenBucket } from '../../core/token-bucket';
import { RecordLog } from '../../store/record-log/record-log';
import { SHARD_RATES } from './constraints';
import { ShardRouter } from './hash-key';
import { LoadMeter } from './load-meter';
import { openShards, type ShardInfo, type StreamInfo } from './stream-info';

/** One shard's log, and the rest of its rates. */
export class Shard {
  readonly writtenRecords = new TokenBucket(SHARD_RATES.writtenRecords);
  readonly writtenBytes = new TokenBucket(SHARD_RATES.writtenBytes);
  readonly readBytes = new TokenBucket(SHARD_RATES.readBytes);
  readonly readCalls = new TokenBucket(SHARD_RATES.readCalls);
  private opened: RecordLog | undefined;

  constructor(
    readonly id: string,
    readonly info: ShardInfo,
    private readonly folder: string,
  ) {}

  get log(): RecordLog {
    this.opened ??= new RecordLog(this.folder);
    return this.opened;
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }

  async remove(): Promise<void> {
    await this.log.remove();
    this.opened = undefined;
  }
}

/** A stream at run time: durable description, shards, and waiting readers. */
export class Stream {
  /** Set during resharding: writers wait for it, so that none writes to a closing shard. */
  gate: Promise<unknown> | undefined;
  readonly listeners = new Set<() => void>();
  readonly meter = new LoadMeter();
  private readonly working = new Map<string, Shard>();
  private route: ShardRouter | undefined;

  /** @param folder folder of all its shards' logs */
  constructor(
    private current: StreamInfo,
    private readonly folder: string,
  ) {}

  get info(): StreamInfo {
    return this.current;
  }

  /** Takes over a durable description. */
  replace(info: StreamInfo): void {
    if (info.shards !== this.current.shards) this.route = undefined;
    this.current = info;
  }

  get router(): ShardRouter {
    this.route ??= new ShardRouter(openShards(this.current));
    return this.route;
  }

  /** A shard's run-time part, created at first use. */
  shard(record: ShardInfo): Shard {
    let found = this.working.get(record.id);
    if (found === undefined) {
      found = new Shard(record.id, record, join(this.folder, record.id));
      this.working.set(record.id, found);
    }
    return found;
  }

  /** Shards used since the start. */
  get inUse(): readonly Shard[] {
    return [...this.working.values()];
  }

  async removeShard(record: ShardInfo): Promise<void> {
    await this.shard(record).remove();
    this.working.delete(record.id);
  }

  /** Wakes readers that wait for new records. */
  notify(): void {
    for (const listener of this.listeners) listener();
  }

  async close(): Promise<void> {
    for (const shard of this.working.values()) await shard.close();
  }
}
