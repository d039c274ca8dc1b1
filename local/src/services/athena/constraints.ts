import { any, boolean, integer, list, string, structure } from '../../core/shape';

// From Athena's service model.
export const workGroupName = string({ pattern: '[a-zA-Z0-9._-]{1,128}' });
export const nameString = string({ min: 1, max: 128 });
export const descriptionString = string({ max: 1024 });
export const queryString = string({ min: 1, max: 262_144 });
export const databaseString = string({ min: 1, max: 255 });
export const idempotencyToken = string({ min: 32, max: 128 });
export const nextToken = string({ min: 1, max: 1024 });
export const statementName = string({ pattern: '[a-zA-Z_][a-zA-Z0-9_@:]{1,256}' });
export const arn = string({ min: 1, max: 1011 });
export const maxResults = (max: number) => integer({ min: 0, max });
export const tagList = list(structure({ Key: string({ min: 1, max: 128 }), Value: string({ max: 256 }) }));

export const resultConfiguration = structure({
  OutputLocation: string(),
  EncryptionConfiguration: structure(
    { EncryptionOption: string({ values: ['SSE_S3', 'SSE_KMS', 'CSE_KMS'] }), KmsKey: string() },
    'EncryptionOption',
  ),
  ExpectedBucketOwner: string({ pattern: '[0-9]+', min: 12, max: 12 }),
  AclConfiguration: structure({ S3AclOption: string({ values: ['BUCKET_OWNER_FULL_CONTROL'] }) }, 'S3AclOption'),
});

/** The scan limit is at least 10 MB (Athena's page "Configure per-workgroup data usage controls"). */
const bytesScannedCutoff = integer({ min: 10_000_000 });
const engineVersion = structure({ SelectedEngineVersion: nameString, EffectiveEngineVersion: nameString });

export const workGroupConfiguration = structure({
  ResultConfiguration: resultConfiguration,
  EnforceWorkGroupConfiguration: boolean,
  PublishCloudWatchMetricsEnabled: boolean,
  BytesScannedCutoffPerQuery: bytesScannedCutoff,
  RequesterPaysEnabled: boolean,
  EngineVersion: engineVersion,
  AdditionalConfiguration: string({ min: 1, max: 128 }),
  ExecutionRole: string(),
  EnableMinimumEncryptionConfiguration: boolean,
  CustomerContentEncryptionConfiguration: any,
  IdentityCenterConfiguration: any,
});

export const workGroupConfigurationUpdates = structure({
  EnforceWorkGroupConfiguration: boolean,
  ResultConfigurationUpdates: structure({
    ...resultConfiguration.members,
    RemoveOutputLocation: boolean,
    RemoveEncryptionConfiguration: boolean,
    RemoveExpectedBucketOwner: boolean,
    RemoveAclConfiguration: boolean,
  }),
  PublishCloudWatchMetricsEnabled: boolean,
  BytesScannedCutoffPerQuery: bytesScannedCutoff,
  RemoveBytesScannedCutoffPerQuery: boolean,
  RequesterPaysEnabled: boolean,
  EngineVersion: engineVersion,
  AdditionalConfiguration: string({ min: 1, max: 128 }),
  ExecutionRole: string(),
  EnableMinimumEncryptionConfiguration: boolean,
  RemoveCustomerContentEncryptionConfiguration: boolean,
  CustomerContentEncryptionConfiguration: any,
});
