import type { Consumer } from '@aws-sdk/client-kinesis';
import type { StreamReference } from './arn';
import { creationTime } from './describe';
import { invalidArgument, resourceNotFound } from './errors';
import type { ConsumerInfo, StreamInfo } from './stream-info';

/** An input's members that name a consumer: its ARN, or its stream's and its own name. */
export interface ConsumerReference {
  readonly StreamARN?: string;
  readonly ConsumerName?: string;
  readonly ConsumerARN?: string;
}

/** Milliseconds that a consumer is CREATING. */
const SETTLING_MS = 150;

/** Whether an ARN is a consumer's: `<stream's ARN>/consumer/<name>:<creation in seconds>`. */
export function isConsumerArn(arn: string): boolean {
  return arn.includes('/consumer/');
}

/** The stream's ARN in a consumer's; a stream's own ARN unchanged. */
export function streamArnOfConsumer(arn: string): string {
  return arn.replace(/\/consumer\/.*$/, '');
}

/** @throws InvalidArgumentException if the input names no consumer */
export function streamOfConsumer({ StreamARN, ConsumerName, ConsumerARN }: ConsumerReference): StreamReference {
  if (ConsumerARN !== undefined) return { StreamARN: streamArnOfConsumer(ConsumerARN) };
  if (StreamARN === undefined || ConsumerName === undefined) {
    throw invalidArgument('Either ConsumerARN or both StreamARN and ConsumerName must be provided.');
  }
  return { StreamARN };
}

/** @throws ResourceNotFoundException */
export function findConsumer(stream: StreamInfo, arn: string): ConsumerInfo {
  const consumer = stream.consumers.find((candidate) => candidate.arn === arn);
  if (consumer === undefined) throw resourceNotFound(`Consumer ${arn} of stream ${stream.name} not found.`);
  return consumer;
}

/** @throws ResourceNotFoundException */
export function resolveConsumer(stream: StreamInfo, { ConsumerName, ConsumerARN }: ConsumerReference): ConsumerInfo {
  if (ConsumerARN !== undefined) return findConsumer(stream, ConsumerARN);
  const consumer = stream.consumers.find(({ name }) => name === ConsumerName);
  if (consumer === undefined) {
    throw resourceNotFound(
      `Consumer ${ConsumerName} of stream ${stream.name} under account ${stream.accountId} not found.`,
    );
  }
  return consumer;
}

export function consumerStatus({ createdAt }: ConsumerInfo, now: number): 'CREATING' | 'ACTIVE' {
  // If the clock was set back, the consumer counts as ACTIVE.
  return now >= createdAt && now - createdAt < SETTLING_MS ? 'CREATING' : 'ACTIVE';
}

export function describeConsumer(consumer: ConsumerInfo, now: number): Consumer {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: consumerStatus(consumer, now),
    ConsumerCreationTimestamp: creationTime(consumer),
  };
}
