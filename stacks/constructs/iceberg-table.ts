import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import { Construct } from 'constructs';
import { fixedPart } from '../config/prefix';
import type { Column } from '../config/settings/catalog';
import type { Catalog } from './catalog';
import type { Buffering } from './delivery';
import { DeliveryRole } from './delivery-role';
import type { EventStream } from './event-stream';
import type { Guard } from './guard';
import type { LakeBucket } from './lake-bucket';

/** Properties of the Iceberg table and its delivery stream. */
export interface IcebergTableProps {
  readonly tableName: string;
  readonly deliveryStreamName: string;
  readonly roleName: string;
  readonly policyName: string;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly source: EventStream;
  readonly bucket: LakeBucket;
  /** Catalog of the table's database. */
  readonly catalog: Catalog;
  /** Prefix of the table's files in the bucket, with a slash at its end. */
  readonly prefix: string;
  /** Prefix of records that the table refuses. */
  readonly errorPrefix: string;
  /** The record's fields. */
  readonly columns: readonly Column[];
  readonly buffering: Buffering;
  readonly guard: Guard;
}

/** Seconds for which Firehose retries to commit a buffer. */
const RETRY_SECONDS = 300;

/**
 * The events as an Iceberg table, whose rows can be deleted and updated, with a delivery stream of its own. The
 * provider can't define its partitions; queries skip files by their statistics instead.
 */
export class IcebergTable extends Construct {
  readonly tableName: string;
  readonly tableArn: string;
  readonly deliveryStreamName: string;

  constructor(scope: Construct, id: string, props: IcebergTableProps) {
    super(scope, id);
    const { bucket, catalog } = props;
    const table = new GlueCatalogTable(this, 'table', {
      name: props.tableName,
      databaseName: catalog.databaseName,
      tableType: 'EXTERNAL_TABLE',
      openTableFormatInput: { icebergInput: { metadataOperation: 'CREATE', version: '2' } },
      storageDescriptor: {
        location: `s3://${bucket.name}/${props.prefix.replace(/\/$/, '')}`,
        columns: props.columns.map((column) => ({ ...column })),
      },
      dependsOn: [...bucket.ready],
      lifecycle: {
        ...props.guard.deletionOnly(),
        // Parameters, which each commit writes, and columns: Terraform would change them in the catalog alone, not in
        // the table's metadata.
        ignoreChanges: ['parameters', 'storage_descriptor[0].columns'],
      },
    });
    const role = new DeliveryRole(this, 'role', {
      ...props,
      prefixes: [props.prefix, fixedPart(props.errorPrefix)],
      commits: { tableArn: table.arn, databaseArn: catalog.databaseArn, prefix: props.prefix },
    });
    const stream = new KinesisFirehoseDeliveryStream(this, 'delivery', {
      name: props.deliveryStreamName,
      destination: 'iceberg',
      kinesisSourceConfiguration: { kinesisStreamArn: props.source.arn, roleArn: role.arn },
      icebergConfiguration: {
        roleArn: role.arn,
        catalogArn: `${props.arnPrefix}:glue:${props.region}:${props.accountId}:catalog`,
        bufferingSize: props.buffering.size,
        bufferingInterval: props.buffering.interval,
        retryDuration: RETRY_SECONDS,
        s3BackupMode: 'FailedDataOnly',
        destinationTableConfiguration: [{ databaseName: catalog.databaseName, tableName: table.name }],
        s3Configuration: {
          roleArn: role.arn,
          bucketArn: bucket.arn,
          errorOutputPrefix: props.errorPrefix,
          kmsKeyArn: bucket.kmsKeyArn,
        },
      },
      dependsOn: [...role.ready, ...bucket.ready],
      lifecycle: props.guard.deletionOnly(),
    });
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.deliveryStreamName = stream.name;
  }
}
