import type { Destination } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../core/errors';
import { toPassRole } from '../../../core/permissions';
import { destinationArn } from '../arn';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { page } from '../paging';
import type { StoredDestination } from '../state';
import { destinationKind, send } from '../subscriptions/destination';
import { controlEnvelope } from '../subscriptions/envelope';

/** Registers a stream as a destination of this account's subscription filters, after a test message. */
export const putDestination = operation('PutDestination', {
  permissions: (input, { caller }) => [
    { action: 'logs:PutDestination', resource: destinationArn(caller, input.destinationName) },
    toPassRole(input.roleArn, 'logs'),
  ],
  handle: async ({ destinationName, targetArn, roleArn, tags = {} }, { state, cloud, caller }) => {
    const kind = destinationKind(targetArn);
    if (kind !== 'kinesis' && kind !== 'firehose') {
      throw invalidParameter('targetArn must be the ARN of a Kinesis stream or a delivery stream.');
    }
    const now = cloud.clock.now();
    try {
      const envelope = controlEnvelope(kind === 'kinesis' ? 'Kinesis stream' : 'Firehose stream', now);
      const filter = { destinationArn: targetArn, roleArn, distribution: 'ByLogStream' } as const;
      await send(cloud, caller, filter, { envelope, group: '', stream: '' });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalidParameter(
        `Could not deliver message to specified destination. Check if the destination is valid. (${error.message})`,
      );
    }
    const destination = await state.transaction(() => {
      const before = state.destinations.get(caller, destinationName);
      const arn = destinationArn(caller, destinationName);
      const made = { creationTime: now, tags, ...before, destinationName, targetArn, roleArn, arn };
      state.destinations.put(caller, [destinationName], made);
      return made;
    });
    return { destination: describe(destination) };
  },
});

/** Stores the policy of other accounts' access, which isn't supported. */
export const putDestinationPolicy = operation('PutDestinationPolicy', {
  resource: (input, { caller }) => destinationArn(caller, input.destinationName),
  handle: ({ destinationName, accessPolicy }, { state, caller }) =>
    state.transaction(() => {
      const destination = state.destinations.require(caller, destinationName);
      state.destinations.put(caller, [destinationName], { ...destination, accessPolicy });
    }),
});

export const describeDestinations = operation('DescribeDestinations', {
  handle: (input, { state, caller }) => {
    const { items, nextToken } = page(input.nextToken, input.limit, {
      items: (after) => state.destinations.listStarting(caller, [], input.DestinationNamePrefix, after),
      keyOf: ({ destinationName = '' }) => destinationName,
    });
    return { destinations: items.map(describe), nextToken };
  },
});

export const deleteDestination = operation('DeleteDestination', {
  resource: (input, { caller }) => destinationArn(caller, input.destinationName),
  handle: ({ destinationName }, { state, caller }) =>
    state.transaction(() => {
      state.destinations.require(caller, destinationName);
      state.destinations.remove(caller, destinationName);
    }),
});

function describe({ tags: _tags, ...destination }: StoredDestination): Destination {
  return destination;
}
