import type { GetMetricDataOutput, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { isIndex, readToken, writeToken } from '../../../core/paging';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidToken, validation } from '../errors';
import { MetricStore } from '../metric-store';
import { alignStart, type Query, runQueries } from '../query';

/** Values of metrics and of math on them, in pages of at most `MaxDatapoints`. */
export const getMetricData = operation('GetMetricData', {
  handle: async (input, { cloud, caller }) => {
    const store = cloud.state(MetricStore);
    requireOrder(input.StartTime, input.EndTime);
    await store.flush();
    const shortest = Math.min(60, ...input.MetricDataQueries.map((query) => query.MetricStat?.Period ?? 60));
    const range = { start: alignStart(input.StartTime.getTime(), shortest), end: input.EndTime.getTime() };
    const descending = input.ScanBy !== 'TimestampAscending';
    const results = runQueries(store, caller, input.MetricDataQueries, range)
      .filter(({ query }) => query.ReturnData !== false)
      .flatMap(({ query, series }) =>
        series.map((one) => ({ query, label: one.label, points: inOrder(one, descending) })),
      );
    const from = readToken<number>(input.NextToken, invalidToken, isIndex) ?? 0;
    const limit = Math.min(input.MaxDatapoints ?? is.MAX_DATAPOINTS, is.MAX_DATAPOINTS);
    return { ...cut(results, from, limit), Messages: [] };
  },
});

/** Compares times by whole seconds. @throws AwsError `ValidationException` */
function requireOrder(start: Date, end: Date): void {
  const [from, to] = [start, end].map((time) => Math.floor(time.getTime() / 1000)) as [number, number];
  if (from > to) throw validation('The parameter EndTime must be greater than StartTime.');
  if (from === to) throw validation('The parameter StartTime must not equal parameter EndTime.');
}

interface Result {
  readonly query: Query;
  readonly label: string;
  readonly points: readonly (readonly [number, number])[];
}

function inOrder({ points }: { points: ReadonlyMap<number, number> }, descending: boolean): [number, number][] {
  const sorted = [...points].sort(([a], [b]) => a - b);
  return descending ? sorted.reverse() : sorted;
}

// A page is a slice of all results' datapoints, one result after the other.
function cut(results: readonly Result[], from: number, limit: number): GetMetricDataOutput {
  const page: MetricDataResult[] = [];
  let passed = 0;
  for (const { query, label, points } of results) {
    const first = Math.max(0, from - passed);
    const last = Math.min(points.length, from + limit - passed);
    passed += points.length;
    // Empty results are on the first page; others on each page with a part of them.
    if (points.length === 0 ? from > 0 : first >= last) continue;
    const part = points.slice(first, last);
    page.push({
      Id: query.Id,
      Label: label,
      Timestamps: part.map(([time]) => new Date(time)),
      Values: part.map(([, value]) => value),
      StatusCode: last < points.length ? 'PartialData' : 'Complete',
    });
  }
  return { MetricDataResults: page, NextToken: passed > from + limit ? writeToken(from + limit) : undefined };
}
