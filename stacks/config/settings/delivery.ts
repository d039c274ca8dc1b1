import { z } from 'zod';

const size = z.int('must be a whole number of MiB').min(1, 'must be 1 to 128 MiB').max(128, 'must be 1 to 128 MiB');
const interval = z
  .int('must be a whole number of seconds')
  .min(0, 'must be 0 to 900 seconds')
  .max(900, 'must be 0 to 900 seconds');

/** Retentions that CloudWatch Logs takes, in days ("PutRetentionPolicy"). */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** The delivery stream, which carries records from the stream to the bucket. */
export const deliverySettings = {
  /** Default: `<appName>_delivery_stream`. */
  deliveryStreamName: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, underscores, dots and hyphens')
    .optional(),
  /** Data after which Firehose writes an object, in MiB. */
  bufferingSize: size.default(128),
  /** Time after which Firehose writes an object, in seconds. */
  bufferingInterval: interval.default(120),
  /**
   * Prefix of the objects. Default: `<tableName>/`; Firehose adds `yyyy/MM/dd/HH/` unless it holds a timestamp
   * expression.
   */
  s3Prefix: z.string().optional(),
  /** Prefix of records that can't be delivered. */
  s3ErrorOutputPrefix: z.string().default('error/'),
  /** Whether the raw records are kept too. AWS can't turn it off again. */
  s3BackupMode: z.enum(['Enabled', 'Disabled'], 'must be Enabled or Disabled').default('Enabled'),
  /** Prefix of the raw records. */
  s3BackupPrefix: z.string().default('source/'),
  /** Raw data after which Firehose writes a backup object, in MiB. */
  backupBufferingSize: size.default(5),
  /** Time after which Firehose writes a backup object, in seconds. */
  backupBufferingInterval: interval.default(300),
  /** Whether records become Parquet. Without it the table's formats and SerDe must be set to the objects' format. */
  formatConversion: z.boolean('must be true or false').default(true),
  /** Compression of the objects. With format conversion it stays UNCOMPRESSED: Parquet's pages are Snappy. */
  compressionFormat: z
    .enum(
      ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'],
      'must be UNCOMPRESSED, GZIP, ZIP, Snappy or HADOOP_SNAPPY',
    )
    .default('UNCOMPRESSED'),
  /** Deserializer of the records' JSON: `hive` (types must match) or `openx` (lenient: numbers and strings convert). */
  jsonDeserializer: z.enum(['hive', 'openx'], 'must be hive or openx').default('hive'),
  /**
   * Formats of the records' timestamps, for the `hive` deserializer: `millis` (milliseconds since 1970) or patterns of
   * Joda time such as `yyyy-MM-dd'T'HH:mm:ss'Z'`. Default: Firehose's own, `yyyy-MM-dd HH:mm:ss` with fractions.
   */
  timestampFormats: z
    .array(z.string().min(1, 'must be millis or a pattern of Joda time'))
    .min(1, 'must hold at least one format')
    .optional(),
  /** Field of the record whose values become folders below the prefix. Off by default. */
  dynamicPartitioningField: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/, 'must be a column')
    .optional(),
  /** The field's possible values. Without them a query must name one by equality. */
  dynamicPartitioningValues: z
    .array(z.string().regex(/^[^,/]+$/, 'must have no comma and no slash'))
    .min(1, 'must hold at least one value')
    .optional(),
  /** Whether delivery errors are logged. */
  cloudwatchLoggingEnabled: z.boolean('must be true or false').default(true),
  /** Default: `<appName>`. */
  cloudwatchLogGroupName: z
    .string()
    .regex(/^[\w\-/.#]{1,512}$/, 'must be 1 to 512 letters, digits and _-/.#')
    .optional(),
  /** Log stream of the delivery's errors. */
  cloudwatchLogStreamName: z
    .string()
    .regex(/^[^:*]{1,512}$/, 'must be 1 to 512 characters other than : and *')
    .default('kinesis_delivery_stream'),
  /** Days for which a log event is kept. */
  cloudwatchLogRetentionDays: z
    .literal(LOG_RETENTION_DAYS, `must be one of ${LOG_RETENTION_DAYS.join(', ')}`)
    .default(30),
};
