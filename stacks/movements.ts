import { Construct } from 'constructs';
import { consumerNames, type Names, namesOf } from './config/names';
import { partitionLayout } from './config/partitions';
import type { Settings } from './config/schema';
import { consumerOf } from './config/settings/consumers';
import type { Movement } from './config/settings/movements';
import type { CatalogTable } from './constructs/catalog';
import type { Lifecycles } from './constructs/guard';
import type { LakeBucket } from './constructs/lake-bucket';
import { CustomerTable } from './constructs/movements/customer-table';
import { OutsideIn } from './constructs/movements/outside-in';
import { SearchIndex } from './constructs/movements/search-index';
import { StoreTable, type TableKeeping } from './constructs/movements/store-table';
import type { ObservedConsumer } from './constructs/observed';

/** Properties of the movements. */
export interface MovementsProps {
  readonly settings: Settings;
  readonly names: Names;
  readonly accountId: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly bucket: LakeBucket;
  readonly catalog: CatalogTable;
  /** ARN of the customer's key. @default the keys of AWS */
  readonly kmsKeyArn?: string;
  /** Whether tables may be deleted with their items. */
  readonly deletionAllowed: boolean;
  readonly guard: Lifecycles;
}

/** Names of the movements' functions, and of their folders below `consumers/movements`. */
const CHANGE_ROWS = 'change-rows';
const SEARCH_INDEX = 'search-index';

/** The article's movements of data between the lake and purpose-built stores: those that the settings name. */
export class Movements extends Construct {
  /** Table of the counts by `insights`. */
  readonly counters: StoreTable | undefined;
  /** Outputs of the stack, by name. */
  readonly outputs: Readonly<Record<string, readonly [value: string, description: string]>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MovementsProps,
  ) {
    super(scope, id);
    const moves = (movement: Movement) => props.settings.movements.includes(movement);
    const customers =
      moves('outside-in') || moves('around-the-perimeter')
        ? new CustomerTable(this, 'customers', { ...this.keeping, name: props.names.customersTable })
        : undefined;
    const outsideIn = customers && moves('outside-in') ? this.outsideIn(customers) : undefined;
    const search = customers && moves('around-the-perimeter') ? this.searchIndex(customers) : undefined;
    this.counters = moves('inside-out') ? this.counterTable() : undefined;
    this.outputs = {
      ...(customers && { customers_table_name: [customers.name, 'Table of customers in DynamoDB'] }),
      ...(outsideIn && {
        changes_stream_name: [outsideIn.streamName, "Kinesis stream of the customers' changes"],
        changes_delivery_stream_name: [outsideIn.deliveryStreamName, 'The Firehose that delivers them'],
        changes_table_name: [outsideIn.tableName, "The customers' history, to query"],
        customers_view_name: [outsideIn.viewName, 'The customers as they are now, to query'],
      }),
      ...(search && {
        search_table_name: [search.tableName, "Table of customers' words in DynamoDB"],
        search_function_name: [search.functionName, 'Function that keeps it up to date'],
      }),
      ...(this.counters && { counters_table_name: [this.counters.name, 'Table of counters in DynamoDB'] }),
    };
  }

  private get keeping(): TableKeeping {
    const { settings, kmsKeyArn, deletionAllowed, guard } = this.props;
    const { pointInTimeRecovery } = settings;
    return { kmsKeyArn, pointInTimeRecovery, deletionProtection: !deletionAllowed, guard };
  }

  private counterTable(): StoreTable {
    const { countersTable: name } = this.props.names;
    return new StoreTable(this, 'counters', { ...this.keeping, name, hashKey: 'field', rangeKey: 'value' });
  }

  private searchIndex(customers: CustomerTable): SearchIndex {
    const { settings, names } = this.props;
    return new SearchIndex(this, 'search', {
      ...this.props,
      ...this.keeping,
      tableName: names.searchTable,
      functionNames: consumerNames(settings, SEARCH_INDEX),
      region: settings.region,
      customers,
      logRetentionDays: settings.cloudwatchLogRetentionDays,
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

/** Log groups of the movements that the settings name. */
export function movementLogGroups(settings: Settings): string[] {
  const ofFunction = (name: string) => consumerNames(settings, name).logGroup;
  return [
    ...(settings.movements.includes('outside-in') ? [namesOf(settings).customerChanges, ofFunction(CHANGE_ROWS)] : []),
    ...(settings.movements.includes('around-the-perimeter') ? [ofFunction(SEARCH_INDEX)] : []),
  ];
}

/** Functions of the movements that read a stream, for the alarms and graphs of consumers. */
export function movementConsumers(settings: Settings): ObservedConsumer[] {
  if (!settings.movements.includes('around-the-perimeter')) return [];
  const { lagAlarmSeconds } = consumerOf({ name: SEARCH_INDEX });
  return [{ name: SEARCH_INDEX, ...consumerNames(settings, SEARCH_INDEX), lagSeconds: lagAlarmSeconds }];
}
