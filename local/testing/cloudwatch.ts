import { type CloudWatchClient, type MetricDataQuery, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { TestClock } from './clock';

export const MINUTE_MS = 60_000;

/** Publishes metrics of the namespace `Test`. */
export function publisher(client: CloudWatchClient, clock: TestClock) {
  /** Publishes one value per minute, the last one for the previous minute; undefined leaves its minute empty. */
  return async (MetricName: string, values: readonly (number | undefined)[]): Promise<void> => {
    const MetricData = values.flatMap((Value, index) =>
      Value === undefined
        ? []
        : [{ MetricName, Value, Timestamp: new Date(clock.now() - (values.length - index) * MINUTE_MS) }],
    );
    if (MetricData.length > 0) await client.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
  };
}

/** A query of one of the metrics that {@link publisher} publishes. */
export function stat(Id: string, MetricName: string, Stat = 'Sum', ReturnData = true): MetricDataQuery {
  return { Id, ReturnData, MetricStat: { Metric: { Namespace: 'Test', MetricName }, Period: 60, Stat } };
}
