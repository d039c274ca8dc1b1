import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import type { Owner } from '../../../core/owner';
import { describeKey } from '../../kms/operations/describe-key';
import { groupNameOf, namedGroup } from '../arn';
import { operation } from '../contract';
import { invalidParameter } from '../errors';

/** @throws AwsError `InvalidParameterException` unless the ARN is that of an enabled key. */
export async function requireKey(cloud: Cloud, caller: Caller, keyArn: string): Promise<void> {
  if (!/^arn:[^:]+:kms:[^:]+:\d{12}:(key|alias)\/.+/.test(keyArn)) {
    throw invalidParameter(`Invalid ARN: ${keyArn} is not the ARN of a KMS key.`);
  }
  try {
    const { KeyMetadata } = await cloud.call(describeKey, { KeyId: keyArn }, caller);
    if (KeyMetadata?.Enabled === true) return;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'NotFoundException') throw error;
  }
  throw invalidParameter(`The specified KMS key does not exist or is not allowed to be used with LogGroup '${keyArn}'`);
}

export const associateKmsKey = operation('AssociateKmsKey', {
  resource: (input, context) => namedGroup({ logGroupIdentifier: groupOf(input, context.caller) }, context),
  handle: async (input, { state, cloud, caller }) => {
    const name = groupOf(input, caller);
    await requireKey(cloud, caller, input.kmsKeyId);
    await state.updateGroup(caller, name, (group) => ({ ...group, kmsKeyId: input.kmsKeyId }));
  },
});

export const disassociateKmsKey = operation('DisassociateKmsKey', {
  resource: (input, context) => namedGroup({ logGroupIdentifier: groupOf(input, context.caller) }, context),
  handle: (input, { state, caller }) =>
    state.updateGroup(caller, groupOf(input, caller), ({ kmsKeyId: _gone, ...group }) => group),
});

function groupOf(input: { logGroupName?: string; resourceIdentifier?: string }, owner: Owner): string {
  const identifier = input.logGroupName ?? input.resourceIdentifier;
  if (identifier === undefined) {
    throw invalidParameter('Either logGroupName or resourceIdentifier must be specified.');
  }
  return groupNameOf(identifier, owner);
}
