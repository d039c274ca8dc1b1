import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { CloudwatchLogStream } from '@cdktf/provider-aws/lib/cloudwatch-log-stream';
import {
  KinesisFirehoseDeliveryStream,
  type KinesisFirehoseDeliveryStreamExtendedS3Configuration,
} from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { fixedPart } from '../config/prefix';
import type { CatalogTable } from './catalog';
import { DeliveryRole } from './delivery-role';
import type { EventStream } from './event-stream';
import type { Lifecycles } from './guard';
import type { LakeBucket } from './lake-bucket';

/** Thresholds at which Firehose writes an object, whichever comes first. Hints to the service, not guarantees. */
export interface Buffering {
  /** MiB, 1 to 128; at least 64 with format conversion. */
  readonly size: number;
  /** Seconds, 0 to 900. */
  readonly interval: number;
}

/** Properties of the delivery stream. */
export interface DeliveryProps {
  readonly name: string;
  readonly roleName: string;
  readonly policyName: string;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly source: EventStream;
  readonly bucket: LakeBucket;
  /** Prefix of delivered objects, with Firehose's expressions. */
  readonly prefix: string;
  /** Prefix of records that can't be delivered. */
  readonly errorPrefix: string;
  readonly buffering: Buffering;
  /** Table and JSON SerDe for the conversion to Parquet. @default records are written unchanged */
  readonly conversion?: {
    readonly table: CatalogTable;
    readonly deserializer: 'hive' | 'openx';
    /** Patterns of the records' timestamps; for the `hive` deserializer only. */
    readonly timestampFormats?: readonly string[];
  };
  /** Function that transforms records before delivery. @default no transformation */
  readonly transformation?: { readonly functionArn: string };
  /** Compression of objects. */
  readonly compression: string;
  /** Prefix and buffering of the raw records. @default they are not kept */
  readonly backup?: { readonly prefix: string; readonly buffering: Buffering };
  /** Field of the record whose values become folders. @default none */
  readonly partitioningField?: string;
  /** Log of delivery errors. @default none */
  readonly log?: {
    readonly groupName: string;
    readonly streamName: string;
    /** Days. */
    readonly retentionDays: number;
    /** ARN of the customer's key. @default the key of CloudWatch Logs */
    readonly kmsKeyArn?: string;
  };
  /**
   * Lifecycle that guards against accidental replacement: a new delivery stream starts at the source's end and misses
   * records.
   */
  readonly guard: Lifecycles;
}

/** Seconds for which Firehose retries to find a record's partition. */
const PARTITIONING_RETRY_SECONDS = 300;
/** Firehose's default wait for an invocation's records ("Processor"). */
const LAMBDA_BUFFER_SECONDS = 60;

/** Firehose: reads the stream, converts its records to Parquet by the table's schema, and writes them to the bucket. */
export class Delivery extends Construct {
  readonly name: string;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
  /** Resources that must exist before records are put: the delivery stream would miss earlier ones. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const log = this.errorLog(props);
    const role = new DeliveryRole(this, 'role', {
      ...props,
      prefixes: [props.prefix, props.errorPrefix, ...(props.backup ? [props.backup.prefix] : [])].map(fixedPart),
      schema: props.conversion?.table,
      functionArn: props.transformation?.functionArn,
      logStreamArn: log && `${log.group.arn}:log-stream:${log.stream.name}`,
    });
    const logging = log && { enabled: true, logGroupName: log.group.name, logStreamName: log.stream.name };
    const stream = new KinesisFirehoseDeliveryStream(this, 'this', {
      name: props.name,
      destination: 'extended_s3',
      kinesisSourceConfiguration: { kinesisStreamArn: props.source.arn, roleArn: role.arn },
      extendedS3Configuration: {
        roleArn: role.arn,
        bucketArn: props.bucket.arn,
        prefix: props.prefix,
        errorOutputPrefix: props.errorPrefix,
        bufferingSize: props.buffering.size,
        bufferingInterval: props.buffering.interval,
        compressionFormat: props.compression,
        kmsKeyArn: props.bucket.kmsKeyArn,
        cloudwatchLoggingOptions: logging ?? { enabled: false },
        ...backup(props, role.arn, logging),
        ...conversion(props, role.arn),
        ...processing(props),
      },
      dependsOn: [...role.ready, ...props.bucket.ready],
      lifecycle: props.guard.lifecycle('delivery_stream'),
    });
    this.name = stream.name;
    this.ready = [stream];
    this.logGroupName = log?.group.name;
    this.logStreamName = log?.stream.name;
  }

  private errorLog({ log }: DeliveryProps) {
    if (log === undefined) return undefined;
    const group = new CloudwatchLogGroup(this, 'log_group', {
      name: log.groupName,
      retentionInDays: log.retentionDays,
      kmsKeyId: log.kmsKeyArn,
    });
    const stream = new CloudwatchLogStream(this, 'log_stream', { name: log.streamName, logGroupName: group.name });
    return { group, stream };
  }
}

type S3Configuration = Partial<KinesisFirehoseDeliveryStreamExtendedS3Configuration>;
type Logging = { readonly enabled: boolean; readonly logGroupName: string; readonly logStreamName: string };

function backup(props: DeliveryProps, roleArn: string, logging: Logging | undefined): S3Configuration {
  if (props.backup === undefined) return { s3BackupMode: 'Disabled' };
  return {
    s3BackupMode: 'Enabled',
    s3BackupConfiguration: {
      roleArn,
      bucketArn: props.bucket.arn,
      prefix: props.backup.prefix,
      bufferingSize: props.backup.buffering.size,
      bufferingInterval: props.backup.buffering.interval,
      compressionFormat: 'UNCOMPRESSED',
      kmsKeyArn: props.bucket.kmsKeyArn,
      cloudwatchLoggingOptions: logging ?? { enabled: false },
    },
  };
}

function conversion({ conversion: to, region }: DeliveryProps, roleArn: string): S3Configuration {
  if (to === undefined) return {};
  return {
    dataFormatConversionConfiguration: {
      enabled: true,
      inputFormatConfiguration: {
        deserializer:
          to.deserializer === 'hive'
            ? { hiveJsonSerDe: to.timestampFormats === undefined ? {} : { timestampFormats: [...to.timestampFormats] } }
            : { openXJsonSerDe: {} },
      },
      outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY' } } },
      schemaConfiguration: {
        databaseName: to.table.databaseName,
        tableName: to.table.tableName,
        roleArn,
        region,
      },
    },
  };
}

/** Firehose's processors: partition keys of records, and the transformation. */
function processing({ partitioningField: field, transformation, buffering }: DeliveryProps): S3Configuration {
  const processors = [
    ...(transformation === undefined ? [] : [lambdaProcessor(transformation.functionArn, buffering.interval)]),
    ...(field === undefined
      ? []
      : [
          processor('MetadataExtraction', {
            JsonParsingEngine: 'JQ-1.6',
            MetadataExtractionQuery: `{${field}:.${field}}`,
          }),
        ]),
  ];
  if (processors.length === 0) return {};
  return {
    ...(field !== undefined && {
      dynamicPartitioningConfiguration: { enabled: true, retryDuration: PARTITIONING_RETRY_SECONDS },
    }),
    processingConfiguration: { enabled: true, processors },
  };
}

/**
 * Lambda's processor. Records wait for an invocation no longer than for an object. Defaults are left out: with them,
 * every plan of the provider shows a change.
 */
function lambdaProcessor(functionArn: string, interval: number) {
  const parameters = { LambdaArn: `${functionArn}:$LATEST` };
  if (interval >= LAMBDA_BUFFER_SECONDS) return processor('Lambda', parameters);
  return processor('Lambda', { ...parameters, BufferIntervalInSeconds: String(interval) });
}

function processor(type: string, parameters: Readonly<Record<string, string>>) {
  return {
    type,
    parameters: Object.entries(parameters).map(([parameterName, parameterValue]) => ({
      parameterName,
      parameterValue,
    })),
  };
}
