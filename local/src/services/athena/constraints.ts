import { any, boolean, integer, list, map, type Shape, string, structure } from '../../core/shape';

// Limits of Athena's API reference, "Data types" and "Actions".
export const workGroupName = string({ pattern: '[a-zA-Z0-9._-]{1,128}' });
export const queryExecutionId = string({ min: 1, max: 128, pattern: '\\S+' });
export const namedQueryId = string({ min: 1, max: 128, pattern: '\\S+' });
export const statementName = string({ min: 1, max: 256, pattern: '[a-zA-Z_][a-zA-Z0-9_@:]{0,255}' });
export const queryString = string({ min: 1, max: 262_144 });
export const catalogName = string({ min: 1, max: 256 });
export const databaseName = string({ min: 1, max: 255 });
export const description = string({ max: 1_024 });
export const clientRequestToken = string({ min: 32, max: 128 });
export const resourceArn = string({ min: 1, max: 1_011 });
export const tags = list(structure({ Key: string({ min: 1, max: 128 }), Value: string({ min: 0, max: 256 }) }), {
  max: 50,
});

const encryption = structure(
  { EncryptionOption: string({ values: ['SSE_S3', 'SSE_KMS', 'CSE_KMS'] }), KmsKey: string() },
  'EncryptionOption',
);
const acl = structure({ S3AclOption: string({ values: ['BUCKET_OWNER_FULL_CONTROL'] }) }, 'S3AclOption');
const expectedBucketOwner = string({ pattern: '[0-9]+', min: 12, max: 12 });

export const resultConfiguration = structure({
  OutputLocation: string(),
  EncryptionConfiguration: encryption,
  ExpectedBucketOwner: expectedBucketOwner,
  AclConfiguration: acl,
});

const resultConfigurationUpdates = structure({
  ...resultConfiguration.members,
  RemoveOutputLocation: boolean,
  RemoveEncryptionConfiguration: boolean,
  RemoveExpectedBucketOwner: boolean,
  RemoveAclConfiguration: boolean,
});

const engineVersion = structure({ SelectedEngineVersion: string(), EffectiveEngineVersion: string() });
/** A workgroup's scan limit is at least 10 MB. */
const bytesCutoff = integer({ min: 10_000_000 });
const common: Record<string, Shape> = {
  EnforceWorkGroupConfiguration: boolean,
  PublishCloudWatchMetricsEnabled: boolean,
  BytesScannedCutoffPerQuery: bytesCutoff,
  RequesterPaysEnabled: boolean,
  EngineVersion: engineVersion,
  AdditionalConfiguration: string({ min: 1, max: 128 }),
  ExecutionRole: string(),
  CustomerContentEncryptionConfiguration: any,
  EnableMinimumEncryptionConfiguration: boolean,
  QueryResultsS3AccessGrantsConfiguration: any,
};

export const workGroupConfiguration = structure({
  ...common,
  ResultConfiguration: resultConfiguration,
  ManagedQueryResultsConfiguration: any,
  IdentityCenterConfiguration: any,
});

export const workGroupConfigurationUpdates = structure({
  ...common,
  ResultConfigurationUpdates: resultConfigurationUpdates,
  RemoveBytesScannedCutoffPerQuery: boolean,
  RemoveCustomerContentEncryptionConfiguration: boolean,
  ManagedQueryResultsConfigurationUpdates: any,
});

export const executionContext = structure({ Database: databaseName, Catalog: catalogName });
export const executionParameters = list(string({ min: 1, max: 1_024 }), { min: 1 });
export const resultReuse = structure({
  ResultReuseByAgeConfiguration: structure({ Enabled: boolean, MaxAgeInMinutes: integer({ min: 0, max: 10_080 }) }),
});
export const parametersMap = map(string());
/** @param max the operation's own largest page. */
export const paging = (max: number): Record<string, Shape> => ({
  NextToken: string({ min: 1, max: 1_024 }),
  MaxResults: integer({ min: 1, max }),
});
