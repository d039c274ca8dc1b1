import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { ownerOf, serviceIn } from '../../core/owner';
import { putObject } from '../s3/operations/put-object';
import { publish } from '../sns/operations/publish';
import { parseQueueArn } from '../sqs/arn';
import { sendMessage } from '../sqs/operations/send-message';
import { invoke } from './operations/invoke';

/**
 * Sends the result of an invocation or a batch to a destination, with the function's role.
 * @param arn of a queue, a topic, a function or a bucket
 * @param key of the object, for a bucket
 * @throws AwsError if the role lacks the permission, or the destination doesn't exist
 */
export async function sendResult(cloud: Cloud, caller: Caller, arn: string, body: string, key?: string): Promise<void> {
  const service = serviceIn(arn);
  const queue = parseQueueArn(arn);
  if (queue !== undefined) {
    const QueueUrl = `http://localhost/${queue.accountId}/${queue.name}`;
    await cloud.call(sendMessage, { QueueUrl, MessageBody: body }, { ...caller, region: queue.region });
  } else if (service === 'sns') await cloud.call(publish, { TopicArn: arn, Message: body }, caller);
  else if (service === 'lambda')
    await cloud.call(
      invoke,
      { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(body) },
      { ...caller, region: ownerOf(arn).region },
    );
  else if (service === 's3')
    await cloud.call(
      putObject,
      { Bucket: arn.slice('arn:aws:s3:::'.length), Key: key ?? randomUUID(), Body: Buffer.from(body) },
      caller,
    );
  else throw new Error(`Events can't be sent to ${arn} by this local endpoint.`);
}
