import { Contract } from '../../core/contract';
import type { FirehoseState } from './state';

/** Characters allowed in tags. */
const TAG_TEXT = '[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*';

/** Firehose's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-firehose'), FirehoseState>('firehose', {
  state: () => (require('./state') as typeof import('./state')).FirehoseState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  hostId: true,
  limits: {
    AWSKMSKeyARN: { min: 1, max: 512, pattern: 'arn:.*' },
    BlockSizeBytes: { min: 67_108_864 },
    BucketARN: { min: 1, max: 2048, pattern: 'arn:.*:s3:::[\\w\\.\\-]{1,255}' },
    CatalogId: { min: 1, max: 1024, pattern: '(?!\\s*$).+' },
    ColumnToJsonKeyMappings: { of: { min: 1, max: 1024, pattern: '(?!\\s*$).+' } },
    Compression: { values: ['UNCOMPRESSED', 'GZIP', 'SNAPPY'] },
    CompressionFormat: { values: ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'] },
    CurrentDeliveryStreamVersionId: { min: 1, max: 50, pattern: '[0-9]+' },
    CustomTimeZone: { min: 0, max: 50, pattern: '$|[a-zA-Z/_]+' },
    Data: { max: 1_024_000 },
    DatabaseName: { min: 1, max: 1024, pattern: '(?!\\s*$).+' },
    DeliveryStreamName: { min: 1, max: 64, pattern: '[a-zA-Z0-9_.-]+' },
    DeliveryStreamType: { values: ['DirectPut', 'KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource'] },
    DestinationId: { min: 1, max: 100, pattern: '[a-zA-Z0-9-]+' },
    DurationInSeconds: { min: 0, max: 7200 },
    ErrorOutputPrefix: { min: 0, max: 1024 },
    ExclusiveStartDeliveryStreamName: { min: 1, max: 64, pattern: '[a-zA-Z0-9_.-]+' },
    ExclusiveStartDestinationId: { min: 1, max: 100, pattern: '[a-zA-Z0-9-]+' },
    ExclusiveStartTagKey: { min: 1, max: 128 },
    FileExtension: { min: 0, max: 128, pattern: "$|\\.[0-9a-z!\\-_.*'()]+" },
    IntervalInSeconds: { min: 0, max: 900 },
    Key: { min: 1, max: 128, pattern: `(?!aws:)${TAG_TEXT}` },
    KeyARN: { min: 1, max: 512, pattern: 'arn:.*' },
    KeyType: { values: ['AWS_OWNED_CMK', 'CUSTOMER_MANAGED_CMK'] },
    KinesisStreamARN: { min: 1, max: 512, pattern: 'arn:.*' },
    Limit: { min: 1, max: 10_000 },
    'ListTagsForDeliveryStreamInput.Limit': { min: 1, max: 50 },
    LogGroupName: { min: 0, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' },
    LogStreamName: { min: 0, max: 512, pattern: '[^:*]*' },
    MaxPaddingBytes: { min: 0 },
    NoEncryptionConfig: { values: ['NoEncryption'] },
    PageSizeBytes: { min: 65_536 },
    ParameterName: {
      values: [
        'LambdaArn',
        'NumberOfRetries',
        'MetadataExtractionQuery',
        'JsonParsingEngine',
        'RoleArn',
        'BufferSizeInMBs',
        'BufferIntervalInSeconds',
        'SubRecordType',
        'Delimiter',
        'CompressionFormat',
        'DataMessageExtraction',
      ],
    },
    ParameterValue: { min: 1, max: 5120, pattern: '(?!\\s*$)[\\s\\S]+' },
    Prefix: { min: 0, max: 1024 },
    Records: { min: 1, max: 500 },
    Region: { min: 1, max: 1024, pattern: '(?!\\s*$).+' },
    RoleARN: { min: 1, max: 512, pattern: 'arn:.*' },
    'SchemaConfiguration.RoleARN': { min: 1, max: 1024, pattern: '(?!\\s*$).+' },
    S3BackupMode: { values: ['Disabled', 'Enabled'] },
    'IcebergDestinationConfiguration.S3BackupMode': { values: ['FailedDataOnly', 'AllData'] },
    'IcebergDestinationUpdate.S3BackupMode': { values: ['FailedDataOnly', 'AllData'] },
    SizeInMBs: { min: 1, max: 128 },
    StripeSizeBytes: { min: 8_388_608 },
    TableName: { min: 1, max: 1024, pattern: '(?!\\s*$).+' },
    TagKeys: { min: 1, max: 50, of: { min: 1, max: 128 } },
    Tags: { min: 1, max: 50 },
    ThroughputHintInMBs: { min: 1, max: 100, double: true },
    TimestampFormats: { of: { min: 1, max: 1024, pattern: '(?!\\s*$).+' } },
    Type: {
      values: [
        'RecordDeAggregation',
        'Decompression',
        'CloudWatchLogProcessing',
        'Lambda',
        'MetadataExtraction',
        'AppendDelimiterToRecord',
      ],
    },
    Value: { min: 0, max: 256, pattern: TAG_TEXT },
    VersionId: { min: 1, max: 1024, pattern: '(?!\\s*$).+' },
    WriterVersion: { values: ['V1', 'V2'] },
  },
  ignores: {
    DirectPutSourceConfiguration: 'a hint for capacity that this endpoint need not plan',
    ExclusiveStartDestinationId: 'a delivery stream has one destination',
    'DescribeDeliveryStreamInput.Limit': 'a delivery stream has one destination',
    AllowForceDelete: "a deletion never waits for a key's grant",
    'ParquetSerDe.BlockSizeBytes': 'row groups have one size here',
    PageSizeBytes: 'pages have one size here',
    EnableDictionaryCompression: 'dictionaries are used wherever they help',
    MaxPaddingBytes: 'files are not padded',
    'DynamicPartitioningConfiguration.RetryOptions': 'partitioning meets nothing that passes with time',
  },
  keeps: 'OrcSerDe',
  refuses:
    'AmazonOpenSearchServerlessDestinationConfiguration AmazonOpenSearchServerlessDestinationUpdate ' +
    'AmazonopensearchserviceDestinationConfiguration AmazonopensearchserviceDestinationUpdate ' +
    'DatabaseSourceConfiguration ElasticsearchDestinationConfiguration ElasticsearchDestinationUpdate ' +
    'HttpEndpointDestinationConfiguration HttpEndpointDestinationUpdate ' +
    'DestinationTableConfiguration.PartitionSpec DestinationTableConfiguration.S3ErrorOutputPrefix ' +
    'MSKSourceConfiguration RedshiftDestinationConfiguration ' +
    'RedshiftDestinationUpdate SnowflakeDestinationConfiguration SnowflakeDestinationUpdate ' +
    'SplunkDestinationConfiguration SplunkDestinationUpdate',
});

export const { operation } = contract;
