import { CloudWatchClient, type MetricDataQuery, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { startTestEndpoint, TestClock, type TestEndpoint } from './endpoint';

export const MINUTE_MS = 60_000;

/** For tests: an endpoint with a clock of its own, and metrics of the namespace `Test`. */
export class CloudWatchFixture {
  private constructor(
    readonly endpoint: TestEndpoint,
    readonly client: CloudWatchClient,
    readonly clock: TestClock,
  ) {}

  static async start(): Promise<CloudWatchFixture> {
    const clock = new TestClock();
    const endpoint = await startTestEndpoint({ clock });
    return new CloudWatchFixture(endpoint, new CloudWatchClient(endpoint.config), clock);
  }

  /** Publishes a value a minute, the last one in the minute that is just over; undefined leaves its minute empty. */
  async publish(MetricName: string, values: readonly (number | undefined)[]): Promise<void> {
    const MetricData = values.flatMap((Value, index) =>
      Value === undefined
        ? []
        : [{ MetricName, Value, Timestamp: new Date(this.clock.now() - (values.length - index) * MINUTE_MS) }],
    );
    if (MetricData.length > 0) await this.client.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.endpoint.close();
  }
}

/** A query of one of the metrics that {@link CloudWatchFixture.publish} publishes. */
export function stat(Id: string, MetricName: string, Stat = 'Sum', ReturnData = true): MetricDataQuery {
  return { Id, ReturnData, MetricStat: { Metric: { Namespace: 'Test', MetricName }, Period: 60, Stat } };
}
