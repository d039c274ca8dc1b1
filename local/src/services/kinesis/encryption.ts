import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import type { Caller } from '../../core/operation';
import type { StreamRecord } from './stream-record';

/** The key that AWS manages for Kinesis; its policy lets everybody use it who may use the stream. */
const AWS_MANAGED_KEY = 'alias/aws/kinesis';

/** A writer needs kms:GenerateDataKey on the key of an encrypted stream. @throws KMSAccessDeniedException */
export function checkKeyForWriting(cloud: Cloud, caller: Caller, stream: StreamRecord): void {
  checkKey('kms:GenerateDataKey', cloud, caller, stream);
}

/** A reader needs kms:Decrypt on the key of an encrypted stream. @throws KMSAccessDeniedException */
export function checkKeyForReading(cloud: Cloud, caller: Caller, stream: StreamRecord): void {
  checkKey('kms:Decrypt', cloud, caller, stream);
}

function checkKey(action: string, cloud: Cloud, caller: Caller, stream: StreamRecord): void {
  const { keyId } = stream;
  if (caller.roleArn === undefined || keyId === undefined || keyId.endsWith(AWS_MANAGED_KEY)) return;
  try {
    cloud.authorize(caller, {
      action,
      resource: keyArnOf(keyId, stream),
      conditions: {
        'kms:ViaService': `kinesis.${stream.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:kinesis:arn': stream.arn,
      },
    });
  } catch (error) {
    throw new AwsError('KMSAccessDeniedException', (error as Error).message);
  }
}

function keyArnOf(keyId: string, { region, accountId }: StreamRecord): string {
  if (keyId.startsWith('arn:')) return keyId;
  return `arn:aws:kms:${region}:${accountId}:${keyId.startsWith('alias/') ? keyId : `key/${keyId}`}`;
}
