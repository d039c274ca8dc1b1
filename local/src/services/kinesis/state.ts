import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, State } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { type Owner, parseArn } from '../../core/owner';
import { Serial } from '../../core/serial';
import { ServiceState } from '../../core/service-state';
import { fileName } from '../../store/file-name';
import { resolve, type StreamReference } from './arn';
import { MAX_ON_DEMAND_STREAMS, shardQuota } from './constraints';
import { isConsumerArn } from './consumers';
import { limitExceeded, shardLimitExceeded, streamExists, streamNotActive, streamNotFound } from './errors';
import { secondsOf } from './sequence-number';
import { Stream } from './stream';
import { openShards, type StreamInfo, trimHorizon } from './stream-info';

/**
 * Milliseconds that a stream is CREATING, UPDATING or DELETING: long enough for a client to see it; on AWS it is
 * seconds.
 */
const SETTLING_MS = 150;
const SWEEP_MS = 60_000;
/** Milliseconds before a change that the disk refused is retried. */
const RETRY_MS = 5_000;
const FLOOR_SECONDS = 86_400;

/** All streams of the endpoint: descriptions in the store, records in logs under `streams/`. */
export class KinesisState extends ServiceState implements State {
  private readonly table = this.rows<StreamInfo>('kinesis.streams');
  /** Least seconds in the sequence numbers of a next stream of a deleted one's name. */
  private readonly floors = this.rows<number>('kinesis.floors');
  private readonly streams = new Map<string, Stream>();
  private readonly changes = new Serial();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly settling = new Set<Promise<void>>();
  private readonly sweeper: NodeJS.Timeout;
  private sweeping: Promise<void> | undefined;
  private closed = false;

  constructor(cloud: Cloud) {
    super(cloud);
    const unfinished: StreamInfo[] = [];
    for (const { value } of this.table.getRange()) {
      this.streams.set(keyOf(value), new Stream(value, this.folderOf(value)));
      if (value.status !== 'ACTIVE') unfinished.push(value);
    }
    for (const info of unfinished) this.finishLater(info);
    this.reportOrphans();
    this.sweeper = setInterval(() => {
      this.sweeping = this.sweep().catch((error: Error) => cloud.options.log(`kinesis: ${error.stack}`));
    }, SWEEP_MS);
    this.sweeper.unref();
  }

  /** An input's stream. @throws ResourceNotFoundException, InvalidArgumentException */
  find(reference: StreamReference, caller: Caller): Stream {
    const named = resolve(reference, caller);
    const stream = this.streams.get(keyOf(named));
    if (stream === undefined) throw streamNotFound(named.name, named.accountId);
    return stream;
  }

  /** The resource-based policy of a stream or of one of its consumers. */
  policyOf(arn: string): string | undefined {
    const { accountId, region, resource } = parseArn(arn) ?? { accountId: '', region: '', resource: '' };
    const [, name = ''] = resource.split('/');
    const info = this.streams.get(keyOf({ accountId, region, name }))?.info;
    return isConsumerArn(arn) ? info?.consumers.find((consumer) => consumer.arn === arn)?.policy : info?.policy;
  }

  has(named: Owner & { readonly name: string }): boolean {
    return this.streams.has(keyOf(named));
  }

  /** An input's stream, if its shards can be changed. @throws ResourceInUseException otherwise */
  findActive(reference: StreamReference, caller: Caller): Stream {
    const stream = this.find(reference, caller);
    if (stream.info.status !== 'ACTIVE') throw streamNotActive(stream.info);
    return stream;
  }

  /** Streams of an account in a region, by name. */
  list(caller: Caller): Stream[] {
    return [...this.streams.values()]
      .filter(({ info }) => info.accountId === caller.accountId && info.region === caller.region)
      .sort((a, b) => (a.info.name < b.info.name ? -1 : 1));
  }

  /** Number of open shards of provisioned streams, for the account's quota. */
  countOpenShards(caller: Caller): number {
    return this.list(caller)
      .filter(({ info }) => info.mode === 'PROVISIONED')
      .reduce((total, { info }) => total + openShards(info).length, 0);
  }

  /** @throws LimitExceededException if more open shards would exceed the account's quota */
  checkShardQuota(caller: Caller, added: number): void {
    const open = this.countOpenShards(caller);
    const quota = shardQuota(caller.region);
    if (open + added > quota) throw shardLimitExceeded(caller.accountId, caller.region, open, quota, added);
  }

  checkOnDemandQuota(caller: Caller): void {
    const count = this.list(caller).filter(({ info }) => info.mode === 'ON_DEMAND').length;
    if (count >= MAX_ON_DEMAND_STREAMS) {
      throw limitExceeded(`The account may have no more than ${MAX_ON_DEMAND_STREAMS} streams in on-demand mode.`);
    }
  }

  /**
   * Least seconds in the sequence numbers of a new stream. Its first records would otherwise have the numbers of a stream
   * that was created in the same second and deleted, and a reader's checkpoint in that one would skip them.
   */
  floorOf(named: Owner & { readonly name: string }): number {
    return this.floors.get(tableKey(named)) ?? 0;
  }

  /** Creates a stream that is CREATING and becomes ACTIVE after a moment. @throws ResourceInUseException */
  async create(info: StreamInfo): Promise<void> {
    const key = keyOf(info);
    if (this.streams.has(key)) throw streamExists(info.name, info.accountId);
    this.streams.set(key, new Stream(info, this.folderOf(info)));
    try {
      await this.table.put(tableKey(info), info);
    } catch (error) {
      this.streams.delete(key);
      throw error;
    }
    this.finishLater(info);
  }

  /**
   * Changes a stream's description; resolves when it is durable. Changes of one stream run one after the other.
   * @param make returns the new description; if it throws, nothing changes. If its status isn't ACTIVE, the stream
   * becomes ACTIVE (or is deleted) after a moment.
   * @throws ResourceNotFoundException if the stream was deleted meanwhile
   */
  change(stream: Stream, make: (info: StreamInfo) => StreamInfo | Promise<StreamInfo>): Promise<StreamInfo> {
    return this.inTurn(stream, async () => {
      const info = await make(stream.info);
      if (info === stream.info) return info;
      await this.table.put(tableKey(info), info);
      stream.replace(info);
      if (info.status !== 'ACTIVE') this.finishLater(info);
      return info;
    });
  }

  /**
   * Changes the description of an ACTIVE stream, which is then UPDATING for a moment.
   * @param make returns the new description, or the given one for no change
   * @throws ResourceNotFoundException, InvalidArgumentException, ResourceInUseException
   */
  update(reference: StreamReference, caller: Caller, make: (info: StreamInfo) => StreamInfo): Promise<StreamInfo> {
    return this.change(this.find(reference, caller), (info) => {
      if (info.status !== 'ACTIVE') throw streamNotActive(info);
      const made = make(info);
      return made === info ? info : { ...made, status: 'UPDATING' };
    });
  }

  private inTurn<T>(stream: Stream, work: () => Promise<T>): Promise<T> {
    const { name, accountId } = stream.info;
    const key = keyOf(stream.info);
    return this.changes.run(key, () => {
      if (this.streams.get(key) !== stream) throw streamNotFound(name, accountId);
      return work();
    });
  }

  /** Changes the shards: writers wait until it is durable, and closed shards' logs are complete. */
  async reshard(stream: Stream, make: (info: StreamInfo) => StreamInfo): Promise<StreamInfo> {
    const done = this.change(stream, async (info) => {
      // No appends from here on: change() has let the earlier ones finish, and the gate is closed.
      for (const shard of stream.inUse) await shard.log.flush();
      return make(info);
    });
    stream.gate = done;
    try {
      return await done;
    } finally {
      if (stream.gate === done) stream.gate = undefined;
      // Readers of closed shards wake up: they are at the end.
      stream.notify();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.sweeper);
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all([...this.settling, this.changes.allIdle(), this.sweeping]);
    for (const stream of this.streams.values()) await stream.close();
  }

  private finishLater(info: StreamInfo, afterMs = SETTLING_MS): void {
    if (this.closed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      const done = this.finish(info)
        .catch((error: Error) => {
          this.cloud.options.log(`kinesis: stream ${info.name}: ${error.stack}`);
          this.finishLater(info, RETRY_MS);
        })
        .finally(() => this.settling.delete(done));
      this.settling.add(done);
    }, afterMs);
    timer.unref();
    this.timers.add(timer);
  }

  private async finish(info: StreamInfo): Promise<void> {
    const stream = this.streams.get(keyOf(info));
    if (stream === undefined || stream.info.createdAt !== info.createdAt) return;
    if (info.status !== 'DELETING') {
      await this.change(stream, (current) =>
        current.status === info.status ? { ...current, status: 'ACTIVE' } : current,
      );
      return;
    }
    await this.inTurn(stream, async () => {
      await stream.close();
      // While the table still says DELETING: if the process is killed here, the next start continues.
      rmSync(this.folderOf(info), { recursive: true, force: true });
      await this.keepFloor(stream.info);
      await this.table.remove(tableKey(info));
      this.streams.delete(keyOf(info));
    });
    // Readers that wait for records wake up: the stream is gone.
    stream.notify();
  }

  /** Notes which sequence numbers a deleted stream used, for a day: a clock that is set back could repeat them. */
  private async keepFloor(info: StreamInfo): Promise<void> {
    const oldest = this.cloud.clock.now() / 1000 - FLOOR_SECONDS;
    for (const { key, value } of [...this.floors.getRange()]) if (value < oldest) void this.floors.remove(key);
    await this.floors.put(tableKey(info), Math.max(...info.shards.map(secondsOf)) + 1);
  }

  /** Deletes records and closed shards beyond their stream's retention. */
  async sweep(): Promise<void> {
    const now = this.cloud.clock.now();
    for (const stream of this.streams.values()) {
      const { info } = stream;
      const horizon = trimHorizon(info, now);
      const present = new Set(listFolder(this.folderOf(info)));
      const forgotten = new Set<string>();
      for (const shard of info.shards) {
        if (shard.closed !== undefined && shard.closed.at < horizon) forgotten.add(shard.id);
        else if (present.has(shard.id)) await stream.shard(shard).log.trim(horizon);
      }
      if (forgotten.size === 0 || info.status !== 'ACTIVE') continue;
      await this.change(stream, (current) => ({
        ...current,
        shards: current.shards.filter(({ id }) => !forgotten.has(id)),
      }));
      for (const shard of info.shards) if (forgotten.has(shard.id)) await stream.removeShard(shard);
    }
  }

  /** Logs which logs belong to no stream, after a repair of the metadata: they are all that is left of it, and stay. */
  private reportOrphans(): void {
    const folders = new Set([...this.streams.values()].map(({ info }) => this.folderOf(info)));
    const root = join(this.cloud.options.dataDir, 'streams');
    for (const account of listFolder(root)) {
      for (const region of listFolder(join(root, account))) {
        for (const name of listFolder(join(root, account, region))) {
          const folder = join(root, account, region, name);
          if (!folders.has(folder)) this.cloud.options.log(`kinesis: ${folder} is of no stream, and is left alone`);
        }
      }
    }
  }

  // The folder contains the creation time, so that "." and ".." are ordinary names and a new stream starts empty.
  private folderOf({ accountId, region, name, createdAt }: StreamInfo): string {
    return join(this.cloud.options.dataDir, 'streams', accountId, region, fileName(`${name}@${createdAt}`));
  }
}

function keyOf({ accountId, region, name }: Pick<StreamInfo, 'accountId' | 'region' | 'name'>): string {
  return `${accountId}/${region}/${name}`;
}

function tableKey({ accountId, region, name }: Owner & { readonly name: string }): [string, string, string] {
  return [accountId, region, name];
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
