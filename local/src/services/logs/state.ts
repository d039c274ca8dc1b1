import { randomUUID } from 'node:crypto';
import type {
  Destination,
  Distribution,
  LogGroupClass,
  MetricTransformation,
  ResourcePolicy,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud, State } from '../../core/cloud';
import { OwnedTable } from '../../core/owned-table';
import type { Owner } from '../../core/owner';
import { keysWithin } from '../../store/key-range';
import type { Table } from '../../store/store';
import { destinationNotFound, groupNotFound, streamNotFound } from './errors';

export type { Owner };

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  readonly logGroupClass: LogGroupClass;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string;
  /** Undefined until set. */
  readonly deletionProtectionEnabled?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStream {
  /** Prefix of the stream's events in the store; a stream recreated under the same name has a new one. */
  readonly id: string;
  readonly name: string;
  readonly creationTime: number;
  readonly firstEventTimestamp?: number;
  readonly lastEventTimestamp?: number;
  readonly lastIngestionTime?: number;
  /** Bytes of the stream's events, in UTF-8 plus 26 each, as AWS counts. */
  readonly storedBytes: number;
}

/** A subscription filter of a log group. */
export interface StoredSubscription {
  readonly name: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string;
  readonly distribution: Distribution;
  readonly applyOnTransformedLogs: boolean;
  readonly creationTime: number;
}

/** A metric filter of a log group. */
export interface StoredMetricFilter {
  readonly name: string;
  readonly filterPattern: string;
  readonly transformation: MetricTransformation;
  readonly applyOnTransformedLogs: boolean;
  readonly creationTime: number;
}

/** A destination of subscription filters, with its tags. */
export interface StoredDestination extends Destination {
  readonly tags: Readonly<Record<string, string>>;
}

export interface StoredEvent {
  readonly message: string;
  readonly ingestionTime: number;
}

/** Key of events: ordered by time, then arrival. */
export type EventKey = [stream: string, timestamp: number, sequence: number];

const SWEEP_EVENTS = 2_000;

/** Log groups, streams and events; the only owner of the `logs.*` tables. */
export class LogsState implements State {
  private readonly groups: OwnedTable<LogGroup>;
  private readonly streams: OwnedTable<LogStream>;
  private readonly subscriptions: OwnedTable<StoredSubscription>;
  private readonly metricFilters: OwnedTable<StoredMetricFilter>;
  /** Resource policies of accounts, by name. */
  readonly resourcePolicies: OwnedTable<ResourcePolicy>;
  readonly destinations: OwnedTable<StoredDestination>;
  readonly events: Table<StoredEvent>;
  private readonly counters: Table<number>;
  /** Deleted streams whose events are still to be removed. */
  private readonly deleted: Table<true>;
  private sweeping: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly cloud: Cloud) {
    this.groups = new OwnedTable(cloud.store, 'logs.groups');
    this.streams = new OwnedTable(cloud.store, 'logs.streams');
    this.subscriptions = new OwnedTable(cloud.store, 'logs.subscriptions');
    this.metricFilters = new OwnedTable(cloud.store, 'logs.metric-filters');
    this.resourcePolicies = new OwnedTable(cloud.store, 'logs.resource-policies');
    this.destinations = new OwnedTable(cloud.store, 'logs.destinations');
    this.events = cloud.store.table('logs.events');
    this.counters = cloud.store.table('logs.counters');
    this.deleted = cloud.store.table('logs.deleted');
  }

  transaction<T>(work: () => T): Promise<T> {
    return this.cloud.store.transaction(work);
  }

  findGroup(owner: Owner, name: string): LogGroup | undefined {
    return this.groups.get(owner, name);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  group(owner: Owner, name: string): LogGroup {
    const found = this.findGroup(owner, name);
    if (found === undefined) throw groupNotFound();
    return found;
  }

  /** Lists groups by name. @param prefix beginning of the names @param after last name of the page before */
  listGroups(owner: Owner, prefix: string, after?: string): Generator<LogGroup> {
    return this.groups.listStarting(owner, [], prefix, after);
  }

  putGroup(owner: Owner, group: LogGroup): void {
    this.groups.put(owner, [group.name], group);
  }

  /** Changes a group atomically. @throws AwsError `ResourceNotFoundException` */
  updateGroup(owner: Owner, name: string, change: (group: LogGroup) => LogGroup): Promise<void> {
    return this.transaction(() => this.putGroup(owner, change(this.group(owner, name))));
  }

  /** @throws AwsError `ResourceNotFoundException` for the group or the stream. */
  stream(owner: Owner, group: string, name: string): LogStream {
    const found = this.streams.get(owner, group, name);
    if (found !== undefined) return found;
    this.group(owner, group);
    throw streamNotFound();
  }

  findStream(owner: Owner, group: string, name: string): LogStream | undefined {
    return this.streams.get(owner, group, name);
  }

  listStreams(owner: Owner, group: string, prefix = '', after?: string): Generator<LogStream> {
    return this.streams.listStarting(owner, [group], prefix, after);
  }

  createStream(owner: Owner, group: string, name: string, creationTime: number): void {
    this.putStream(owner, group, { id: randomUUID(), name, creationTime, storedBytes: 0 });
  }

  putStream(owner: Owner, group: string, stream: LogStream): void {
    this.streams.put(owner, [group, stream.name], stream);
  }

  /** Deletes a stream at once; its events, now unreachable, are removed in the background. */
  removeStream(owner: Owner, group: string, stream: LogStream): void {
    this.streams.remove(owner, group, stream.name);
    this.deleted.put(stream.id, true);
  }

  removeGroup(owner: Owner, name: string): void {
    for (const stream of [...this.listStreams(owner, name)]) this.removeStream(owner, name, stream);
    for (const filter of [...this.listSubscriptions(owner, name)]) this.removeSubscription(owner, name, filter.name);
    for (const filter of [...this.listMetricFilters(owner, name)]) this.removeMetricFilter(owner, name, filter.name);
    this.groups.remove(owner, name);
  }

  findSubscription(owner: Owner, group: string, name: string): StoredSubscription | undefined {
    return this.subscriptions.get(owner, group, name);
  }

  listSubscriptions(owner: Owner, group: string, prefix = '', after?: string): Generator<StoredSubscription> {
    return this.subscriptions.listStarting(owner, [group], prefix, after);
  }

  putSubscription(owner: Owner, group: string, filter: StoredSubscription): void {
    this.subscriptions.put(owner, [group, filter.name], filter);
  }

  removeSubscription(owner: Owner, group: string, name: string): void {
    this.subscriptions.remove(owner, group, name);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  destination(owner: Owner, name: string): StoredDestination {
    const found = this.destinations.get(owner, name);
    if (found === undefined) throw destinationNotFound();
    return found;
  }

  findMetricFilter(owner: Owner, group: string, name: string): StoredMetricFilter | undefined {
    return this.metricFilters.get(owner, group, name);
  }

  listMetricFilters(owner: Owner, group: string): Generator<StoredMetricFilter> {
    return this.metricFilters.list(owner, [group]);
  }

  putMetricFilter(owner: Owner, group: string, filter: StoredMetricFilter): void {
    this.metricFilters.put(owner, [group, filter.name], filter);
  }

  removeMetricFilter(owner: Owner, group: string, name: string): void {
    this.metricFilters.remove(owner, group, name);
  }

  /** Allocates `count` arrival numbers and returns the first; within a transaction. */
  takeSequence(count: number): number {
    const next = this.counters.get('sequence') ?? 1;
    this.counters.put('sequence', next + count);
    return next;
  }

  /** Removes events of deleted streams, a bounded number per transaction, so that no other write waits long. */
  sweep(): void {
    this.sweeping ??= this.sweepAll().finally(() => {
      this.sweeping = undefined;
    });
  }

  private async sweepAll(): Promise<void> {
    for (const id of [...this.deleted.getKeys()] as string[]) {
      let more = true;
      while (more && !this.closed) {
        more = await this.transaction(() => {
          const keys = [...this.events.getKeys({ ...keysWithin([id]), limit: SWEEP_EVENTS })];
          for (const key of keys) this.events.remove(key);
          if (keys.length < SWEEP_EVENTS) this.deleted.remove(id);
          return keys.length === SWEEP_EVENTS;
        });
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.sweeping;
  }
}
