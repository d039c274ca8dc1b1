import type { Clock } from './clock';

/** One metric's identity: namespace, name and dimensions, as CloudWatch has it. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Where services publish their own metrics; the CloudWatch service is told of each value. */
export class Metrics {
  private listener: MetricListener | undefined;

  constructor(private readonly clock: Clock) {}

  /** @param unit CloudWatch's unit name, such as `Count`, `Bytes`, `Seconds`, `Milliseconds`. */
  record(id: MetricId, value: number, unit: string, accountId: string, region: string): void {
    this.listener?.(id, value, unit, accountId, region, this.clock.now());
  }

  /** Set by services/cloudwatch when it starts. */
  listen(listener: MetricListener): void {
    this.listener = listener;
  }
}

export type MetricListener = (
  id: MetricId,
  value: number,
  unit: string,
  accountId: string,
  region: string,
  at: number,
) => void;
