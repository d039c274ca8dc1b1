import type { Cloud } from '../../core/cloud';
import { type Context, isOwner } from '../../core/operation';
import { isForeign } from '../../core/owner';
import type { ResourcePolicy } from '../../core/service';
import { KinesisState } from './state';

/**
 * Actions that a stream's or a consumer's policy can allow others ("Sharing your data stream with another account").
 */
const SHARED: ReadonlySet<string> = new Set(
  [
    ...['DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards', 'PutRecord', 'PutRecords'],
    ...['DescribeStreamConsumer', 'SubscribeToShard'],
  ].map((name) => `kinesis:${name}`),
);

/** The policy for an action on a stream or a consumer, for {@link Service.resourcePolicy}. */
export function policyFor(cloud: Cloud, action: string, arn: string): ResourcePolicy | undefined {
  if (!SHARED.has(action)) return undefined;
  const policy = cloud.state(KinesisState).policyOf(arn);
  return policy === undefined ? undefined : { documents: [policy] };
}

/**
 * Checks an account owner's permission on another account's stream or consumer. Roles are checked earlier, as for every
 * call.
 * @throws AwsError `AccessDeniedException`
 */
export function checkForeign(operation: string, arn: string, { cloud, caller }: Context): void {
  if (isOwner(caller) && isForeign(arn, caller.accountId))
    cloud.authorize(caller, { action: `kinesis:${operation}`, resource: arn });
}
