import { AwsError } from '../../core/errors';
import { isObject } from '../../core/is-object';
import { ownEntry } from '../../core/own-entry';
import { parsePolicy } from '../iam/policy/document';
import { parseQueueArn } from './arn';
import { invalidAttributeName, invalidAttributeValue, invalidParameter } from './errors';

export type Attributes = Readonly<Record<string, string>>;

/** Integer attributes: default, minimum and maximum (SQS's page "SetQueueAttributes"). */
const NUMBERS: Readonly<Record<string, readonly [initial: number, least: number, most: number]>> = {
  DelaySeconds: [0, 0, 900],
  MaximumMessageSize: [1_048_576, 1_024, 1_048_576],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
  VisibilityTimeout: [30, 0, 43_200],
  KmsDataKeyReusePeriodSeconds: [300, 60, 86_400],
};
const FIFO_ONLY: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};
const TEXTS = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'SqsManagedSseEnabled']);

/** Computed attributes, which GetQueueAttributes returns besides the set ones. */
export const COMPUTED = new Set([
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
]);

/** Destination of messages that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** @throws AwsError `InvalidAttributeName`, `InvalidAttributeValue`. */
export function checkAttributes(attributes: Attributes, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    const number = ownEntry(NUMBERS, name);
    if (number !== undefined) {
      const [, least, most] = number;
      if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) throw invalidAttributeValue(name);
    } else if (Object.hasOwn(FIFO_ONLY, name)) {
      if (!fifo || FIFO_ONLY[name]?.includes(value) !== true) throw invalidAttributeName(name);
    } else if (!TEXTS.has(name)) throw invalidAttributeName(name);
    else if (value !== '') checkText(name, value);
  }
}

function checkText(name: string, value: string): void {
  if (name === 'Policy') {
    try {
      parsePolicy(value, 'resource');
    } catch (error) {
      throw error instanceof AwsError ? invalidAttributeValue('Policy') : error;
    }
  } else if (name === 'RedrivePolicy') redrivePolicyOf({ RedrivePolicy: value });
  else if (name === 'RedriveAllowPolicy') redriveAllowPolicyOf({ RedriveAllowPolicy: value });
  else if (name === 'SqsManagedSseEnabled' && value !== 'true' && value !== 'false') throw invalidAttributeValue(name);
}

/** @throws AwsError `InvalidParameterValue` with SQS's words. */
export function redrivePolicyOf({ RedrivePolicy: text }: Attributes): RedrivePolicy | undefined {
  if (text === undefined || text === '') return undefined;
  const refuse = (reason: string) =>
    invalidParameter(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  const policy = parsed(text, () => refuse('Redrive policy is not a valid JSON map.'));
  const { deadLetterTargetArn: target, maxReceiveCount } = policy;
  if (target === undefined || maxReceiveCount === undefined)
    throw refuse(
      `Redrive policy does not contain mandatory attribute: ${target === undefined ? 'deadLetterTargetArn' : 'maxReceiveCount'}.`,
    );
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw refuse('Invalid value for maxReceiveCount: 1 to 1000 is allowed.');
  if (typeof target !== 'string' || parseQueueArn(target) === undefined)
    throw refuse('Invalid value for deadLetterTargetArn.');
  return { deadLetterTargetArn: target, maxReceiveCount: count };
}

/** Whether a queue allows another one to use it for dead letters (SQS's page "Configure a dead-letter queue"). */
export function allowsRedrive(target: Attributes, source: string): boolean {
  const { redrivePermission = 'allowAll', sourceQueueArns } = redriveAllowPolicyOf(target);
  if (redrivePermission === 'allowAll') return true;
  return redrivePermission === 'byQueue' && Array.isArray(sourceQueueArns) && sourceQueueArns.includes(source);
}

function redriveAllowPolicyOf({ RedriveAllowPolicy: text }: Attributes): Record<string, unknown> {
  if (text === undefined || text === '') return {};
  const policy = parsed(text, () => invalidAttributeValue('RedriveAllowPolicy'));
  if (!['allowAll', 'denyAll', 'byQueue'].includes(String(policy.redrivePermission)))
    throw invalidAttributeValue('RedriveAllowPolicy');
  return policy;
}

function parsed(text: string, failure: () => AwsError): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Refused below, like text that isn't an object.
  }
  throw failure();
}

/** A queue's attributes with defaults, without the computed ones. */
export function withDefaults(attributes: Attributes): Attributes {
  const numbers = Object.entries(NUMBERS).filter(([name]) => name !== 'KmsDataKeyReusePeriodSeconds');
  const initial = Object.fromEntries(numbers.map(([name, [value]]) => [name, String(value)]));
  const fifo: Attributes =
    attributes.FifoQueue === 'true'
      ? { ContentBasedDeduplication: 'false', DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' }
      : {};
  const encrypted = attributes.KmsMasterKeyId === undefined || attributes.KmsMasterKeyId === '';
  const all: Attributes = { ...initial, ...fifo, SqsManagedSseEnabled: String(encrypted), ...attributes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** An integer attribute; in milliseconds if it is a time. */
export function numberOf(attributes: Attributes, name: string): number {
  return Number(attributes[name] ?? NUMBERS[name]?.[0]);
}
