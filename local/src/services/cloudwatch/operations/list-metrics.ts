import { isTexts, pager } from '../../../core/paging';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { type Listed, MetricStore } from '../metric-store';

const RECENT_MS = 3 * 3_600_000;

const page = pager(() => invalidParameter('Request parameter NextToken is invalid'), is.LIST_PAGE);

/** Metrics with datapoints in the past two weeks. */
export const listMetrics = operation('ListMetrics', {
  handle: async (input, { cloud, caller }) => {
    const store = cloud.state(MetricStore);
    await store.flush();
    const since = cloud.clock.now() - (input.RecentlyActive === undefined ? is.MAX_AGE_MS : RECENT_MS);
    const wanted = ({ series }: Listed) =>
      series.lastSeen >= since &&
      series.name === (input.MetricName ?? series.name) &&
      (input.Dimensions ?? []).every(({ Name, Value }) =>
        series.dimensions.some((own) => own.Name === Name && own.Value === (Value ?? own.Value)),
      );
    const { items, nextToken: NextToken } = page(input.NextToken, undefined, {
      items: (after: readonly string[] | undefined) => store.list(caller, input.Namespace, after),
      keyOf: ({ key }) => key,
      isKey: isTexts,
      matches: wanted,
    });
    const Metrics = items.map(({ series }) => ({
      Namespace: series.namespace,
      MetricName: series.name,
      Dimensions: series.dimensions.map(({ Name, Value }) => ({ Name, Value })),
    }));
    return { Metrics, NextToken };
  },
});
