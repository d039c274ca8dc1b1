import { Contract } from '../../core/contract';
import { requireOwnCatalog } from './arn';
import type { GlueState } from './state';

/** Glue's "single-line string": a type or a comment over several lines, as in a heredoc, is refused. */
const LINE = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*';
/** Glue's "URI address multi-line string", also of descriptions. */
const LINES = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*';
const NAME = { min: 1, max: 255, pattern: LINE };

/** Glue's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-glue'), GlueState>('glue', {
  reservedTagCode: 'InvalidInputException',
  state: () => (require('./state') as typeof import('./state')).GlueState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  shownAs: { tableInput: 'table' },
  limits: {
    AdditionalLocations: { of: { max: 2056 } },
    BucketColumns: { of: NAME },
    CatalogId: NAME,
    Column: NAME,
    ColumnName: NAME,
    ColumnNames: { max: 100, of: NAME },
    ColumnStatisticsList: { max: 25 },
    ColumnType: { min: 1, max: 20_000, pattern: LINE },
    Comment: { max: 255, pattern: LINE },
    DatabaseName: NAME,
    Description: { max: 2048, pattern: LINES },
    Entries: { min: 1, max: 100 },
    Expression: { max: 2048 },
    IndexName: NAME,
    InputFormat: { max: 128, pattern: LINE },
    Keys: { min: 1, of: NAME },
    Location: { max: 2056, pattern: LINES },
    LocationUri: { min: 1, max: 1024, pattern: LINES },
    MaxResults: { min: 1, max: 100 },
    'GetPartitionsRequest.MaxResults': { min: 1, max: 1000 },
    'SearchTablesRequest.MaxResults': { min: 1, max: 1000 },
    Name: NAME,
    OutputFormat: { max: 128, pattern: LINE },
    Owner: NAME,
    Parameters: { keys: NAME, of: { max: 512_000 } },
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
    SerializationLibrary: NAME,
    SortOrder: { min: 0, max: 1 },
    TableInput: { required: true },
    TableName: NAME,
    TableType: { max: 255 },
    TablesToDelete: { max: 100, of: NAME },
    Tags: { max: 50, keys: { min: 1, max: 128 }, of: { max: 256 } },
    TagsToAdd: { max: 50, keys: { min: 1, max: 128 }, of: { max: 256 } },
    TagsToRemove: { max: 50, of: { min: 1, max: 128 } },
    TotalSegments: { min: 1, max: 10 },
    Type: { max: 131_072, pattern: LINE },
    Values: { of: { max: 1024 } },
    VersionId: NAME,
    VersionIds: { max: 100, of: NAME },
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
