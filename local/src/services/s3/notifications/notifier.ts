import type { Cloud, State } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Context } from '../../../core/operation';
import { Outbox } from '../../../core/outbox';
import { serviceIn } from '../../../core/owner';
import type { Table } from '../../../store/store';
import { bucketArn } from '../arn';
import { invalidArgument } from '../errors';
import type { Bucket, StoredObject } from '../state';
import { eventRecord, type ObjectEvent, testEvent } from './event';
import { matchesEvent, type NotificationRule, rulesOf } from './rules';

/** An event queued for a destination. */
interface Waiting {
  readonly bucket: string;
  readonly accountId: string;
  readonly region: string;
  readonly destination: string;
  readonly record: object;
  readonly attempts: number;
  readonly notBefore: number;
}

/** Attempts at a destination that refuses, 1, 2, 4 and 8 s apart; then the event is dropped. */
const TRIES = 5;
const FIRST_RETRY_MS = 1_000;

/**
 * Sends events on objects to destinations. An event is stored with its change, and sent at least once, however often
 * the endpoint is killed.
 */
export class Notifier implements State {
  private readonly table: Table<Waiting>;
  private readonly outbox: Outbox<Waiting>;
  private last = 0;
  /** Events queued since the start. */
  noted = 0;

  constructor(private readonly cloud: Cloud) {
    this.table = cloud.store.table('s3.events');
    this.outbox = new Outbox(cloud, this.table, 'A notification of S3', (id, waiting) =>
      this.deliver(Number(id), waiting),
    );
  }

  /** Queues an event for all matching destinations; within the change's transaction. Call {@link start} after it. */
  note(event: ObjectEvent, bucket: Bucket, object: StoredObject): void {
    for (const rule of rulesOf(bucket.documents.notification)) {
      if (!matchesEvent(rule, event.name, object.key)) continue;
      // Increases over restarts, too: no bucket has a million events in a second.
      this.last = Math.max(this.last + 1, this.cloud.clock.now() * 1_000);
      const { name, accountId, region } = bucket;
      this.table.put(this.last, {
        ...{ bucket: name, accountId, region, destination: rule.destination, attempts: 0, notBefore: 0 },
        record: eventRecord(event, rule, bucket, object, this.last),
      });
      this.noted++;
    }
  }

  /** Starts sending queued events: after their transaction, which others can't see before, or after a restart. */
  start(): void {
    this.outbox.wake();
  }

  close(): Promise<void> {
    return this.outbox.close();
  }

  /**
   * Checks whether the destinations of rules would accept an event; queues and topics get a test event.
   * @throws AwsError `InvalidArgument`, as S3 does when a configuration is put
   */
  async check(rules: readonly NotificationRule[], bucket: Bucket, { requestId }: Context): Promise<void> {
    const body = testEvent(bucket.name, requestId, this.cloud.clock.now());
    for (const destination of new Set(rules.map((rule) => rule.destination))) {
      const event = { ...bucket, bucket: bucket.name, destination };
      await this.send(event, body, {}, serviceIn(destination) === 'lambda').catch((error: unknown) => {
        if (!(error instanceof AwsError)) throw error;
        throw invalidArgument(
          'Unable to validate the following destination configurations',
          destination,
          reasonOf(destination, error),
        );
      });
    }
  }

  private async deliver(id: number, waiting: Waiting): Promise<void> {
    const event = { Records: [waiting.record] };
    try {
      await this.send(waiting, JSON.stringify(event), event);
    } catch (error) {
      const attempts = waiting.attempts + 1;
      if (attempts < TRIES || !(error instanceof AwsError)) {
        const pause = FIRST_RETRY_MS * 2 ** Math.min(waiting.attempts, 6);
        await this.table.put(id, { ...waiting, attempts, notBefore: this.cloud.clock.now() + pause });
        return;
      }
      this.cloud.options.log(
        `Bucket ${waiting.bucket}: an event is dropped, since ${waiting.destination} doesn't take it: ${error.message}`,
      );
    }
    await this.table.remove(id);
  }

  private async send(
    { bucket, accountId, region, destination }: Pick<Waiting, 'bucket' | 'accountId' | 'region' | 'destination'>,
    body: string,
    event: object,
    checkOnly = false,
  ): Promise<void> {
    const name = serviceIn(destination);
    const receiver = this.cloud.services.find((service) => service.name === name)?.onNotification;
    const source = { service: 's3.amazonaws.com', sourceArn: bucketArn(bucket), accountId, region };
    await receiver?.(this.cloud, { ...source, endpoint: destination, body, attributes: {}, event, checkOnly });
  }
}

function reasonOf(destination: string, { code }: AwsError): string {
  const isDenied = code.startsWith('AccessDenied') || code === 'AuthorizationError';
  const kind = { sns: 'topic', sqs: 'queue', lambda: 'function' }[serviceIn(destination) ?? ''] ?? 'destination';
  if (kind === 'function')
    return isDenied ? `Not authorized to invoke function [${destination}]` : `The function does not exist`;
  return isDenied
    ? `Permissions on the destination ${kind} do not allow S3 to publish notifications from this bucket`
    : `The destination ${kind} does not exist`;
}
