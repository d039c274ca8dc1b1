import { Contract } from '../../core/contract';
import { errorType } from './errors';
import { metered } from './metrics';
import { decodeRequest } from './request/decode';
import { readPlain } from './request/plain';
import type { DynamoState } from './state';

const NAME = { pattern: '[a-zA-Z0-9_.-]+', min: 3, max: 255 };
const RETURNED_CAPACITY = { values: ['INDEXES', 'TOTAL', 'NONE'] };
const AT_LEAST_ONE = { min: 1 };

/** DynamoDB's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-dynamodb'), DynamoState>('dynamodb', {
  reservedTagCode: 'ValidationException',
  state: () => (require('./state') as typeof import('./state')).DynamoState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  decode: decodeRequest,
  readJson: readPlain,
  errorType,
  limits: {
    TableName: NAME,
    IndexName: NAME,
    ExclusiveStartTableName: NAME,
    ReturnConsumedCapacity: RETURNED_CAPACITY,
    ReturnItemCollectionMetrics: { values: ['SIZE', 'NONE'] },
    ReturnValues: { values: ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] },
    ReturnValuesOnConditionCheckFailure: { values: ['ALL_OLD', 'NONE'] },
    Select: { values: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] },
    'QueryInput.Limit': AT_LEAST_ONE,
    'ScanInput.Limit': AT_LEAST_ONE,
    'ListTablesInput.Limit': { min: 1, max: 100 },
    TotalSegments: { min: 1, max: 1_000_000 },
    Segment: { min: 0, max: 999_999 },
    'KeysAndAttributes.Keys': { min: 1, max: 100 },
    RequestItems: { min: 1 },
    'ExecuteStatementInput.Limit': AT_LEAST_ONE,
    'ExecuteStatementInput.Statement': { min: 1, max: 8192 },
    TransactStatements: { min: 1, max: 100 },
    Statements: { min: 1, max: 25 },
    TransactItems: { min: 1, max: 100 },
    ClientRequestToken: { min: 1, max: 36 },
    'CreateTableInput.AttributeDefinitions': { required: true },
    'CreateTableInput.KeySchema': { required: true, min: 1, max: 2 },
    'GlobalSecondaryIndex.KeySchema': { min: 1, max: 2 },
    'LocalSecondaryIndex.KeySchema': { min: 1, max: 2 },
    'CreateGlobalSecondaryIndexAction.KeySchema': { min: 1, max: 2 },
    'CreateTableInput.TableName': { pattern: NAME.pattern },
    'UpdateTableInput.TableName': { pattern: NAME.pattern },
    'DeleteTableInput.TableName': { pattern: NAME.pattern },
    'DescribeTableInput.TableName': { pattern: NAME.pattern },
    ResourceArn: { required: false },
    'TagResourceInput.Tags': { required: false },
    TagKeys: { required: false },
    AttributeType: { values: ['B', 'N', 'S'] },
    KeyType: { values: ['HASH', 'RANGE'] },
    ProjectionType: { values: ['ALL', 'INCLUDE', 'KEYS_ONLY'] },
    NonKeyAttributes: AT_LEAST_ONE,
    BillingMode: { values: ['PROVISIONED', 'PAY_PER_REQUEST'] },
    'ProvisionedThroughput.ReadCapacityUnits': AT_LEAST_ONE,
    'ProvisionedThroughput.WriteCapacityUnits': AT_LEAST_ONE,
    StreamViewType: { values: ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'] },
    SSEType: { values: ['AES256', 'KMS'] },
    TableClass: { values: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'] },
    ApproximateCreationDateTimePrecision: { values: ['MILLISECOND', 'MICROSECOND'] },
    ExportFormat: { values: ['DYNAMODB_JSON'] },
    ExportType: { values: ['FULL_EXPORT'] },
    InputFormat: { values: ['DYNAMODB_JSON'] },
    InputCompressionType: { values: ['GZIP', 'NONE'] },
    'TableCreationParameters.KeySchema': { min: 1, max: 2 },
    MaxResults: { min: 1, max: 25 },
    PageSize: { min: 1, max: 25 },
    RecoveryPeriodInDays: { min: 1, max: 35 },
  },
  ignores: {
    ConsistentRead: 'every read here is strongly consistent; indexes of a table are as new as the table',
    WarmThroughput: 'no throughput is limited here',
    OnDemandThroughput: 'kept and given back; no throughput is limited here',
    S3BucketOwner: 'there is no other account that could own the bucket',
    ResourcePolicy: 'tables have no policies of their own here: identity policies decide',
  },
  refuses:
    'BatchExecuteStatementInput.ReturnConsumedCapacity ExecuteTransactionInput.ReturnConsumedCapacity ' +
    'ExportTime IncrementalExportSpecification FilterSpecification InputFormatOptions ' +
    'AttributesToGet AttributeUpdates Expected ConditionalOperator KeyConditions QueryFilter ScanFilter ' +
    'GlobalTableSourceArn GlobalTableSettingsReplicationMode VectorIndexes VectorIndexUpdates ReplicaUpdates ' +
    'MultiRegionConsistency GlobalTableWitnessUpdates DisassociationProtectionEnabled',
});

export const { operation } = contract;

/** Defines an operation; requests on items are measured. */
export const operationOf: typeof contract.operationOf = (name, behaviour) =>
  contract.operationOf(name, { ...behaviour, handle: metered(name, behaviour.handle) });
