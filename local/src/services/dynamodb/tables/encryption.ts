import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { asCaller } from '../../../core/owner';
import { describeKey } from '../../kms/operations/describe-key';
import { invalidParameter, validation } from '../errors';
import type { DynamoState } from '../state';
import type { TableInfo } from '../table';

/** A request's settings of encryption at rest. */
export interface EncryptionInput {
  readonly Enabled?: boolean;
  readonly SSEType?: string;
  readonly KMSMasterKeyId?: string;
}

/** Alias of the AWS managed key for DynamoDB. */
const AWS_MANAGED_KEY = 'alias/aws/dynamodb';

/** The key of a table's encryption; undefined for DynamoDB's own. @throws AwsError for an unusable key */
export async function encryptionOf(
  { cloud }: DynamoState,
  caller: Caller,
  { Enabled, SSEType, KMSMasterKeyId: key = AWS_MANAGED_KEY }: EncryptionInput = {},
): Promise<TableInfo['encryption']> {
  if (Enabled !== true) return undefined;
  if (SSEType === 'AES256') throw invalidParameter('SSEType AES256 is not supported: tables are encrypted with KMS');
  try {
    const { KeyMetadata } = await cloud.call(describeKey, { KeyId: key }, asCaller(caller));
    if (KeyMetadata?.KeyState === 'Enabled' && KeyMetadata.Arn !== undefined) return { keyArn: KeyMetadata.Arn };
    throw validation(`KMS validation error: the key ${key} is ${KeyMetadata?.KeyState}.`);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NotFoundException')
      throw validation(`KMS validation error: ${error.message}`);
    throw error;
  }
}
