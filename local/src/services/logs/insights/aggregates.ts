import type { Value } from './ast';
import { numberOf, textOf } from './functions';

/** Accumulates the values of many rows. */
export interface Aggregate {
  /** @param values the function's arguments in a row @param time the row's time, epoch milliseconds */
  add(values: readonly Value[], time: number): void;
  result(): Value;
}

/** Most values of a group that are kept, for percentiles and distinct counts. */
const MAX_KEPT = 200_000;

const fold = (work: (sum: number, value: number) => number): (() => Aggregate) => {
  return () => {
    let sum: number | undefined;
    return {
      add: ([value]) => {
        const next = numberOf(value);
        if (next !== undefined) sum = sum === undefined ? next : work(sum, next);
      },
      result: () => sum,
    };
  };
};

/** The value of the first row by some order. */
const firstBy = (isBefore: (a: [Value, number], b: [Value, number]) => boolean): (() => Aggregate) => {
  return () => {
    let best: [Value, number] | undefined;
    return {
      add: ([value], time) => {
        if (value !== undefined && (best === undefined || isBefore([value, time], best))) best = [value, time];
      },
      result: () => best?.[0],
    };
  };
};

function ofSortedNumbers(result: (sorted: number[], second: number) => Value): () => Aggregate {
  return () => {
    const values: number[] = [];
    let parameter = 0;
    return {
      add: ([value, second]) => {
        const next = numberOf(value);
        parameter = numberOf(second) ?? parameter;
        if (next === undefined) return;
        if (values.length >= MAX_KEPT) throw new Error(`A group has more than ${MAX_KEPT} values.`);
        values.push(next);
      },
      result: () =>
        values.length === 0
          ? undefined
          : result(
              values.sort((a, b) => a - b),
              parameter,
            ),
    };
  };
}

const percentile = (sorted: number[], percent: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1))] as number;

function deviation(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Functions of stats ("Aggregation functions", CloudWatch Logs Insights). */
export const AGGREGATES: ReadonlyMap<string, () => Aggregate> = new Map<string, () => Aggregate>([
  [
    'count',
    () => {
      let count = 0;
      return {
        add: (values) => {
          if (values.length === 0 || values[0] !== undefined) count++;
        },
        result: () => count,
      };
    },
  ],
  [
    'count_distinct',
    () => {
      const seen = new Set<string>();
      return {
        add: ([value]) => {
          if (value === undefined) return;
          if (seen.size >= MAX_KEPT) throw new Error(`A group has more than ${MAX_KEPT} different values.`);
          seen.add(textOf(value));
        },
        result: () => seen.size,
      };
    },
  ],
  ['sum', fold((sum, value) => sum + value)],
  ['min', fold(Math.min)],
  ['max', fold(Math.max)],
  [
    'avg',
    () => {
      let [sum, count] = [0, 0];
      return {
        add: ([value]) => {
          const next = numberOf(value);
          if (next === undefined) return;
          sum += next;
          count++;
        },
        result: () => (count === 0 ? undefined : sum / count),
      };
    },
  ],
  ['pct', ofSortedNumbers(percentile)],
  ['median', ofSortedNumbers((sorted) => percentile(sorted, 50))],
  ['stddev', ofSortedNumbers(deviation)],
  ['earliest', firstBy(([, a], [, b]) => a < b)],
  ['latest', firstBy(([, a], [, b]) => a >= b)],
  ['sortsFirst', firstBy(([a], [b]) => textOf(a as string) < textOf(b as string))],
  ['sortsLast', firstBy(([a], [b]) => textOf(a as string) > textOf(b as string))],
]);
