import type { Caller, Context, Permission } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';
import { queueDoesNotExist } from './errors';

/** A queue's account, region and name. */
export interface QueueName extends Owner {
  readonly name: string;
}

export const queueArn = (queue: QueueName): string => arnOf('sqs', queue, queue.name);

/** @returns undefined for an ARN that isn't a queue's */
export function parseQueueArn(arn: string): QueueName | undefined {
  const [, region, accountId, name] = /^arn:aws:sqs:([a-z0-9-]+):(\d{12}):([\w-]{1,80}(?:\.fifo)?)$/.exec(arn) ?? [];
  return region === undefined ? undefined : { region, accountId: accountId as string, name: name as string };
}

/**
 * A queue's URL. It begins with the address by which the caller reached the endpoint, since clients send requests to
 * it.
 */
export function queueUrl({ endpoint = 'http://127.0.0.1:4566' }: Caller, { accountId, name }: QueueName): string {
  return `${endpoint}/${accountId}/${name}`;
}

/** The queue of a URL, whatever its host; a bare name is the caller's own. @throws AwsError `QueueDoesNotExist` */
export function parseQueueUrl(caller: Caller, url: string): QueueName {
  const [, accountId = caller.accountId, name] = /^(?:https?:\/\/[^/]+\/(\d{12})\/)?([\w.-]+)$/.exec(url) ?? [];
  if (name === undefined) throw queueDoesNotExist();
  return { region: caller.region, accountId, name };
}

/** The queue of an input's QueueUrl. */
export const namedQueue = ({ QueueUrl }: { readonly QueueUrl: string }, { caller }: Context): string =>
  queueArn(parseQueueUrl(caller, QueueUrl));

/** Permission of a batch operation: that of its entries' action. */
export const inBatch =
  (action: string) =>
  (input: { readonly QueueUrl: string }, context: Context): readonly Permission[] => [
    { action: `sqs:${action}`, resource: namedQueue(input, context) },
  ];

/** Resources of operations, by the input member that names them. */
export const resources = {
  QueueUrl: namedQueue,
  SourceArn: ({ SourceArn }: { readonly SourceArn: string }) => SourceArn,
};
