import { Construct } from 'constructs';
import { consumerNames, type Names } from './config/names';
import { partitionLayout } from './config/partitions';
import type { Settings } from './config/schema';
import type { CatalogTable } from './constructs/catalog';
import type { Lifecycles } from './constructs/guard';
import type { LakeBucket } from './constructs/lake-bucket';
import { CustomerTable } from './constructs/movements/customer-table';
import { OutsideIn } from './constructs/movements/outside-in';

/** What the movements are between. */
export interface MovementsProps {
  readonly settings: Settings;
  readonly names: Names;
  readonly accountId: string;
  /** Begins every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly bucket: LakeBucket;
  readonly catalog: CatalogTable;
  /** ARN of the customer's key. @default the keys of AWS */
  readonly kmsKeyArn?: string;
  /** Whether tables may be deleted with what they hold. */
  readonly deletionAllowed: boolean;
  readonly guard: Lifecycles;
}

/** Folder, below `consumers/movements`, and name of the function that makes rows of changes. */
export const CHANGE_ROWS = 'change-rows';

/** The article's movements of data between the lake and stores made for a purpose: those that the settings name. */
export class Movements extends Construct {
  /** Outputs of the stack, by name. */
  readonly outputs: Readonly<Record<string, readonly [value: string, description: string]>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MovementsProps,
  ) {
    super(scope, id);
    const { movements } = props.settings;
    const customers = movements.some((each) => each !== 'inside-out') ? this.customerTable() : undefined;
    const outsideIn = customers && movements.includes('outside-in') ? this.outsideIn(customers) : undefined;
    this.outputs = {
      ...(customers && { customers_table_name: [customers.name, 'Table of customers in DynamoDB'] }),
      ...(outsideIn && {
        changes_stream_name: [outsideIn.streamName, "Kinesis stream of the customers' changes"],
        changes_delivery_stream_name: [outsideIn.deliveryStreamName, 'The Firehose that delivers them'],
        changes_table_name: [outsideIn.tableName, "The customers' history, to query"],
        customers_view_name: [outsideIn.viewName, 'The customers as they are now, to query'],
      }),
    };
  }

  private customerTable(): CustomerTable {
    const { settings, names, kmsKeyArn, deletionAllowed, guard } = this.props;
    return new CustomerTable(this, 'customers', {
      name: names.customersTable,
      kmsKeyArn,
      pointInTimeRecovery: settings.pointInTimeRecovery,
      deletionProtection: !deletionAllowed,
      guard,
    });
  }

  private outsideIn(table: CustomerTable): OutsideIn {
    const { settings, names, bucket } = this.props;
    return new OutsideIn(this, 'outside_in', {
      ...this.props,
      table,
      name: names.customerChanges,
      viewName: names.customersView,
      databaseName: names.database,
      transformNames: consumerNames(settings, CHANGE_ROWS),
      roleName: names.changesRole,
      policyName: names.changesPolicy,
      region: settings.region,
      prefix: names.changesPrefix,
      partitions: partitionLayout(
        { ...settings, dynamicPartitioningField: undefined },
        names.changesPrefix,
        bucket.name,
      ),
      errorPrefix: settings.s3ErrorOutputPrefix,
      buffering: { size: settings.bufferingSize, interval: settings.bufferingInterval },
      logStreamName: settings.cloudwatchLogStreamName,
      logRetentionDays: settings.cloudwatchLogRetentionDays,
    });
  }
}
