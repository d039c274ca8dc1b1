import type { Clock } from './clock';
import type { Owner } from './owner';

/** One metric's identity: namespace, name and dimensions, as CloudWatch has it. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Metrics of one resource: where they are published, and under which dimensions. */
export interface MetricSource extends Owner {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values by metric, each with CloudWatch's unit: `Count`, `Bytes`, `Seconds`, `Milliseconds`, `None`. */
export type MetricValues = Readonly<Record<string, readonly [value: number, unit: string]>>;

/** Where services publish their own metrics; the CloudWatch service is told of each value. */
export class Metrics {
  private listener: MetricListener | undefined;

  constructor(private readonly clock: Clock) {}

  publish({ namespace, dimensions, accountId, region }: MetricSource, values: MetricValues): void {
    const at = this.clock.now();
    for (const name in values) {
      const [value, unit] = values[name] as readonly [number, string];
      this.listener?.({ namespace, name, dimensions }, value, unit, accountId, region, at);
    }
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
