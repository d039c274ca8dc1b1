import type { Clock } from './clock';
import type { Owner } from './owner';

/** One metric's identity: namespace, name and dimensions, as in CloudWatch. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Namespace and dimensions of one resource's metrics. */
export interface MetricSource extends Owner {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values by metric, each with CloudWatch's unit: `Count`, `Bytes`, `Seconds`, `Milliseconds`, `None`. */
export type MetricValues = Readonly<Record<string, readonly [value: number, unit: string]>>;

/** Receives each published value. @param at epoch milliseconds */
export type MetricListener = (id: MetricId, value: number, unit: string, owner: Owner, at: number) => void;

/** Publisher of the services' own metrics. */
export class Metrics {
  constructor(
    private readonly clock: Clock,
    private readonly listeners: readonly MetricListener[],
  ) {}

  publish({ namespace, dimensions, accountId, region }: MetricSource, values: MetricValues): void {
    const at = this.clock.now();
    const owner = { accountId, region };
    for (const name in values) {
      const [value, unit] = values[name] as readonly [number, string];
      for (const listener of this.listeners) listener({ namespace, name, dimensions }, value, unit, owner, at);
    }
  }

  /** Publishes several values of one metric, each as one sample. */
  publishAll(source: MetricSource, name: string, values: readonly number[], unit: string): void {
    const { namespace, dimensions, accountId, region } = source;
    const at = this.clock.now();
    // All values share one object, by which listeners recognize the metric.
    const id = { namespace, name, dimensions };
    for (const listener of this.listeners)
      for (const value of values) listener(id, value, unit, { accountId, region }, at);
  }
}
