import { any, blob, boolean, integer, list, map, number, string, structure } from '../../core/shape';

/** Shapes shared by the operations ("Amazon Data Firehose API Reference"). */

/** Delivery streams of an account in a region ("Amazon Data Firehose Quota"). */
export const MAX_STREAMS = 5_000;
/** A record's data before base64. */
export const MAX_RECORD_BYTES = 1_024_000;
/** All records of a PutRecordBatch together. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Partitions of a delivery stream that may be open at once ("Amazon Data Firehose Quota"). */
export const MAX_ACTIVE_PARTITIONS = 500;

const arn = string({ min: 1, max: 512, pattern: 'arn:.*' });
const glueName = string({ min: 1, max: 1024, pattern: '(?!\\s*$).+' });

export const streamName = string({ min: 1, max: 64, pattern: '[a-zA-Z0-9_.-]+' });
export const streamType = string({
  values: ['DirectPut', 'KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource'],
});
export const versionId = string({ min: 1, max: 50, pattern: '[0-9]+' });
export const destinationId = string({ min: 1, max: 100, pattern: '[a-zA-Z0-9-]+' });
export const tags = list(structure({ Key: string({ min: 1, max: 128 }), Value: string({ min: 0, max: 256 }) }, 'Key'), {
  min: 1,
  max: 50,
});
export const tagKeys = list(string({ min: 1, max: 128 }), { min: 1, max: 50 });
export const record = structure({ Data: blob({ max: MAX_RECORD_BYTES }) }, 'Data');
export const records = list(record, { min: 1, max: 500 });

export const kinesisSource = structure({ KinesisStreamARN: arn, RoleARN: arn }, 'KinesisStreamARN RoleARN');

export const encryptionInput = structure(
  { KeyARN: arn, KeyType: string({ values: ['AWS_OWNED_CMK', 'CUSTOMER_MANAGED_CMK'] }) },
  'KeyType',
);

const bufferingHints = structure({
  SizeInMBs: integer({ min: 1, max: 128 }),
  IntervalInSeconds: integer({ min: 0, max: 900 }),
});

const loggingOptions = structure({
  Enabled: boolean,
  LogGroupName: string({ min: 0, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' }),
  LogStreamName: string({ min: 0, max: 512, pattern: '[^:*]*' }),
});

const encryption = structure({
  NoEncryptionConfig: string({ values: ['NoEncryption'] }),
  KMSEncryptionConfig: structure({ AWSKMSKeyARN: arn }, 'AWSKMSKeyARN'),
});

const processing = structure({
  Enabled: boolean,
  Processors: list(
    structure(
      {
        Type: string({
          values: [
            'RecordDeAggregation',
            'Decompression',
            'CloudWatchLogProcessing',
            'Lambda',
            'MetadataExtraction',
            'AppendDelimiterToRecord',
          ],
        }),
        Parameters: list(
          structure(
            {
              ParameterName: string({
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
              }),
              ParameterValue: string({ min: 1, max: 5120, pattern: '(?!\\s*$)[\\s\\S]+' }),
            },
            'ParameterName ParameterValue',
          ),
        ),
      },
      'Type',
    ),
  ),
});

const formatConversion = structure({
  Enabled: boolean,
  SchemaConfiguration: structure({
    RoleARN: glueName,
    CatalogId: glueName,
    DatabaseName: glueName,
    TableName: glueName,
    Region: glueName,
    VersionId: glueName,
  }),
  InputFormatConfiguration: structure({
    Deserializer: structure({
      OpenXJsonSerDe: structure({
        ConvertDotsInJsonKeysToUnderscores: boolean,
        CaseInsensitive: boolean,
        ColumnToJsonKeyMappings: map(glueName),
      }),
      HiveJsonSerDe: structure({ TimestampFormats: list(glueName) }),
    }),
  }),
  OutputFormatConfiguration: structure({
    Serializer: structure({
      ParquetSerDe: structure({
        BlockSizeBytes: integer({ min: 67_108_864 }),
        PageSizeBytes: integer({ min: 65_536 }),
        Compression: string({ values: ['UNCOMPRESSED', 'GZIP', 'SNAPPY'] }),
        EnableDictionaryCompression: boolean,
        MaxPaddingBytes: integer({ min: 0 }),
        WriterVersion: string({ values: ['V1', 'V2'] }),
      }),
      OrcSerDe: structure({ StripeSizeBytes: integer({ min: 8_388_608 }), FormatVersion: any }),
    }),
  }),
});

const s3Members = {
  RoleARN: arn,
  BucketARN: string({ min: 1, max: 2048, pattern: 'arn:.*:s3:::[\\w\\.\\-]{1,255}' }),
  Prefix: string({ min: 0, max: 1024 }),
  ErrorOutputPrefix: string({ min: 0, max: 1024 }),
  BufferingHints: bufferingHints,
  CompressionFormat: string({ values: ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'] }),
  EncryptionConfiguration: encryption,
  CloudWatchLoggingOptions: loggingOptions,
};

export const s3Destination = structure(s3Members, 'RoleARN BucketARN');
export const s3Update = structure(s3Members);

const extendedMembers = {
  ...s3Members,
  ProcessingConfiguration: processing,
  S3BackupMode: string({ values: ['Disabled', 'Enabled'] }),
  DataFormatConversionConfiguration: formatConversion,
  DynamicPartitioningConfiguration: structure({
    Enabled: boolean,
    RetryOptions: structure({ DurationInSeconds: integer({ min: 0, max: 7200 }) }),
  }),
  FileExtension: string({ min: 0, max: 128, pattern: "$|\\.[0-9a-z!\\-_.*'()]+" }),
  CustomTimeZone: string({ min: 0, max: 50, pattern: '$|[a-zA-Z/_]+' }),
};

export const extendedDestination = structure(
  { ...extendedMembers, S3BackupConfiguration: s3Destination },
  'RoleARN BucketARN',
);
export const extendedUpdate = structure({ ...extendedMembers, S3BackupUpdate: s3Update });

/** Taken in so that they can be named in the refusal. */
export const otherDestinations = {
  RedshiftDestinationConfiguration: any,
  ElasticsearchDestinationConfiguration: any,
  AmazonopensearchserviceDestinationConfiguration: any,
  AmazonOpenSearchServerlessDestinationConfiguration: any,
  SplunkDestinationConfiguration: any,
  HttpEndpointDestinationConfiguration: any,
  SnowflakeDestinationConfiguration: any,
  IcebergDestinationConfiguration: any,
  MSKSourceConfiguration: any,
  DatabaseSourceConfiguration: any,
};

export const directPutSource = structure({ ThroughputHintInMBs: number({ min: 1, max: 100 }) }, 'ThroughputHintInMBs');
export const limit = integer({ min: 1, max: 10_000 });
