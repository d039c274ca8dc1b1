import { fixedPart } from './prefix';
import type { Settings } from './schema';

/** The name of everything that has one. */
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
  /** Prefix of the Iceberg table's files. */
  readonly icebergPrefix: string;
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
    icebergPrefix: `${table}-iceberg/`,
    workgroup: settings.athenaWorkgroupName ?? appName,
    dashboard: appName,
    dataPrefix,
    tablePrefix: fixedPart(dataPrefix),
  };
}
