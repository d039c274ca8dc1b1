import { toCreate } from '../../../core/permissions';
import { keyArn } from '../arn';
import { operation } from '../contract';
import { unsupported } from '../errors';
import { defaultPolicy, requirePolicy } from '../policy';
import { metadataOf } from './describe-key';
import { tagMap } from './tags';

/** Creates a symmetric encryption key with material of its own. */
export const createKey = operation('CreateKey', {
  permissions: ({ Tags }) => toCreate('kms', 'CreateKey', '*', Tags),
  handle: async (input, context) => {
    const { caller } = context;
    const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
    const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT';
    if (spec !== 'SYMMETRIC_DEFAULT' || usage !== 'ENCRYPT_DECRYPT') {
      throw unsupported(`This local endpoint makes symmetric encryption keys only, not ${spec} for ${usage}.`);
    }
    if ((input.Origin ?? 'AWS_KMS') !== 'AWS_KMS' || input.CustomKeyStoreId !== undefined) {
      throw unsupported('This local endpoint makes keys of origin AWS_KMS only, in no custom key store.');
    }
    if (input.Policy !== undefined)
      requirePolicy(input.Policy, keyArn(caller, '*'), context, input.BypassPolicyLockoutSafetyCheck);
    const key = await context.state.create(caller, {
      description: input.Description ?? '',
      manager: 'CUSTOMER',
      multiRegion: input.MultiRegion ?? false,
      policy: input.Policy ?? defaultPolicy(caller.accountId),
      tags: tagMap(input.Tags ?? []),
    });
    return { KeyMetadata: metadataOf(caller, key) };
  },
});
