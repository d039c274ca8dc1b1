import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { keepOffAws } from '../send/local-only';
import { createAgents } from '../send/proxy';
import { log } from './report';
import type { TableSettings } from './table';

/** Milliseconds between reads of the metrics: each costs a request, and the metrics have minutes at best. */
const POLL_MS = 5_000;
const MINUTE_MS = 60_000;

/** Records of a delivery stream, by the outcome of their conversion. */
interface Counts {
  readonly converted: number;
  readonly failed: number;
}

/**
 * Watches a delivery stream's metrics SucceedConversion.Records and FailedConversion.Records ("Monitor Amazon Data
 * Firehose metrics with CloudWatch") from before a run. Records of other senders count as well.
 */
export class ConversionWatch {
  private constructor(
    private readonly client: CloudWatchClient,
    private readonly deliveryStream: string,
    private readonly since: number,
    private before: Counts,
  ) {}

  /** @throws what the SDK throws, such as AccessDenied for callers without cloudwatch:GetMetricStatistics */
  static async begin(deliveryStream: string, settings: TableSettings): Promise<ConversionWatch> {
    // Lazy import: most runs don't need it.
    const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
    const { region, profile, endpoint } = settings;
    const client = new CloudWatchClient({
      ...(region && { region }),
      ...(profile && { profile }),
      ...(endpoint && { endpoint }),
      requestHandler: new NodeHttpHandler({ ...createAgents(), connectionTimeout: 2_000, requestTimeout: 5_000 }),
    });
    if (settings.localOnly) keepOffAws(client);
    const watch = new ConversionWatch(client, deliveryStream, Date.now(), { converted: 0, failed: 0 });
    watch.before = await watch.counts();
    return watch;
  }

  /**
   * Waits until as many records as were sent are converted or failed.
   * @param timeoutMs end of the wait in any case
   * @returns whether all became rows; failures are logged with the place of the failed records
   */
  async allBecameRows(records: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    log('INFO', `Waiting until Firehose ${this.deliveryStream} has made rows of ${records} records.`);
    const { converted, failed } = await this.countsOf(records, timeoutMs, signal);
    const missing = records - converted - failed;
    if (converted > 0) log('INFO', `${converted} records became rows.`);
    if (failed > 0) {
      const where = "Firehose wrote them under the bucket's error prefix, with the reason beside each";
      log('ERROR', `${failed} records do not fit the table: ${where}.`);
    }
    if (missing > 0) {
      const how = signal.aborted ? 'when the wait was interrupted' : 'in time';
      log('WARNING', `${missing} records were not converted ${how}: they wait in the stream or in Firehose's buffer.`);
    }
    return failed === 0 && missing <= 0;
  }

  close(): void {
    this.client.destroy();
  }

  private async countsOf(records: number, timeoutMs: number, signal: AbortSignal): Promise<Counts> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const now = await this.counts();
      const converted = now.converted - this.before.converted;
      const failed = now.failed - this.before.failed;
      const left = deadline - performance.now();
      if (converted + failed >= records || left <= 0 || signal.aborted) return { converted, failed };
      await sleep(Math.min(POLL_MS, left), undefined, { signal }).catch(() => {});
    }
  }

  private async counts(): Promise<Counts> {
    const [converted, failed] = await Promise.all([
      this.sum('SucceedConversion.Records'),
      this.sum('FailedConversion.Records'),
    ]);
    return { converted, failed };
  }

  private async sum(MetricName: string): Promise<number> {
    const { GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch');
    const { Datapoints = [] } = await this.client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Firehose',
        MetricName,
        Dimensions: [{ Name: 'DeliveryStreamName', Value: this.deliveryStream }],
        // Datapoints are by the minute: the run's first minute counts whole, also in the first read.
        StartTime: new Date(Math.floor(this.since / MINUTE_MS) * MINUTE_MS),
        EndTime: new Date(Date.now() + MINUTE_MS),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  }
}
