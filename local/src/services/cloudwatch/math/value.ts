/** Values by epoch milliseconds, oldest first. */
export interface TimeSeries {
  readonly label: string;
  readonly period: number;
  readonly points: ReadonlyMap<number, number>;
}

/** Value of an expression: a number, a text, a time series or an array of them. */
export type Value = number | string | TimeSeries | readonly TimeSeries[];

export function isSeries(value: Value): value is TimeSeries {
  return typeof value === 'object' && 'points' in value;
}

export function isArray(value: Value): value is readonly TimeSeries[] {
  return Array.isArray(value);
}

/** A series with each value mapped; undefined results and NaN are dropped. */
export function mapSeries(series: TimeSeries, change: (value: number, time: number) => number | undefined): TimeSeries {
  const points = new Map<number, number>();
  for (const [time, value] of series.points) {
    const changed = change(value, time);
    if (changed !== undefined && Number.isFinite(changed)) points.set(time, changed);
  }
  return { ...series, points };
}

/** Combines series: at each time at which any has a value, `combine` gets the values of all. */
export function combineSeries(
  all: readonly TimeSeries[],
  label: string,
  combine: (values: number[]) => number,
): TimeSeries {
  const columns = new Map<number, number[]>();
  for (const { points } of all) {
    for (const [time, value] of points) {
      const column = columns.get(time);
      if (column === undefined) columns.set(time, [value]);
      else column.push(value);
    }
  }
  const points = new Map([...columns].sort(([a], [b]) => a - b).map(([time, values]) => [time, combine(values)]));
  return { label, period: all.length === 0 ? 60 : Math.max(...all.map((series) => series.period)), points };
}
