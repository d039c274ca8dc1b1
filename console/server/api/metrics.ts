import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';

/** One line of a graph: equal-length lists, times in epoch seconds. */
export interface Series {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

interface Metric {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly namespace: 'AWS/Kinesis' | 'AWS/Firehose';
  readonly name: string;
  readonly stat: 'Sum' | 'Maximum';
}

const firehose = (id: string, label: string, name: string, stat: Metric['stat'] = 'Sum', unit = 'records'): Metric => ({
  ...{ id, label, unit, name, stat },
  namespace: 'AWS/Firehose',
});
const kinesis = (id: string, label: string, name: string, stat: Metric['stat'] = 'Sum', unit = 'records'): Metric => ({
  ...{ id, label, unit, name, stat },
  namespace: 'AWS/Kinesis',
});

/** Metrics of the graphs and the flow, by the names in AWS's pages "Monitoring ... with CloudWatch metrics". */
export const METRICS: readonly Metric[] = [
  kinesis('records_in', 'Stream: records in', 'IncomingRecords'),
  kinesis('bytes_in', 'Stream: bytes in', 'IncomingBytes', 'Sum', 'bytes'),
  kinesis('records_out', 'Stream: records read', 'GetRecords.Records'),
  kinesis('write_throttles', 'Stream: throttled writes', 'WriteProvisionedThroughputExceeded'),
  kinesis('read_throttles', 'Stream: throttled reads', 'ReadProvisionedThroughputExceeded'),
  kinesis(
    'iterator_age',
    'Stream: age of the oldest unread record',
    'GetRecords.IteratorAgeMilliseconds',
    'Maximum',
    'ms',
  ),
  firehose('read', 'Delivery: records read from the stream', 'DataReadFromKinesisStream.Records'),
  firehose('delivered', 'Delivery: records to S3', 'DeliveryToS3.Records'),
  firehose('delivered_bytes', 'Delivery: bytes to S3', 'DeliveryToS3.Bytes', 'Sum', 'bytes'),
  firehose('freshness', 'Delivery: data freshness', 'DeliveryToS3.DataFreshness', 'Maximum', 's'),
  firehose('succeeded', 'Delivery: objects of which a try succeeded', 'DeliveryToS3.Success', 'Maximum', ''),
  firehose('failed', 'Delivery: failed conversions', 'FailedConversion.Records'),
];

/** Ranges that the page offers: length and the period of one point, in seconds. */
export const RANGES: Readonly<Record<string, { readonly seconds: number; readonly period: number }>> = {
  '15m': { seconds: 900, period: 60 },
  '1h': { seconds: 3_600, period: 60 },
  '6h': { seconds: 21_600, period: 300 },
  '24h': { seconds: 86_400, period: 900 },
  '7d': { seconds: 604_800, period: 3_600 },
};

/**
 * All of the graphs' series over a range, oldest point first. A time without data is 0 for counts, and left out for
 * ages.
 */
export async function readSeries(aws: Aws, lakehouse: Lakehouse, range: string): Promise<Series[]> {
  const { seconds, period } = RANGES[range] ?? (RANGES['15m'] as { seconds: number; period: number });
  const end = Math.ceil(Date.now() / 1000 / period) * period;
  const start = end - seconds;
  const points = await readAll(aws.cloudwatch, lakehouse, start, end, period);
  return METRICS.map(({ id, label, unit, stat }) => {
    const found = points.get(id) ?? new Map<number, number>();
    const times: number[] = [];
    const values: number[] = [];
    for (let time = start; time < end; time += period) {
      const value = found.get(time) ?? (stat === 'Sum' ? 0 : undefined);
      if (value === undefined) continue;
      times.push(time);
      values.push(value);
    }
    return { id, label, unit, times, values };
  });
}

async function readAll(cloudwatch: CloudWatchClient, lakehouse: Lakehouse, start: number, end: number, period: number) {
  const points = new Map<string, Map<number, number>>();
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(start * 1000),
        EndTime: new Date(end * 1000),
        NextToken,
        MetricDataQueries: METRICS.map(({ id, namespace, name, stat }) => ({
          Id: id,
          MetricStat: {
            Stat: stat,
            Period: period,
            Metric: { Namespace: namespace, MetricName: name, Dimensions: [dimension(namespace, lakehouse)] },
          },
        })),
      }),
    );
    for (const { Id, Timestamps, Values } of page.MetricDataResults ?? []) {
      const series = points.get(Id ?? '') ?? new Map<number, number>();
      for (const [index, time] of (Timestamps ?? []).entries()) series.set(time.getTime() / 1000, Values?.[index] ?? 0);
      points.set(Id ?? '', series);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return points;
}

function dimension(namespace: Metric['namespace'], lakehouse: Lakehouse) {
  return namespace === 'AWS/Kinesis'
    ? { Name: 'StreamName', Value: lakehouse.streamName }
    : { Name: 'DeliveryStreamName', Value: lakehouse.deliveryStreamName };
}
