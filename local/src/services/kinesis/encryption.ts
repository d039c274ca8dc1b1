import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { type Caller, isOwner } from '../../core/operation';
import { asCaller, type Owner } from '../../core/owner';
import { describeKey } from '../kms/operations/describe-key';
import type { StreamInfo } from './stream-info';

/** Alias of the AWS managed key for Kinesis; its policy allows its use to everybody with permissions on the stream. */
const AWS_MANAGED_KEY = 'alias/aws/kinesis';

/**
 * Checks kms:GenerateDataKey on an encrypted stream's key, for a writer. @throws KMSAccessDeniedException and others
 */
export function checkKeyForWriting(cloud: Cloud, caller: Caller, stream: StreamInfo): Promise<void> {
  return checkKey('kms:GenerateDataKey', cloud, caller, stream);
}

/** Checks kms:Decrypt on an encrypted stream's key, for a reader. @throws KMSAccessDeniedException and others */
export function checkKeyForReading(cloud: Cloud, caller: Caller, stream: StreamInfo): Promise<void> {
  return checkKey('kms:Decrypt', cloud, caller, stream);
}

/**
 * The key of a stream's present or future encryption.
 * @throws KMSNotFoundException, KMSDisabledException, KMSInvalidStateException
 */
export async function findUsableKey(cloud: Cloud, keyId: string, owner: Owner): Promise<KeyMetadata> {
  // Kinesis looks the key up with its own permission; the caller's is checked when the key is used.
  const { KeyMetadata } = await cloud.call(describeKey, { KeyId: keyId }, asCaller(owner)).catch((error: Error) => {
    throw new AwsError('KMSNotFoundException', error.message);
  });
  if (KeyMetadata === undefined) throw new AwsError('KMSNotFoundException', `Key ${keyId} is not found.`);
  if (KeyMetadata.KeyState === 'Disabled') {
    throw new AwsError('KMSDisabledException', `${KeyMetadata.Arn} is disabled.`);
  }
  if (KeyMetadata.KeyState !== 'Enabled') {
    throw new AwsError('KMSInvalidStateException', `${KeyMetadata.Arn} is ${KeyMetadata.KeyState}.`);
  }
  return KeyMetadata;
}

async function checkKey(action: string, cloud: Cloud, caller: Caller, stream: StreamInfo): Promise<void> {
  const { keyId } = stream;
  if (keyId === undefined || keyId.endsWith(AWS_MANAGED_KEY)) return;
  const { Arn = keyId } = await findUsableKey(cloud, keyId, stream);
  if (isOwner(caller)) return;
  try {
    cloud.authorize(caller, {
      action,
      resource: Arn,
      conditions: {
        'kms:ViaService': `kinesis.${stream.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:kinesis:arn': stream.arn,
      },
    });
  } catch (error) {
    throw new AwsError('KMSAccessDeniedException', (error as Error).message);
  }
}
