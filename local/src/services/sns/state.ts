import { randomUUID } from 'node:crypto';
import type { Caller } from '../../core/operation';
import { ServiceState } from '../../core/service-state';
import { keysStartingWith } from '../../store/key-range';
import { accessDenied } from '../iam/errors';
import { topicArn, topicOf } from './arn';
import { invalidParameter, subscriptionNotFound, topicNotFound } from './errors';

export interface Topic {
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly owner: string;
  readonly protocol: string;
  readonly endpoint: string;
  /**
   * Whether confirmation is pending: e-mail and HTTP endpoints must confirm, but nothing is sent to them from here, so
   * they stay pending.
   */
  readonly pending: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Topics and subscriptions, by ARN, which contains account and region. */
export class SnsState extends ServiceState {
  private readonly topics = this.rows<Topic>('sns.topics');
  private readonly subscriptions = this.rows<Subscription>('sns.subscriptions');

  findTopic(arn: string): Topic | undefined {
    return this.topics.get(arn);
  }

  /** @param action operation, for the error @throws AwsError `InvalidParameter`, `AuthorizationError`, `NotFound` */
  topic(caller: Caller, arn: string, action: string): Topic {
    requireOwn(caller, arn, action);
    const found = this.topics.get(arn);
    if (found === undefined) throw topicNotFound();
    return found;
  }

  putTopic(topic: Topic): void {
    this.topics.put(topic.arn, topic);
  }

  removeTopic(arn: string): void {
    this.topics.remove(arn);
    for (const { arn: subscription } of [...this.listSubscriptions(arn)]) this.subscriptions.remove(subscription);
  }

  *listTopics(caller: Caller, after?: string): Generator<Topic> {
    const prefix = topicArn(caller, '');
    for (const { value } of this.topics.getRange(keysStartingWith([], prefix, after))) yield value;
  }

  /** @param action operation, for the error @throws AwsError `InvalidParameter`, `AuthorizationError`, `NotFound` */
  subscription(caller: Caller, arn: string, action: string): Subscription {
    if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+:[^:]+$/.test(arn)) throw invalidParameter('SubscriptionArn');
    requireOwn(caller, topicOf(arn), action);
    const found = this.subscriptions.get(arn);
    if (found === undefined) throw subscriptionNotFound();
    return found;
  }

  putSubscription(subscription: Subscription): void {
    this.subscriptions.put(subscription.arn, subscription);
  }

  removeSubscription(arn: string): void {
    this.subscriptions.remove(arn);
  }

  /** Subscriptions by ARN. @param prefix a topic's ARN, or the beginning of an account's topics in a region */
  *listSubscriptions(prefix: string, after?: string): Generator<Subscription> {
    for (const { value } of this.subscriptions.getRange(keysStartingWith([], prefix, after))) {
      if (prefix.endsWith(':') || value.topicArn === prefix) yield value;
    }
  }

  newSubscriptionArn(topic: string): string {
    return `${topic}:${randomUUID()}`;
  }
}

/**
 * Refuses topics of other accounts, and of other regions.
 * @throws AwsError `InvalidParameter`, `AuthorizationError`
 */
export function requireOwn(caller: Caller, arn: string, action: string): void {
  const [, region, accountId] = /^arn:[^:]+:sns:([^:]+):(\d{12}):[^:]+$/.exec(arn) ?? [];
  if (region !== caller.region) throw invalidParameter('TopicArn');
  if (accountId === caller.accountId) return;
  const reason = `because no resource-based policy allows the sns:${action} action`;
  throw accessDenied(caller.principalArn, `sns:${action}`, arn, reason);
}

/** A topic or subscription with an attribute set; without a value, the attribute has its default again. */
export function withAttribute<T extends Topic | Subscription>(resource: T, name: string, value: string | undefined): T {
  const { [name]: _old, ...rest } = resource.attributes;
  const attributes = value === undefined || value === '' ? rest : { ...rest, [name]: value };
  return { ...resource, attributes };
}
