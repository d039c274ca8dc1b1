import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { parsePolicy } from '../../iam/policy/document';
import { missingRole } from '../../iam/policy/principals';
import { IamState } from '../../iam/state';
import { parseQueueArn, queueArn, queueUrl } from '../arn';
import { operation } from '../contract';
import {
  invalidAttributeName,
  invalidAttributeValue,
  invalidParameter,
  purgeInProgress,
  queueDoesNotExist,
  queueNameExists,
} from '../errors';
import { publishGauges } from '../metrics';
import { page } from '../paging';
import {
  type Attributes,
  allowsRedrive,
  COMPUTED,
  checkAttributes,
  redrivePolicyOf,
  withDefaults,
} from '../queue-attributes';
import type { SqsState } from '../state';

const NAME = /^[\w-]{1,80}$/;
const FIFO_NAME = /^[\w-]{1,75}\.fifo$/;

/** Creates a queue; an existing one with the same attributes is returned. */
export const createQueue = operation('CreateQueue', {
  permissions: ({ QueueName }, { caller }) => [
    { action: 'sqs:CreateQueue', resource: queueArn({ ...caller, name: QueueName }) },
  ],
  handle: async ({ QueueName: name, Attributes: attributes = {}, tags = {} }, { state, cloud, caller }) => {
    const fifo = attributes.FifoQueue === 'true';
    if (!(fifo ? FIFO_NAME : NAME).test(name))
      throw invalidParameter(
        fifo
          ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.'
          : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    checkAttributes(attributes, fifo);
    checkPolicyRoles(attributes, cloud, caller);
    const { accountId, region } = caller;
    const arn = queueArn({ accountId, region, name });
    checkTarget(state, attributes, arn);
    const now = cloud.clock.now();
    await state.transaction(() => {
      const known = state.find(arn);
      if (known === undefined)
        return state.put({ accountId, region, name, arn, createdAt: now, modifiedAt: now, attributes, tags });
      const all = withDefaults(known.attributes);
      for (const [attribute, value] of Object.entries(attributes))
        if (all[attribute] !== value) throw queueNameExists(attribute);
    });
    return { QueueUrl: queueUrl(caller, { accountId, region, name }) };
  },
});

export const getQueueUrl = operation('GetQueueUrl', {
  permissions: ({ QueueName, QueueOwnerAWSAccountId }, { caller }) => [
    { action: 'sqs:GetQueueUrl', resource: queueArn({ ...owned(caller, QueueOwnerAWSAccountId), name: QueueName }) },
  ],
  handle: ({ QueueName: name, QueueOwnerAWSAccountId }, { state, caller }) => {
    const queue = { ...owned(caller, QueueOwnerAWSAccountId), name };
    if (state.find(queueArn(queue)) === undefined) throw queueDoesNotExist();
    return { QueueUrl: queueUrl(caller, queue) };
  },
});

export const listQueues = operation('ListQueues', {
  handle: ({ QueueNamePrefix = '', MaxResults, NextToken }, { state, caller }) => {
    const { items, nextToken } = page(NextToken, MaxResults, {
      items: (after) => state.list(caller, QueueNamePrefix, after),
      keyOf: ({ name }) => name,
    });
    if (items.length === 0) return {};
    const QueueUrls = items.map((info) => queueUrl(caller, info));
    // Without MaxResults there are no pages, and at most 1,000 queues.
    return { QueueUrls, NextToken: MaxResults === undefined ? undefined : nextToken };
  },
});

export const deleteQueue = operation('DeleteQueue', {
  handle: ({ QueueUrl }, { state, caller }) => state.remove(state.byUrl(caller, QueueUrl).info.arn),
});

export const purgeQueue = operation('PurgeQueue', {
  handle: async ({ QueueUrl }, { state, cloud, caller }) => {
    const queue = state.byUrl(caller, QueueUrl);
    if (!(await queue.purge())) throw purgeInProgress(queue.info.name);
    publishGauges(cloud, queue);
  },
});

export const getQueueAttributes = operation('GetQueueAttributes', {
  handle: ({ QueueUrl, AttributeNames = [] }, { state, caller }) => {
    const queue = state.byUrl(caller, QueueUrl);
    const { info } = queue;
    const { visible, delayed, notVisible } = queue.counts();
    const all: Attributes = {
      ...withDefaults(info.attributes),
      QueueArn: info.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      ApproximateNumberOfMessagesNotVisible: String(notVisible),
      CreatedTimestamp: String(Math.floor(info.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(info.modifiedAt / 1000)),
    };
    const names: readonly string[] = AttributeNames;
    for (const name of names) {
      const known = name === 'All' || name in all || COMPUTED.has(name);
      if (!known) checkAttributeName(name);
    }
    const wanted = names.includes('All') ? Object.keys(all) : names.filter((name) => name in all);
    return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted.map((name) => [name, all[name]])) };
  },
});

export const setQueueAttributes = operation('SetQueueAttributes', {
  handle: async ({ QueueUrl, Attributes: attributes }, { state, cloud, caller }) => {
    const { info, isFifo } = state.byUrl(caller, QueueUrl);
    checkAttributes(attributes, isFifo);
    checkPolicyRoles(attributes, cloud, caller);
    if ('FifoQueue' in attributes && !isFifo) throw invalidAttributeName('FifoQueue');
    checkTarget(state, attributes, info.arn);
    await state.transaction(() =>
      state.put({ ...info, modifiedAt: cloud.clock.now(), attributes: { ...info.attributes, ...attributes } }),
    );
  },
});

/** Checks a dead-letter queue: same kind and account, exists, and allows this source. */
function checkTarget(state: SqsState, attributes: Attributes, sourceArn: string): void {
  const policy = redrivePolicyOf(attributes);
  if (policy === undefined) return;
  const target = state.find(policy.deadLetterTargetArn);
  const own = parseQueueArn(sourceArn);
  const refuse = (reason: string) =>
    invalidParameter(`Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  if (target === undefined) throw refuse('Dead letter target does not exist.');
  if (target.accountId !== own?.accountId || target.region !== own.region)
    throw refuse('Dead-letter target owner should be same as the source.');
  if (sourceArn.endsWith('.fifo') !== target.name.endsWith('.fifo'))
    throw refuse('Dead-letter queue must be same type of queue as the source.');
  if (!allowsRedrive(target.attributes, sourceArn)) throw refuse('Dead-letter queue does not allow this source queue.');
}

/** @throws AwsError `InvalidAttributeValue` for a policy that names a role which isn't there */
function checkPolicyRoles({ Policy }: Attributes, cloud: Cloud, { accountId }: Caller): void {
  if (Policy === undefined || Policy === '') return;
  if (missingRole(cloud.state(IamState), accountId, parsePolicy(Policy, 'resource')) !== undefined)
    throw invalidAttributeValue('Policy');
}

function checkAttributeName(name: string): void {
  try {
    checkAttributes({ [name]: '' }, true);
  } catch (error) {
    if ((error as Error).name === 'InvalidAttributeName') throw error;
  }
}

function owned({ accountId, region }: Caller, other: string | undefined) {
  return { accountId: other ?? accountId, region };
}
