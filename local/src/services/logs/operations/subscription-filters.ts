import type { PutSubscriptionFilterRequest, SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../core/errors';
import type { Context, Strict } from '../../../core/operation';
import { parseArn } from '../../../core/owner';
import { toPassRole } from '../../../core/permissions';
import { namedGroup } from '../arn';
import { operation } from '../contract';
import { accessDenied, invalidParameter, limitExceeded } from '../errors';
import { parseFilterPattern } from '../filter-pattern';
import { page } from '../paging';
import type { StoredSubscription } from '../state';
import { type DestinationKind, destinationKind, send } from '../subscriptions/destination';
import { controlEnvelope } from '../subscriptions/envelope';

/** Most filters of a log group ("CloudWatch Logs quotas"). */
const MAX_FILTERS = 2;

/** Puts a filter, after its destination has accepted a test message. */
export const putSubscriptionFilter = operation('PutSubscriptionFilter', {
  permissions: (input, context) => [
    { action: 'logs:PutSubscriptionFilter', resource: namedGroup(input, context) },
    ...(input.roleArn === undefined ? [] : [toPassRole(input.roleArn, 'logs')]),
  ],
  handle: async (input, context) => {
    const { cloud, caller } = context;
    const state = context.state;
    const { logGroupName: group, filterName: name, filterPattern, destinationArn, roleArn } = input;
    const kind = checkedKind(input, context);
    state.groups.require(caller, group);
    parseFilterPattern(filterPattern);
    const filter = {
      ...{ name, filterPattern, destinationArn, roleArn },
      distribution: input.distribution ?? 'ByLogStream',
      applyOnTransformedLogs: input.applyOnTransformedLogs ?? false,
    } as const;
    await checkDestination(kind, group, filter, context);
    await state.transaction(() => {
      const others = [...state.subscriptions.list(caller, [group])].filter((other) => other.name !== name);
      if (others.length >= MAX_FILTERS) throw limitExceeded();
      const creationTime = state.subscriptions.get(caller, group, name)?.creationTime ?? cloud.clock.now();
      state.groups.require(caller, group);
      state.subscriptions.put(caller, [group, name], { ...filter, creationTime });
    });
  },
});

export const describeSubscriptionFilters = operation('DescribeSubscriptionFilters', {
  handle: (input, { state, caller }) => {
    const { logGroupName } = input;
    state.groups.require(caller, logGroupName);
    const { items, nextToken } = page(input.nextToken, input.limit, {
      items: (after) => state.subscriptions.listStarting(caller, [logGroupName], input.filterNamePrefix, after),
      keyOf: ({ name }) => name,
    });
    return { subscriptionFilters: items.map((filter) => describe(filter, logGroupName)), nextToken };
  },
});

export const deleteSubscriptionFilter = operation('DeleteSubscriptionFilter', {
  handle: ({ logGroupName, filterName }, { state, caller }) =>
    state.transaction(() => {
      state.groups.require(caller, logGroupName);
      state.subscriptions.require(caller, logGroupName, filterName);
      state.subscriptions.remove(caller, logGroupName, filterName);
    }),
});

function describe({ name, ...filter }: StoredSubscription, logGroupName: string): SubscriptionFilter {
  return { filterName: name, logGroupName, ...filter };
}

/**
 * Kind of the destination. @throws AwsError `InvalidParameterException`, `AccessDeniedException` for an unsupported one
 */
function checkedKind(input: Strict<PutSubscriptionFilterRequest>, { caller }: Context): DestinationKind {
  const { destinationArn, roleArn } = input;
  const kind = destinationKind(destinationArn);
  if (kind === undefined) {
    throw invalidParameter(
      `${destinationArn} can not be a destination here: Kinesis streams, delivery streams, functions and destinations can.`,
    );
  }
  if (kind === 'lambda' && parseArn(destinationArn)?.accountId !== caller.accountId) {
    throw accessDenied(
      'Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
    );
  }
  if (kind === 'lambda' && roleArn !== undefined) {
    throw invalidParameter('destinationArn for vendor lambda cannot be used with roleArn');
  }
  if ((kind === 'kinesis' || kind === 'firehose') && roleArn === undefined) {
    throw invalidParameter(`destinationArn for vendor ${kind} cannot be used without roleArn`);
  }
  return kind;
}

const NAMES = {
  kinesis: 'Kinesis stream',
  firehose: 'Firehose stream',
  lambda: 'Lambda function',
  destination: 'destination',
} as const;

/** Sends a test message. @throws AwsError `InvalidParameterException` if the destination refuses it */
async function checkDestination(
  kind: DestinationKind,
  group: string,
  filter: Omit<StoredSubscription, 'creationTime'>,
  { cloud, caller }: Context,
): Promise<void> {
  const envelope = controlEnvelope(NAMES[kind], cloud.clock.now());
  try {
    await send(cloud, caller, filter, { envelope, group, stream: '' }, true);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter(
      kind === 'lambda'
        ? 'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.'
        : `Could not deliver test message to specified ${NAMES[kind]}. Check if the given ${NAMES[kind]} is in ACTIVE state. (${error.message})`,
    );
  }
}
