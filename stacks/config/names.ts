import { fixedPart } from './prefix';
import type { Settings } from './schema';

/** The names of one consumer's parts. */
export interface ConsumerNames {
  readonly function: string;
  readonly role: string;
  readonly policy: string;
  /** Log group that Lambda uses for the function by default. */
  readonly logGroup: string;
  /** Queue of batches that the consumer gave up. */
  readonly deadLetterQueue: string;
}

/** Names of all resources. */
export interface Names {
  readonly stream: string;
  readonly database: string;
  readonly table: string;
  readonly deliveryStream: string;
  readonly deliveryRole: string;
  readonly deliveryPolicy: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly icebergTable: string;
  readonly icebergDeliveryStream: string;
  readonly icebergRole: string;
  readonly icebergPolicy: string;
  readonly optimizerRole: string;
  readonly optimizerPolicy: string;
  /** Prefix of the Iceberg table's files. */
  readonly icebergPrefix: string;
  /** Namespace of the metrics that consumers put. */
  readonly metricsNamespace: string;
  /** Table of customers in DynamoDB. */
  readonly customersTable: string;
  /** Name of the Kinesis stream, delivery stream, catalog table and log group of the customers' changes. */
  readonly customerChanges: string;
  readonly changesRole: string;
  readonly changesPolicy: string;
  /** Prefix of the changes' objects. */
  readonly changesPrefix: string;
  /** View of the customers as they are now. */
  readonly customersView: string;
  /** Table of the counts by `insights`. */
  readonly countersTable: string;
  /** Table of the words that customers are found by. */
  readonly searchTable: string;
  readonly workgroup: string;
  readonly dashboard: string;
  /** Prefix of the delivered objects, ending before the folders of the time. */
  readonly dataPrefix: string;
  /** The part of `dataPrefix` without expressions: where the table lies. */
  readonly tablePrefix: string;
}

/** The names that the settings give, or that follow from `appName` where a setting is left out. */
export function namesOf(settings: Settings): Names {
  const { appName } = settings;
  const table = settings.tableName ?? `tbl-${appName}`;
  const dataPrefix = settings.s3Prefix ?? `${table}/`;
  return {
    stream: settings.streamName ?? `${appName}-stream`,
    database: settings.databaseName ?? `${appName}-db`,
    table,
    deliveryStream: settings.deliveryStreamName ?? `${appName}_delivery_stream`,
    deliveryRole: `${appName}-firehose-role`,
    deliveryPolicy: `${appName}-policy`,
    logGroup: settings.cloudwatchLogGroupName ?? appName,
    logStream: settings.cloudwatchLogStreamName,
    icebergTable: `${table}-iceberg`,
    icebergDeliveryStream: `${settings.deliveryStreamName ?? `${appName}_delivery_stream`}_iceberg`,
    icebergRole: `${appName}-firehose-iceberg-role`,
    icebergPolicy: `${appName}-iceberg-policy`,
    optimizerRole: `${appName}-glue-optimizer-role`,
    optimizerPolicy: `${appName}-optimizer-policy`,
    icebergPrefix: `${table}-iceberg/`,
    metricsNamespace: `Lakehouse/${appName}`,
    customersTable: settings.customersTableName ?? `${appName}-customers`,
    customerChanges: `${appName}-customer-changes`,
    changesRole: `${appName}-changes-firehose-role`,
    changesPolicy: `${appName}-changes-policy`,
    changesPrefix: `${appName}-customer-changes/`,
    customersView: `${appName}-customers`,
    countersTable: `${appName}-counters`,
    searchTable: `${appName}-customers-search`,
    workgroup: settings.athenaWorkgroupName ?? appName,
    dashboard: appName,
    dataPrefix,
    tablePrefix: fixedPart(dataPrefix),
  };
}

/** The names of a consumer's parts. @param name of its folder. */
export function consumerNames({ appName }: Settings, name: string): ConsumerNames {
  const functionName = `${appName}-${name}`;
  return {
    function: functionName,
    role: `${functionName}-role`,
    policy: `${functionName}-policy`,
    logGroup: `/aws/lambda/${functionName}`,
    deadLetterQueue: `${functionName}-dead-letters`,
  };
}
