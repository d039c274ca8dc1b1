import { invalidParameter } from './errors';

/** Statistic set of one metric's values in one span of time. */
export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /**
   * Counts of values, for percentiles: exact up to {@link EXACT_VALUES} different ones, then by two significant digits.
   * Undefined if only a statistic set was published: AWS has no percentiles then either.
   */
  readonly values?: ReadonlyMap<number, number>;
}

const EXACT_VALUES = 200;

export function setOf(value: number, count = 1): StatisticSet {
  return { count, sum: value * count, min: value, max: value, values: new Map([[value, count]]) };
}

export function merge(a: StatisticSet, b: StatisticSet): StatisticSet {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    values: a.values === undefined || b.values === undefined ? undefined : mergeValues(a.values, b.values),
  };
}

/** Accumulates single values, without a new set for each. */
export class Accumulator {
  private count = 0;
  private sum = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private values = new Map<number, number>();

  add(value: number): void {
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const known = this.values.get(value);
    this.values.set(value, (known ?? 0) + 1);
    // Twice the limit, so that rounding is rare.
    if (known === undefined && this.values.size > 2 * EXACT_VALUES) this.values = rounded(this.values);
  }

  toSet(): StatisticSet {
    const { count, sum, min, max, values } = this;
    return { count, sum, min, max, values: values.size > EXACT_VALUES ? rounded(values) : values };
  }
}

function mergeValues(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const merged = new Map(a);
  for (const [value, count] of b) merged.set(value, (merged.get(value) ?? 0) + count);
  return merged.size > EXACT_VALUES ? rounded(merged) : merged;
}

function rounded(values: ReadonlyMap<number, number>): Map<number, number> {
  const coarse = new Map<number, number>();
  for (const [value, count] of values) {
    const key = Number(value.toPrecision(2));
    coarse.set(key, (coarse.get(key) ?? 0) + count);
  }
  return coarse;
}

/** A statistic by its name, `Average` or `p99.9`. */
export type Statistic = (set: StatisticSet) => number | undefined;

/** @throws AwsError `InvalidParameterValueException` for an unsupported statistic */
export function statisticNamed(name: string): Statistic {
  switch (name) {
    case 'SampleCount':
      return (set) => set.count;
    case 'Sum':
      return (set) => set.sum;
    case 'Average':
      return (set) => set.sum / set.count;
    case 'Minimum':
      return (set) => set.min;
    case 'Maximum':
      return (set) => set.max;
    default: {
      const percent = Number(/^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(percent)) {
        throw invalidParameter(`The statistic ${name} is not available: use one of the five basic ones or p0 to p100.`);
      }
      return (set) => percentile(set, percent);
    }
  }
}

// Percentile by the nearest-rank method.
function percentile(set: StatisticSet, percent: number): number | undefined {
  if (set.values === undefined) return set.min === set.max ? set.min : undefined;
  const sorted = [...set.values].sort(([a], [b]) => a - b);
  let rank = Math.max(1, Math.ceil((percent / 100) * set.count));
  for (const [value, count] of sorted) {
    rank -= count;
    if (rank <= 0) return value;
  }
  return set.max;
}
