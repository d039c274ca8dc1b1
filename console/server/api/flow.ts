import { GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { GetTableCommand } from '@aws-sdk/client-glue';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import type { Aws } from '../aws.js';
import { type Part, part } from '../problem.js';
import type { Lakehouse } from '../settings.js';
import type { ConsumerView } from './consumers.js';
import type { FailedRecords } from './failed-records.js';
import { type Live, liveOf } from './live.js';
import type { Series } from './metrics.js';
import type { MovementView } from './movements.js';
import type { TableObjects } from './table-objects.js';

/** The overview: each step of a record's path with its state, or with the problem in reading it. */
export interface Flow {
  readonly at: string;
  readonly stream: Part<{ status: string; shards: number; mode: string; retentionHours: number; encrypted: boolean }>;
  readonly delivery: Part<{ status: string; bufferMiB: number; bufferSeconds: number; version: string }>;
  readonly bucket: Part<TableObjects>;
  /** Objects under the error prefix, however long ago they failed. */
  readonly failed: Part<FailedRecords>;
  readonly table: Part<{ columns: number; partitions: string[]; updated: string | undefined }>;
  readonly workgroup: Part<{ state: string; scanLimitBytes: number | undefined }>;
  readonly alarms: Part<
    { name: string; description: string; state: string; reason: string; metric: string; of: string[] }[]
  >;
  readonly live: Part<Live>;
  /** The functions that read the stream in parallel with the delivery. */
  readonly consumers: Part<ConsumerView[]>;
  /** Movements between the lake and DynamoDB tables. */
  readonly movements: Part<MovementView[]>;
}

/** Parts of the flow that other views read too, or that are cached. */
export interface FlowSources {
  readonly objects: () => Promise<TableObjects>;
  readonly failed: () => Promise<FailedRecords>;
  /** The series of the last 15 minutes, a point a minute. */
  readonly series: () => Promise<Series[]>;
  readonly consumers: () => Promise<ConsumerView[]>;
  readonly movements: () => Promise<MovementView[]>;
}

/** Reads every step concurrently; a failing one doesn't hide the others. */
export async function readFlow(aws: Aws, lakehouse: Lakehouse, sources: FlowSources): Promise<Flow> {
  const [stream, delivery, bucket, failed, table, workgroup, alarms, live, consumers, movements] = await Promise.all([
    part(readStream(aws, lakehouse)),
    part(readDelivery(aws, lakehouse)),
    part(sources.objects()),
    part(sources.failed()),
    part(readTable(aws, lakehouse)),
    part(readWorkgroup(aws, lakehouse)),
    part(readAlarms(aws, lakehouse)),
    part(sources.series().then((series) => liveOf(series, Date.now() / 1000))),
    part(sources.consumers()),
    part(sources.movements()),
  ]);
  return {
    at: new Date().toISOString(),
    stream,
    delivery,
    bucket,
    failed,
    table,
    workgroup,
    alarms,
    live,
    consumers,
    movements,
  };
}

async function readStream(aws: Aws, { streamName }: Lakehouse) {
  const { StreamDescriptionSummary: summary } = await aws.kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: streamName }),
  );
  return {
    status: summary?.StreamStatus ?? 'UNKNOWN',
    shards: summary?.OpenShardCount ?? 0,
    mode: summary?.StreamModeDetails?.StreamMode ?? 'PROVISIONED',
    retentionHours: summary?.RetentionPeriodHours ?? 0,
    encrypted: summary?.EncryptionType === 'KMS',
  };
}

async function readDelivery(aws: Aws, { deliveryStreamName }: Lakehouse) {
  const { DeliveryStreamDescription: description } = await aws.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: deliveryStreamName }),
  );
  const destination = description?.Destinations?.[0]?.ExtendedS3DestinationDescription;
  return {
    status: description?.DeliveryStreamStatus ?? 'UNKNOWN',
    bufferMiB: destination?.BufferingHints?.SizeInMBs ?? 0,
    bufferSeconds: destination?.BufferingHints?.IntervalInSeconds ?? 0,
    version: description?.VersionId ?? '',
  };
}

async function readTable(aws: Aws, { database, table }: Lakehouse) {
  const { Table: found } = await aws.glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
  return {
    columns: found?.StorageDescriptor?.Columns?.length ?? 0,
    partitions: (found?.PartitionKeys ?? []).map(({ Name }) => Name ?? ''),
    updated: found?.UpdateTime?.toISOString(),
  };
}

async function readWorkgroup(aws: Aws, { workgroup }: Lakehouse) {
  const { WorkGroup: found } = await aws.athena.send(new GetWorkGroupCommand({ WorkGroup: workgroup }));
  return { state: found?.State ?? 'UNKNOWN', scanLimitBytes: found?.Configuration?.BytesScannedCutoffPerQuery };
}

async function readAlarms({ cloudwatch }: Aws, lakehouse: Lakehouse) {
  const { streamName, deliveryStreamName, consumers, movements } = lakehouse;
  const { changesDelivery, searchFunction } = movements;
  const functions = [...consumers, ...(searchFunction === undefined ? [] : [searchFunction])];
  const deliveries = [deliveryStreamName, ...(changesDelivery === undefined ? [] : [changesDelivery])];
  const names = [streamName, ...deliveries, ...functions, ...functions.map((name) => `${name}-dead-letters`)];
  const own: MetricAlarm[] = [];
  for await (const page of paginateDescribeAlarms({ client: cloudwatch, pageSize: 100 }, {}))
    own.push(...(page.MetricAlarms ?? []).filter((alarm) => watches(alarm, names)));
  return own.map((alarm) => ({
    name: alarm.AlarmName ?? '',
    description: alarm.AlarmDescription ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    /** Values of the metric's dimensions, such as the stream's name. */
    of: dimensionsOf(alarm),
    metric: alarm.MetricName ?? alarm.Metrics?.[0]?.MetricStat?.Metric?.MetricName ?? '',
  }));
}

/** Whether an alarm is on a metric of one of these streams; the account's other alarms are not shown. */
function watches(alarm: MetricAlarm, names: readonly string[]): boolean {
  return dimensionsOf(alarm).some((value) => names.includes(value));
}

function dimensionsOf(alarm: MetricAlarm): string[] {
  const metrics = [alarm, ...(alarm.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric ?? {})];
  return metrics.flatMap(({ Dimensions = [] }) => Dimensions.map(({ Value = '' }) => Value));
}
