import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import type { Construct } from 'constructs';
import { BaseStack, type StackProps } from './base-stack';
import { consumerNames, type Names, namesOf } from './config/names';
import { deliveryPrefix, partitionLayout } from './config/partitions';
import { fixedPart } from './config/prefix';
import type { Movement } from './config/settings/movements';
import { DEFAULT_SHARD_COUNT } from './config/settings/stream';
import { Catalog } from './constructs/catalog';
import { Delivery } from './constructs/delivery';
import { EncryptionKey } from './constructs/encryption-key';
import { EventStream } from './constructs/event-stream';
import { Guard } from './constructs/guard';
import { IcebergTable } from './constructs/iceberg-table';
import { LakeBucket, type PrefixExpiration } from './constructs/lake-bucket';
import { changeQueries } from './constructs/movements/change-queries';
import type { StoreTable } from './constructs/movements/store-table';
import { Observability } from './constructs/observability';
import { QueryWorkgroup } from './constructs/query-workgroup';
import { StreamConsumer } from './constructs/stream-consumer';
import { TableOptimizers } from './constructs/table-optimizers';
import { Movements, movementConsumers, movementLogGroups } from './movements';
import { icebergQueries, namedQueries } from './named-queries';

/** The whole path of a record, from the stream to a row of SQL. */
export class LakehouseStack extends BaseStack {
  private readonly names: Names;
  private readonly accountId: string;
  private readonly bucketName: string;
  private readonly guard: Guard;
  private readonly kmsKeyArn: string | undefined;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.remoteState();
    this.names = namesOf(props.settings);
    this.accountId = new DataAwsCallerIdentity(this, 'current').accountId;
    this.bucketName = props.settings.s3BucketName ?? `${props.settings.appName}-${this.accountId}`;
    this.guard = this.makeGuard();
    this.kmsKeyArn = this.encryptionKeyArn();

    const stream = this.eventStream();
    const bucket = this.lakeBucket();
    const catalog = this.catalog(bucket);
    const delivery = this.delivery(stream, bucket, catalog);
    const iceberg = this.icebergTable(stream, bucket, catalog);
    if (iceberg !== undefined && props.settings.tableOptimizers) this.tableOptimizers(bucket, catalog, iceberg);
    const workgroup = this.queryWorkgroup(bucket, catalog, iceberg);
    const observability = this.observability(stream, delivery, workgroup, iceberg);
    const movements = this.movements(bucket, catalog);
    const consumers = this.consumers(stream, observability, movements?.counters);

    this.output('kinesis_stream_name', stream.name, 'Where producers put records');
    this.output('kinesis_stream_arn', stream.arn, 'ARN of the stream');
    this.output('delivery_stream_name', delivery.name, 'The Firehose that delivers to the bucket');
    this.output('lake_bucket_name', bucket.name, 'Bucket with data, backup, failed records and query results');
    this.output('table_prefix', this.names.tablePrefix, "Prefix of the table's objects");
    this.output('glue_database_name', catalog.databaseName, 'Database to query');
    this.output('glue_table_name', catalog.tableName, 'Table to query');
    if (iceberg !== undefined) {
      this.output('iceberg_table_name', iceberg.tableName, 'The same events as an Iceberg table');
      this.output('iceberg_delivery_stream_name', iceberg.deliveryStreamName, 'The Firehose that delivers to it');
    }
    if (consumers.length > 0) {
      const functions = consumers.map(({ functionName }) => functionName).join(',');
      this.output('consumer_function_names', functions, 'Functions that read the stream');
      this.output('metrics_namespace', this.names.metricsNamespace, 'Namespace of the metrics that they put');
    }
    for (const [name, [value, description]] of Object.entries(movements?.outputs ?? {})) {
      this.output(name, value, description);
    }
    this.output('athena_workgroup_name', workgroup.name, 'Workgroup to query in');
    this.output('log_group_name', delivery.logGroupName, 'Log group of delivery errors');
    this.output('log_stream_name', delivery.logStreamName, 'Log stream of delivery errors');
    this.output('dashboard_name', observability.dashboardName, 'CloudWatch dashboard');
    this.output('alarm_topic_arn', observability.topicArn, 'Topic that the alarms notify');
    this.output('region', props.settings.region, 'Region of all resources');
    this.output('account_id', this.accountId, 'Account of all resources');
  }

  private makeGuard(): Guard {
    const { names, arnPrefix, accountId } = this;
    const { region, dynamicPartitioningField } = this.props.settings;
    const stream = `${arnPrefix}:kinesis:${region}:${accountId}:stream/${names.stream}`;
    const partitioning = dynamicPartitioningField === undefined ? '' : ' with dynamic partitioning';
    return new Guard(this, 'guard', {
      identities: {
        stream,
        bucket: this.bucketName,
        delivery_stream: `${names.deliveryStream} as ${names.deliveryRole} from ${stream}${partitioning}`,
      },
      replacementAllowed: this.props.deletionSwitch,
      preventDestroy: !this.deletionAllowed,
    });
  }

  private encryptionKeyArn(): string | undefined {
    const { settings } = this.props;
    if (settings.encryption === 'aws-managed') return undefined;
    if (settings.kmsKeyArn !== undefined) return settings.kmsKeyArn;
    return new EncryptionKey(this, 'encryption_key', {
      name: settings.appName,
      accountId: this.accountId,
      region: settings.region,
      arnPrefix: this.arnPrefix,
      logGroupNames: [
        ...(settings.cloudwatchLoggingEnabled ? [this.names.logGroup] : []),
        ...settings.consumers.map(({ name }) => consumerNames(settings, name).logGroup),
        ...movementLogGroups(settings),
      ],
      alarmTopic: settings.alarmTopic,
      guard: this.guard,
    }).arn;
  }

  private eventStream(): EventStream {
    const { settings } = this.props;
    return new EventStream(this, 'event_stream', {
      name: this.names.stream,
      mode: settings.streamMode,
      shardCount: settings.streamMode === 'PROVISIONED' ? (settings.shardCount ?? DEFAULT_SHARD_COUNT) : undefined,
      retentionHours: settings.retentionPeriod,
      shardLevelMetrics: settings.shardLevelMetrics,
      kmsKeyArn: this.kmsKeyArn,
      guard: this.guard,
    });
  }

  private lakeBucket(): LakeBucket {
    const { settings } = this.props;
    return new LakeBucket(this, 'lake_bucket', {
      name: this.bucketName,
      accountId: this.accountId,
      kmsKeyArn: this.kmsKeyArn,
      forceDestroy: this.deletionAllowed,
      versioning: settings.bucketVersioning,
      noncurrentExpirationDays: settings.noncurrentExpirationDays,
      expirations: settings.bucketLifecycle ? this.expirations() : undefined,
      accessLogDays: settings.bucketAccessLogs ? settings.accessLogExpirationDays : undefined,
      guard: this.guard,
    });
  }

  private expirations(): PrefixExpiration[] {
    const { settings } = this.props;
    const backup = { rule: 'backup', prefix: fixedPart(settings.s3BackupPrefix), days: settings.backupExpirationDays };
    return [
      ...(settings.s3BackupMode === 'Enabled' ? [backup] : []),
      { rule: 'errors', prefix: fixedPart(settings.s3ErrorOutputPrefix), days: settings.errorExpirationDays },
      { rule: 'query-results', prefix: settings.queryResultPrefix, days: settings.queryResultExpirationDays },
    ];
  }

  private catalog(bucket: LakeBucket): Catalog {
    const { settings } = this.props;
    return new Catalog(this, 'catalog', {
      databaseName: this.names.database,
      tableName: this.names.table,
      location: `s3://${bucket.name}/${this.names.tablePrefix}`,
      columns: settings.columns,
      partitions: partitionLayout(settings, this.names.dataPrefix, bucket.name),
      inputFormat: settings.storageInputFormat,
      outputFormat: settings.storageOutputFormat,
      serde: { name: settings.serdeName, library: settings.serdeLibrary },
      classification: settings.formatConversion ? 'parquet' : 'json',
    });
  }

  private delivery(stream: EventStream, bucket: LakeBucket, table: Catalog): Delivery {
    const { settings } = this.props;
    return new Delivery(this, 'delivery', {
      name: this.names.deliveryStream,
      roleName: this.names.deliveryRole,
      policyName: this.names.deliveryPolicy,
      accountId: this.accountId,
      region: settings.region,
      arnPrefix: this.arnPrefix,
      source: stream,
      bucket,
      prefix: deliveryPrefix(this.names.dataPrefix, settings.dynamicPartitioningField),
      errorPrefix: settings.s3ErrorOutputPrefix,
      buffering: { size: settings.bufferingSize, interval: settings.bufferingInterval },
      conversion: settings.formatConversion
        ? { table, deserializer: settings.jsonDeserializer, timestampFormats: settings.timestampFormats }
        : undefined,
      compression: settings.compressionFormat,
      backup:
        settings.s3BackupMode === 'Enabled'
          ? {
              prefix: settings.s3BackupPrefix,
              buffering: { size: settings.backupBufferingSize, interval: settings.backupBufferingInterval },
            }
          : undefined,
      partitioningField: settings.dynamicPartitioningField,
      log: settings.cloudwatchLoggingEnabled
        ? {
            groupName: this.names.logGroup,
            streamName: this.names.logStream,
            retentionDays: settings.cloudwatchLogRetentionDays,
            kmsKeyArn: this.kmsKeyArn,
          }
        : undefined,
      guard: this.guard,
    });
  }

  private icebergTable(source: EventStream, bucket: LakeBucket, catalog: Catalog): IcebergTable | undefined {
    const { settings } = this.props;
    if (settings.tableFormat !== 'iceberg') return undefined;
    return new IcebergTable(this, 'iceberg', {
      tableName: this.names.icebergTable,
      deliveryStreamName: this.names.icebergDeliveryStream,
      roleName: this.names.icebergRole,
      policyName: this.names.icebergPolicy,
      accountId: this.accountId,
      region: settings.region,
      arnPrefix: this.arnPrefix,
      source,
      bucket,
      catalog,
      prefix: this.names.icebergPrefix,
      errorPrefix: settings.s3ErrorOutputPrefix,
      columns: settings.columns,
      buffering: { size: settings.bufferingSize, interval: settings.bufferingInterval },
      guard: this.guard,
    });
  }

  private tableOptimizers(bucket: LakeBucket, catalog: Catalog, table: IcebergTable): TableOptimizers {
    const { settings } = this.props;
    return new TableOptimizers(this, 'optimizers', {
      roleName: this.names.optimizerRole,
      policyName: this.names.optimizerPolicy,
      accountId: this.accountId,
      region: settings.region,
      arnPrefix: this.arnPrefix,
      bucket,
      catalog,
      table,
      prefix: this.names.icebergPrefix,
      snapshotRetentionDays: settings.snapshotRetentionDays,
    });
  }

  private queryWorkgroup(
    bucket: LakeBucket,
    { databaseName, tableName }: Catalog,
    iceberg: IcebergTable | undefined,
  ): QueryWorkgroup {
    const { settings } = this.props;
    return new QueryWorkgroup(this, 'query_workgroup', {
      name: this.names.workgroup,
      bucket,
      resultPrefix: settings.queryResultPrefix,
      scanLimitBytes: settings.scanLimitBytes,
      accountId: this.accountId,
      databaseName,
      namedQueries: [
        ...namedQueries({
          databaseName,
          tableName,
          columns: settings.columns.map(({ name }) => name),
          partitions: settings.partitions,
          namedValueOf:
            settings.dynamicPartitioningValues === undefined ? settings.dynamicPartitioningField : undefined,
        }),
        ...(iceberg === undefined ? [] : icebergQueries(databaseName, iceberg.tableName, settings.columns)),
        ...(this.moves('outside-in')
          ? changeQueries(databaseName, this.names.customerChanges, this.names.customersView)
          : []),
      ],
      forceDestroy: this.deletionAllowed,
    });
  }

  private observability(
    stream: EventStream,
    delivery: Delivery,
    workgroup: QueryWorkgroup,
    iceberg: IcebergTable | undefined,
  ): Observability {
    const { settings } = this.props;
    return new Observability(this, 'observability', {
      name: this.names.dashboard,
      region: settings.region,
      accountId: this.accountId,
      streamName: stream.name,
      deliveryStreamName: delivery.name,
      icebergDeliveryStreamName: iceberg?.deliveryStreamName,
      changesDeliveryStreamName: this.moves('outside-in') ? this.names.customerChanges : undefined,
      workgroupName: workgroup.name,
      dashboard: settings.dashboard,
      alarms: settings.alarms
        ? { freshnessSeconds: settings.freshnessAlarmSeconds, sourceLagSeconds: settings.sourceLagAlarmSeconds }
        : undefined,
      topic: settings.alarmTopic ? { email: settings.alarmEmail, kmsKeyArn: this.topicKeyArn } : undefined,
      consumers: [
        ...settings.consumers.map(({ name, lagAlarmSeconds }) => ({
          name,
          ...consumerNames(settings, name),
          lagSeconds: lagAlarmSeconds,
        })),
        ...movementConsumers(settings),
      ],
      conversion: settings.formatConversion,
      provisioned: settings.streamMode === 'PROVISIONED',
    });
  }

  private consumers(
    source: EventStream,
    { topicArn }: Observability,
    counters: StoreTable | undefined,
  ): StreamConsumer[] {
    const { settings } = this.props;
    return settings.consumers.map(
      (consumer) =>
        new StreamConsumer(this, `consumer_${consumer.name}`, {
          names: consumerNames(settings, consumer.name),
          settings: consumer,
          accountId: this.accountId,
          region: settings.region,
          arnPrefix: this.arnPrefix,
          source,
          kmsKeyArn: this.kmsKeyArn,
          topic: topicArn === undefined ? undefined : { arn: topicArn, kmsKeyArn: this.topicKeyArn },
          metricsNamespace: this.names.metricsNamespace,
          ...(counters !== undefined &&
            consumer.name === 'insights' && {
              grants: counters.writeStatements('dynamodb:UpdateItem', settings.region),
              variables: { COUNTERS_TABLE: counters.name },
            }),
          guard: this.guard,
        }),
    );
  }

  private movements(bucket: LakeBucket, catalog: Catalog): Movements | undefined {
    const { settings } = this.props;
    if (settings.movements.length === 0) return undefined;
    return new Movements(this, 'movements', {
      settings,
      names: this.names,
      accountId: this.accountId,
      arnPrefix: this.arnPrefix,
      bucket,
      catalog,
      kmsKeyArn: this.kmsKeyArn,
      deletionAllowed: this.deletionAllowed,
      guard: this.guard.additions,
    });
  }

  private moves(movement: Movement): boolean {
    return this.props.settings.movements.includes(movement);
  }

  /**
   * The topic's key. An existing key of the account may not allow CloudWatch its use: the topic then stays unencrypted,
   * or alarms would be lost.
   */
  private get topicKeyArn(): string | undefined {
    return this.props.settings.kmsKeyArn === undefined ? this.kmsKeyArn : undefined;
  }
}
