import type { Cloud, State } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import type { Owner } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import { keysStartingWith } from '../../store/key-range';
import { parseQueueUrl, type QueueName, queueArn } from './arn';
import { queueDoesNotExist } from './errors';
import { publishGauges } from './metrics';
import { Queue, type StoredMessage } from './queue';
import type { Attributes } from './queue-attributes';

/** A queue's durable description. */
export interface QueueInfo extends QueueName {
  readonly arn: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** Attributes as set, without defaults. */
  readonly attributes: Attributes;
  readonly tags: Readonly<Record<string, string>>;
}

/** Interval of gauges such as ApproximateNumberOfMessagesVisible, a minute as on AWS. */
const GAUGE_MS = 60_000;

/** Queues by ARN, each with its messages. */
export class SqsState extends ServiceState implements State {
  private readonly infos = this.rows<QueueInfo>('sqs.queues');
  private readonly messages = this.rows<StoredMessage>('sqs.messages');
  private readonly working = new Map<string, Queue>();
  private readonly gauges: NodeJS.Timeout;

  constructor(cloud: Cloud) {
    super(cloud);
    this.gauges = setInterval(() => {
      for (const { value } of this.infos.getRange({})) publishGauges(cloud, this.queue(value));
    }, GAUGE_MS).unref();
  }

  find(arn: string): QueueInfo | undefined {
    return this.infos.get(arn);
  }

  /** The queue of a URL. @throws AwsError `QueueDoesNotExist` */
  byUrl(caller: Caller, url: string): Queue {
    return this.byArn(queueArn(parseQueueUrl(caller, url)));
  }

  /** @throws AwsError `QueueDoesNotExist` */
  byArn(arn: string): Queue {
    const info = this.infos.get(arn);
    if (info === undefined) throw queueDoesNotExist();
    return this.queue(info);
  }

  put(info: QueueInfo): void {
    this.infos.put(info.arn, info);
    this.working.get(info.arn)?.replace(info);
  }

  async remove(arn: string): Promise<void> {
    const queue = this.byArn(arn);
    this.working.delete(arn);
    await this.transaction(() => {
      this.infos.remove(arn);
      queue.clear();
    });
    queue.close();
  }

  *list(owner: Owner, prefix: string, after?: string): Generator<QueueInfo> {
    const start = queueArn({ ...owner, name: prefix });
    const last = after === undefined ? undefined : queueArn({ ...owner, name: after });
    for (const { value } of this.infos.getRange(keysStartingWith([], start, last))) yield value;
  }

  close(): void {
    clearInterval(this.gauges);
    for (const queue of this.working.values()) queue.close();
  }

  private queue(info: QueueInfo): Queue {
    let found = this.working.get(info.arn);
    if (found === undefined) {
      found = new Queue(this.cloud, info, this.messages);
      this.working.set(info.arn, found);
    }
    return found;
  }
}
