import type { Cloud } from '../core/cloud';
import type { Caller } from '../core/operation';
import { ownerOf } from '../core/owner';
import type { DeliveryStream } from '../services/firehose/state';
import { assumeRole } from '../services/iam/assume-role';
import { asDeliveryFailure } from './failure';

/** The caller of a delivery stream's calls with a role; the trust policy is checked each time. */
export function callerOf(cloud: Cloud, stream: DeliveryStream, roleArn: string): Promise<Caller> {
  const { accountId, region } = ownerOf(stream.arn);
  return asDeliveryFailure('AssumeRole', () =>
    assumeRole(cloud, roleArn, 'firehose.amazonaws.com', { externalId: accountId, region, sourceArn: stream.arn }),
  );
}
