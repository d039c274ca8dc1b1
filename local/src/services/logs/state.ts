import type {
  Destination,
  Distribution,
  LogGroupClass,
  MetricTransformation,
  ResourcePolicy,
} from '@aws-sdk/client-cloudwatch-logs';
import type { State } from '../../core/cloud';
import type { Owner } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import { keysWithin } from '../../store/key-range';
import {
  destinationNotFound,
  groupNotFound,
  metricFilterNotFound,
  streamNotFound,
  subscriptionNotFound,
} from './errors';

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
export class LogsState extends ServiceState implements State {
  readonly groups = this.owned<LogGroup>('logs.groups', groupNotFound);
  readonly streams = this.owned<LogStream>('logs.streams');
  readonly subscriptions = this.owned<StoredSubscription>('logs.subscriptions', subscriptionNotFound);
  readonly metricFilters = this.owned<StoredMetricFilter>('logs.metric-filters', metricFilterNotFound);
  /** Resource policies of accounts, by name. */
  readonly resourcePolicies = this.owned<ResourcePolicy>('logs.resource-policies');
  readonly destinations = this.owned<StoredDestination>('logs.destinations', destinationNotFound);
  readonly events = this.rows<StoredEvent>('logs.events');
  private readonly counters = this.rows<number>('logs.counters');
  /** Deleted streams whose events are still to be removed. */
  private readonly deleted = this.rows<true>('logs.deleted');
  private sweeping: Promise<void> | undefined;
  private closed = false;

  /** Changes a group atomically. @throws AwsError `ResourceNotFoundException` */
  updateGroup(owner: Owner, name: string, change: (group: LogGroup) => LogGroup): Promise<void> {
    return this.transaction(() => {
      this.groups.put(owner, [name], change(this.groups.require(owner, name)));
    });
  }

  /** @throws AwsError `ResourceNotFoundException` for the group or the stream. */
  stream(owner: Owner, group: string, name: string): LogStream {
    const found = this.streams.get(owner, group, name);
    if (found !== undefined) return found;
    this.groups.require(owner, group);
    throw streamNotFound();
  }

  /** Deletes a stream at once; its events, now unreachable, are removed in the background. */
  removeStream(owner: Owner, group: string, stream: LogStream): void {
    this.streams.remove(owner, group, stream.name);
    this.deleted.put(stream.id, true);
  }

  removeGroup(owner: Owner, name: string): void {
    for (const stream of [...this.streams.list(owner, [name])]) this.removeStream(owner, name, stream);
    for (const filters of [this.subscriptions, this.metricFilters])
      for (const [filter] of filters.keys(owner, [name])) filters.remove(owner, name, filter as string);
    this.groups.remove(owner, name);
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
