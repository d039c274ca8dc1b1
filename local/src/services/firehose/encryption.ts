import type { DeliveryStreamEncryptionConfigurationInput } from '@aws-sdk/client-firehose';
import { AwsError } from '../../core/errors';
import type { Context, Strict } from '../../core/operation';
import { findUsableKey } from '../kinesis/encryption';
import { invalidArgument, invalidKey } from './errors';
import type { DeliveryStream } from './state';

/**
 * A delivery stream's encryption, with its key, which must exist in the request's region and be enabled.
 * @throws AwsError `InvalidArgumentException` for a customer's key without its ARN, or an ARN without that key type,
 * `InvalidKMSResourceException` for an unusable key
 */
export async function encryptionWith(
  { KeyType, KeyARN }: Strict<DeliveryStreamEncryptionConfigurationInput>,
  { cloud, caller }: Pick<Context, 'cloud' | 'caller'>,
): Promise<NonNullable<DeliveryStream['encryption']>> {
  if ((KeyType === 'CUSTOMER_MANAGED_CMK') !== (KeyARN !== undefined)) {
    throw invalidArgument('KeyARN must be specified if, and only if, KeyType is CUSTOMER_MANAGED_CMK.');
  }
  if (KeyARN === undefined) return { keyType: KeyType };
  await findUsableKey(cloud, KeyARN, caller).catch((error: unknown) => {
    throw error instanceof AwsError ? invalidKey(error.message) : error;
  });
  return { keyType: KeyType, keyArn: KeyARN };
}
