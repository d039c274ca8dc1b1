import { Contract } from '../../core/contract';
import type { S3State } from './state';

/** S3's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-s3'), S3State>('s3', {
  state: () => (require('./state') as typeof import('./state')).S3State,
  limits: { 'ObjectIdentifier.Key': { min: 1 } },
  ignores: {
    RequestPayer: 'nobody is charged',
    OptionalObjectAttributes: 'no object here is archived',
    MFA: 'codes of MFA devices are not checked',
    BypassGovernanceRetention: 'no object here is locked',
    ConfirmRemoveSelfBucketAccess: "an account's owner can't be locked out",
  },
  refuses:
    'AnnotationDirective BucketNamespace ChecksumMD5 ChecksumSHA512 ChecksumXXHASH128 ChecksumXXHASH3 ' +
    'ChecksumXXHASH64 CopySourceSSECustomerAlgorithm CopySourceSSECustomerKey CopySourceSSECustomerKeyMD5 ' +
    'CreateBucketConfiguration.Bucket CreateBucketConfiguration.Location ' +
    'GrantFullControl GrantRead GrantReadACP GrantWrite GrantWriteACP IfMatchInitiatedTime IfMatchLastModifiedTime ' +
    'IfMatchSize ObjectIdentifier.LastModifiedTime ObjectIdentifier.Size ObjectLockEnabledForBucket ' +
    'ObjectLockEventHold ObjectLockEventHoldDurationDays ObjectLockEventHoldDurationYears ' +
    'ObjectLockLegalHoldStatus ObjectLockMode ObjectLockRetainUntilDate SSECustomerAlgorithm ' +
    'SSECustomerKey SSECustomerKeyMD5 SSEKMSEncryptionContext WriteOffsetBytes',
  keeps:
    'AccessControlPolicy BucketLifecycleConfiguration BucketLoggingStatus CORSConfiguration ' +
    'NotificationConfiguration OwnershipControls PublicAccessBlockConfiguration RequestPaymentConfiguration ' +
    'ServerSideEncryptionConfiguration VersioningConfiguration',
});

export const { operation, operationOf } = contract;
