import { Contract } from '../../core/contract';
import { requireOwnCatalog } from './arn';
import type { GlueState } from './state';

/** Glue's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-glue'), GlueState>('glue', {
  reservedTagCode: 'InvalidInputException',
  state: () => (require('./state') as typeof import('./state')).GlueState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  violationCode: 'InvalidInputException',
  limits: {
    AdditionalLocations: { of: { max: 2056 } },
    BucketColumns: { of: { min: 1, max: 255 } },
    CatalogId: { min: 1, max: 255 },
    Column: { min: 1, max: 255 },
    ColumnName: { min: 1, max: 255 },
    ColumnNames: { max: 100, of: { min: 1, max: 255 } },
    ColumnStatisticsList: { max: 25 },
    ColumnType: { min: 1, max: 20_000 },
    Comment: { max: 255 },
    DatabaseName: { min: 1, max: 255 },
    Description: { max: 2048 },
    Entries: { min: 1, max: 100 },
    Expression: { max: 2048 },
    IndexName: { min: 1, max: 255 },
    InputFormat: { max: 128 },
    Keys: { min: 1, of: { min: 1, max: 255 } },
    Location: { max: 2056 },
    LocationUri: { min: 1, max: 1024 },
    MaxResults: { min: 1, max: 100 },
    'GetPartitionsRequest.MaxResults': { min: 1, max: 1000 },
    'SearchTablesRequest.MaxResults': { min: 1, max: 1000 },
    Name: { min: 1, max: 255 },
    OutputFormat: { max: 128 },
    Owner: { min: 1, max: 255 },
    Parameters: { of: { max: 512_000 } },
    PartitionIndexes: { max: 3 },
    PartitionInputList: { max: 100 },
    PartitionValueList: { of: { max: 1024 } },
    PartitionValues: { of: { max: 1024 } },
    PartitionsToDelete: { max: 25 },
    PartitionsToGet: { max: 1000 },
    ResourceArn: { min: 1, max: 10_240 },
    Retention: { min: 0 },
    SearchText: { max: 1024 },
    SegmentNumber: { min: 0 },
    SerializationLibrary: { min: 1, max: 255 },
    SortOrder: { min: 0, max: 1 },
    TableInput: { required: true },
    TableName: { min: 1, max: 255 },
    TableType: { max: 255 },
    TablesToDelete: { max: 100, of: { min: 1, max: 255 } },
    Tags: { max: 50, of: { max: 256 } },
    TagsToAdd: { max: 50, of: { max: 256 } },
    TagsToRemove: { max: 50, of: { min: 1, max: 128 } },
    TotalSegments: { min: 1, max: 10 },
    Type: { max: 131_072 },
    Values: { of: { max: 1024 } },
    VersionId: { min: 1, max: 255 },
    VersionIds: { max: 100, of: { min: 1, max: 255 } },
    ViewExpandedText: { max: 409_600 },
    ViewOriginalText: { max: 409_600 },
  },
  ignores: {
    AttributesToGet: 'all attributes are given',
    AuditContext: 'it goes to the audit logs of Lake Formation alone',
    'GetPartitionIndexesRequest.NextToken': 'all indexes of a table are one page',
    'ListTableOptimizerRunsRequest.MaxResults': 'no optimizer runs here',
    'ListTableOptimizerRunsRequest.NextToken': 'no optimizer runs here',
    IncludeStatusDetails: 'no table here has a pending status',
  },
  refuses:
    'CreateIcebergTableInput CreateTableRequest.Name FederatedTable Force QueryAsOfTime QuerySessionContext ResourceShareType ' +
    'SortCriteria TransactionId UpdateOpenTableFormatInput UpdateTableRequest.Name ViewDefinition ' +
    'ViewUpdateAction',
  keeps:
    'BatchGetTableOptimizerEntry Column ColumnStatistics BinaryColumnStatisticsData BooleanColumnStatisticsData ' +
    'DateColumnStatisticsData DecimalColumnStatisticsData DecimalNumber DoubleColumnStatisticsData LongColumnStatisticsData ' +
    'StringColumnStatisticsData DataLakePrincipal DatabaseIdentifier DatabaseInput FederatedDatabase OpenTableFormatInput ' +
    'Order PartitionInput PrincipalPermissions SchemaId SchemaReference SerDeInfo SkewedInfo ' +
    'StorageDescriptor TableIdentifier TableInput TableOptimizerConfiguration UpdateOpenTableFormatInput',
});

/** Defines an operation on the account's own catalog, the only one that it may use here. */
export const operation: typeof contract.operation = (name, behaviour) =>
  contract.operation(name, {
    ...behaviour,
    handle: (input, context) => {
      requireOwnCatalog(name, input as { readonly CatalogId?: string }, context.caller);
      return behaviour.handle(input, context);
    },
  });
