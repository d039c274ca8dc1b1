import type { CreateKeyRequest, CreateKeyResponse } from '@aws-sdk/client-kms';
import { operation } from '../../../core/operation';
import { string, structure } from '../../../core/shape';
import { keyArn } from '../arn';
import * as is from '../constraints';
import { unsupported } from '../errors';
import { defaultPolicy, requirePolicy } from '../policy';
import { KmsState } from '../state';
import { metadataOf } from './describe-key';
import { tagMap } from './tags';

/** Makes a symmetric encryption key with material of its own. */
export const createKey = operation<CreateKeyRequest, CreateKeyResponse>({
  name: 'CreateKey',
  input: structure({
    Policy: is.policy,
    Description: is.description,
    KeyUsage: string({ values: ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] }),
    CustomerMasterKeySpec: string(),
    KeySpec: string(),
    Origin: string({ values: ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] }),
    CustomKeyStoreId: string({ min: 1, max: 64 }),
    BypassPolicyLockoutSafetyCheck: is.flag,
    Tags: is.tags,
    MultiRegion: is.flag,
    XksKeyId: string({ min: 1, max: 128 }),
  }),
  permissions: ({ Tags = [] }) =>
    (Tags.length === 0 ? ['CreateKey'] : ['CreateKey', 'TagResource']).map((action) => ({
      action: `kms:${action}`,
      resource: '*',
    })),
  handle: async (input, context) => {
    const { cloud, caller } = context;
    const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
    if (spec !== 'SYMMETRIC_DEFAULT' || (input.KeyUsage ?? 'ENCRYPT_DECRYPT') !== 'ENCRYPT_DECRYPT') {
      throw unsupported(`This local endpoint makes symmetric encryption keys only, not ${spec} for ${input.KeyUsage}.`);
    }
    if ((input.Origin ?? 'AWS_KMS') !== 'AWS_KMS' || input.CustomKeyStoreId !== undefined) {
      throw unsupported('This local endpoint makes keys of origin AWS_KMS only, in no custom key store.');
    }
    if (input.Policy !== undefined)
      requirePolicy(input.Policy, keyArn(caller, '*'), context, input.BypassPolicyLockoutSafetyCheck);
    const key = await cloud.state(KmsState).create(caller, {
      description: input.Description ?? '',
      manager: 'CUSTOMER',
      multiRegion: input.MultiRegion ?? false,
      policy: input.Policy ?? defaultPolicy(caller.accountId),
      tags: tagMap(input.Tags ?? []),
    });
    return { KeyMetadata: metadataOf(caller, key) };
  },
});
