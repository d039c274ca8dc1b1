import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { Owner } from '../../../core/owner';
import { keyArn } from '../arn';
import { operation } from '../contract';
import { materialId } from '../material';
import type { Key } from '../state';
import { findKey } from './usable-key';

export const describeKey = operation('DescribeKey', {
  handle: async (input, context) => {
    const { owner, key } = await findKey(input.KeyId, context);
    return { KeyMetadata: metadataOf(owner, key) };
  },
});

export function metadataOf(owner: Owner, key: Key): KeyMetadata {
  return {
    AWSAccountId: owner.accountId,
    KeyId: key.keyId,
    Arn: keyArn(owner, key.keyId),
    CreationDate: new Date(key.creationTime),
    Enabled: key.enabled && key.deletionTime === undefined,
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.deletionTime !== undefined ? 'PendingDeletion' : key.enabled ? 'Enabled' : 'Disabled',
    DeletionDate: key.deletionTime === undefined ? undefined : new Date(key.deletionTime),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: key.multiRegion,
    CurrentKeyMaterialId: materialId(key.keyId, key.materials.length - 1),
  };
}
