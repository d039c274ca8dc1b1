import { DynamodbKinesisStreamingDestination } from '@cdktf/provider-aws/lib/dynamodb-kinesis-streaming-destination';
import { Construct } from 'constructs';
import type { ConsumerNames } from '../../config/names';
import type { PartitionLayout } from '../../config/partitions';
import type { CatalogTable } from '../catalog';
import { type Buffering, Delivery } from '../delivery';
import { EventStream } from '../event-stream';
import type { Lifecycles } from '../guard';
import type { LakeBucket } from '../lake-bucket';
import { ChangeTable } from './change-table';
import type { CustomerTable } from './customer-table';
import { TransformFunction } from './transform-function';

/** Properties of the movement of a DynamoDB table's changes to the lake. */
export interface OutsideInProps {
  /** Name of the stream, the delivery stream, the table of changes and the log group. */
  readonly name: string;
  readonly viewName: string;
  readonly databaseName: string;
  readonly transformNames: ConsumerNames;
  readonly roleName: string;
  readonly policyName: string;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly table: CustomerTable;
  readonly bucket: LakeBucket;
  readonly catalog: CatalogTable;
  /** Prefix of the changes' objects, with a slash at its end. */
  readonly prefix: string;
  readonly partitions: PartitionLayout;
  /** Prefix of changes that can't be delivered. */
  readonly errorPrefix: string;
  readonly buffering: Buffering;
  readonly logStreamName: string;
  readonly logRetentionDays: number;
  /** ARN of the customer's key. @default the keys of AWS */
  readonly kmsKeyArn?: string;
  readonly guard: Lifecycles;
}

/** Hours for which a change stays in the stream. */
const RETENTION_HOURS = 24;

/**
 * Outside-in: each change of a DynamoDB table, with the item before and after, as a row of a table in the lake.
 * DynamoDB puts changes into a Kinesis stream, a function turns them into rows, and Firehose writes Parquet.
 */
export class OutsideIn extends Construct {
  readonly streamName: string;
  readonly deliveryStreamName: string;
  readonly tableName: string;
  readonly viewName: string;

  constructor(scope: Construct, id: string, props: OutsideInProps) {
    super(scope, id);
    const { bucket, kmsKeyArn } = props;
    const source = new EventStream(this, 'stream', {
      name: props.name,
      // One shard costs a third of an on-demand stream and takes 1,000 changes a second.
      mode: 'PROVISIONED',
      shardCount: 1,
      retentionHours: RETENTION_HOURS,
      shardLevelMetrics: [],
      kmsKeyArn,
      guard: props.guard,
    });
    const transform = new TransformFunction(this, 'rows', {
      names: props.transformNames,
      folder: 'movements/change-rows',
      logRetentionDays: props.logRetentionDays,
      kmsKeyArn,
    });
    const table = new ChangeTable(this, 'changes', {
      catalog: props.catalog,
      databaseName: props.databaseName,
      tableName: props.name,
      viewName: props.viewName,
      location: `s3://${bucket.name}/${props.prefix}`,
      partitions: props.partitions,
    });
    const delivery = new Delivery(this, 'delivery', {
      ...props,
      source,
      errorPrefix: props.errorPrefix,
      transformation: { functionArn: transform.arn },
      conversion: { table, deserializer: 'hive' },
      compression: 'UNCOMPRESSED',
      log: {
        groupName: props.name,
        streamName: props.logStreamName,
        retentionDays: props.logRetentionDays,
        kmsKeyArn,
      },
    });
    new DynamodbKinesisStreamingDestination(this, 'destination', {
      tableName: props.table.name,
      streamArn: source.arn,
      approximateCreationDateTimePrecision: 'MICROSECOND',
      // The delivery stream first: it begins at the end of its source, and would miss changes from before it exists.
      dependsOn: [...delivery.ready],
    });
    this.streamName = source.name;
    this.deliveryStreamName = delivery.name;
    this.tableName = table.tableName;
    this.viewName = table.viewName;
  }
}
