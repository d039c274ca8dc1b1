import { GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { GetTableCommand } from '@aws-sdk/client-glue';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Aws } from '../aws.js';
import { type Part, part } from '../problem.js';
import type { Lakehouse } from '../settings.js';
import { readSeries, type Series } from './metrics.js';

/** The page's spine: each step of a record's way with its state, or with what keeps it from being known. */
export interface Flow {
  readonly at: string;
  readonly stream: Part<{ status: string; shards: number; mode: string; retentionHours: number; encrypted: boolean }>;
  readonly delivery: Part<{ status: string; bufferMiB: number; bufferSeconds: number; version: string }>;
  readonly bucket: Part<{
    objects: number;
    bytes: number;
    newest: string | undefined;
    newestKey: string | undefined;
    complete: boolean;
  }>;
  readonly table: Part<{ columns: number; partitions: string[]; updated: string | undefined }>;
  readonly workgroup: Part<{ state: string; scanLimitBytes: number | undefined }>;
  readonly alarms: Part<{ name: string; description: string; state: string; reason: string; metric: string }[]>;
  readonly series: Part<Series[]>;
}

/** Objects that are counted at most; a larger table's count is a lower bound and says so. */
const COUNTED_OBJECTS = 5_000;

/** Looks at every step at once; one that fails doesn't hide the others. */
export async function readFlow(aws: Aws, lakehouse: Lakehouse, range: string): Promise<Flow> {
  const [stream, delivery, bucket, table, workgroup, alarms, series] = await Promise.all([
    part(readStream(aws, lakehouse)),
    part(readDelivery(aws, lakehouse)),
    part(readBucket(aws, lakehouse)),
    part(readTable(aws, lakehouse)),
    part(readWorkgroup(aws, lakehouse)),
    part(readAlarms(aws, lakehouse)),
    part(readSeries(aws, lakehouse, range)),
  ]);
  return { at: new Date().toISOString(), stream, delivery, bucket, table, workgroup, alarms, series };
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

async function readBucket(aws: Aws, { bucket, tablePrefix }: Lakehouse) {
  let objects = 0;
  let bytes = 0;
  let newest: Date | undefined;
  let newestKey: string | undefined;
  let ContinuationToken: string | undefined;
  do {
    const page = await aws.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: tablePrefix, ContinuationToken }),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      objects += 1;
      bytes += Size ?? 0;
      if (LastModified !== undefined && (newest === undefined || LastModified >= newest)) {
        newest = LastModified;
        newestKey = Key;
      }
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined && objects < COUNTED_OBJECTS);
  return { objects, bytes, newest: newest?.toISOString(), newestKey, complete: ContinuationToken === undefined };
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

async function readAlarms(aws: Aws, { streamName, deliveryStreamName }: Lakehouse) {
  const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
  const own = (MetricAlarms ?? []).filter((alarm) => {
    const metrics = [alarm, ...(alarm.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric ?? {})];
    return metrics.some(({ Dimensions }) =>
      Dimensions?.some(({ Value }) => Value === streamName || Value === deliveryStreamName),
    );
  });
  return own.map((alarm) => ({
    name: alarm.AlarmName ?? '',
    description: alarm.AlarmDescription ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    metric: alarm.MetricName ?? alarm.Metrics?.[0]?.MetricStat?.Metric?.MetricName ?? '',
  }));
}
