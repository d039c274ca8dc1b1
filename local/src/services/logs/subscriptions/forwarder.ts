import type { Cloud, State } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { MetricValues } from '../../../core/metrics';
import { Outbox } from '../../../core/outbox';
import type { Owner } from '../../../core/owner';
import type { Table } from '../../../store/store';
import { FirehoseState } from '../../firehose/state';
import { KinesisState } from '../../kinesis/state';
import { publish } from '../metrics';
import { LogsState, type StoredSubscription } from '../state';
import { destinationKind, send } from './destination';
import { envelopesOf, type SubscribedEvent } from './envelope';

/** Events of a log stream that wait for a filter's destination. */
interface Waiting extends Owner {
  readonly group: string;
  readonly stream: string;
  readonly filterName: string;
  readonly events: readonly SubscribedEvent[];
  readonly since: number;
  readonly attempts: number;
  readonly notBefore: number;
}

/** Time for which an unavailable destination is retried ("Subscription filters", CloudWatch Logs). */
const GIVE_UP_MS = 24 * 3_600_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
/** Permanent errors, which aren't retried. */
const FINAL = /^AccessDenied|ResourceNotFound|InvalidArgument|ValidationException|ValidationError/;

/**
 * Forwards the events of subscription filters: they are stored together with the log events, and reach the destination
 * at least once, however often the endpoint is killed.
 */
export class Forwarder implements State {
  static readonly uses = [KinesisState, FirehoseState, LogsState];
  private readonly table: Table<Waiting>;
  private readonly outbox: Outbox<Waiting>;

  constructor(private readonly cloud: Cloud) {
    this.table = cloud.store.table('logs.forwarding');
    this.outbox = new Outbox(cloud, this.table, "A log group's subscription", (id, waiting) =>
      this.forward(Number(id), waiting),
    );
  }

  /** Queues events that match a filter; within the transaction that stores them. Call {@link start} after it. */
  note(owner: Owner, group: string, stream: string, filterName: string, events: readonly SubscribedEvent[]): void {
    const since = this.cloud.clock.now();
    this.table.put(this.cloud.state(LogsState).takeSequence(1), {
      ...{ accountId: owner.accountId, region: owner.region, group, stream, filterName, events },
      ...{ since, attempts: 0, notBefore: 0 },
    });
  }

  /** Starts forwarding queued events. */
  start(): void {
    this.outbox.wake();
  }

  close(): Promise<void> {
    return this.outbox.close();
  }

  private async forward(id: number, waiting: Waiting): Promise<void> {
    const { group, stream, filterName, events } = waiting;
    const filter = this.cloud.state(LogsState).subscriptions.get(waiting, group, filterName);
    try {
      if (filter !== undefined) {
        const envelopes = envelopesOf(
          { owner: waiting.accountId, logGroup: group, logStream: stream, filterName },
          events,
        );
        for (const envelope of envelopes) await send(this.cloud, waiting, filter, { envelope, group, stream });
        const bytes = envelopes.reduce((sum, { length }) => sum + length, 0);
        this.publish(waiting, filter, {
          ForwardedBytes: [bytes, 'Bytes'],
          ForwardedLogEvents: [events.length, 'None'],
        });
      }
    } catch (error) {
      if (await this.postponed(id, waiting, filter as StoredSubscription, error)) return;
    }
    await this.table.remove(id);
  }

  /** Postpones a failed envelope. @returns whether it will be retried */
  private async postponed(id: number, waiting: Waiting, filter: StoredSubscription, error: unknown): Promise<boolean> {
    const now = this.cloud.clock.now();
    const code = error instanceof AwsError ? error.code : '';
    const isThrottled = /Throttl|ThroughputExceeded|LimitExceeded/.test(code);
    this.publish(waiting, filter, { [isThrottled ? 'DeliveryThrottling' : 'DeliveryErrors']: [1, 'None'] });
    if (FINAL.test(code) || now - waiting.since > GIVE_UP_MS) {
      const { group, filterName } = waiting;
      const reason = (error as Error).message;
      this.cloud.options.log(
        `Log group ${group}: ${waiting.events.length} events are not forwarded by ${filterName}: ${reason}`,
      );
      return false;
    }
    const pause = Math.min(FIRST_RETRY_MS * 2 ** Math.min(waiting.attempts, 10), LAST_RETRY_MS);
    await this.table.put(id, { ...waiting, attempts: waiting.attempts + 1, notBefore: now + pause });
    return true;
  }

  private publish(waiting: Waiting, { destinationArn }: StoredSubscription, values: MetricValues): void {
    const kind = destinationKind(destinationArn) ?? '';
    const DestinationType = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    publish(this.cloud, waiting, waiting.group, values, { DestinationType, FilterName: waiting.filterName });
  }
}
