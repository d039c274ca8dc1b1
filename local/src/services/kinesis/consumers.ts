import { resourceNotFound } from './errors';
import type { ConsumerRecord, StreamRecord } from './stream-record';

/** `<stream's ARN>/consumer/<name>:<creation in seconds>` */
export function isConsumerArn(arn: string): boolean {
  return arn.includes('/consumer/');
}

/** The ARN of a consumer's stream; that of a stream is its own. */
export function streamArnOfConsumer(arn: string): string {
  return arn.replace(/\/consumer\/.*$/, '');
}

/** @throws ResourceNotFoundException */
export function findConsumer(stream: StreamRecord, arn: string): ConsumerRecord {
  const consumer = stream.consumers.find((candidate) => candidate.arn === arn);
  if (consumer === undefined) throw resourceNotFound(`Consumer ${arn} of stream ${stream.name} not found.`);
  return consumer;
}
