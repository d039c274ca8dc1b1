import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import type { Caller } from '../../core/operation';
import { assumeRole } from '../iam/assume-role';
import { invalidArgument } from './errors';
import type { DestinationSettings } from './state';

/**
 * Tries the roles that a delivery stream is given, as AWS does before it accepts them.
 * @param source the Kinesis stream, where there is one.
 * @throws AwsError `InvalidArgumentException`
 */
export async function checkRoles(
  cloud: Cloud,
  caller: Caller,
  source: { readonly KinesisStreamARN: string; readonly RoleARN: string } | undefined,
  destination: DestinationSettings,
): Promise<void> {
  const roles = [destination.RoleARN, destination.S3BackupConfiguration?.RoleARN, source?.RoleARN];
  for (const role of new Set(roles.filter((arn) => arn !== undefined))) deliveryCaller(cloud, caller, role);
}

/**
 * The caller that Firehose is when it acts with a role: it names the account as external id.
 * @throws AwsError `InvalidArgumentException` if there is no such role or it doesn't trust Firehose.
 */
export function deliveryCaller(cloud: Cloud, owner: Pick<Caller, 'accountId' | 'region'>, roleArn: string): Caller {
  try {
    return assumeRole(cloud, roleArn, 'firehose.amazonaws.com', { externalId: owner.accountId, region: owner.region });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidArgument(`Firehose is unable to assume role ${roleArn}. Please check the role provided.`);
  }
}
