import type { MetricFilter } from '@aws-sdk/client-cloudwatch-logs';
import { isTexts } from '../../../core/paging';
import { allGroups, namedGroup } from '../arn';
import { operation } from '../contract';
import { invalidParameter, limitExceeded } from '../errors';
import { matcherOf } from '../event-filters';
import { parseFilterPattern, selectorsOf, valueReaderOf } from '../filter-pattern';
import { page } from '../paging';
import type { StoredMetricFilter } from '../state';

/** Most filters of a log group ("CloudWatch Logs quotas"). */
const MAX_FILTERS = 100;

export const putMetricFilter = operation('PutMetricFilter', {
  handle: async (input, { state, cloud, caller }) => {
    const { logGroupName: group, filterName: name, filterPattern } = input;
    const transformation = input.metricTransformations[0];
    if (transformation === undefined) throw invalidParameter('metricTransformations must have one member.');
    parseFilterPattern(filterPattern);
    if (transformation.defaultValue !== undefined && Object.keys(transformation.dimensions ?? {}).length > 0) {
      throw invalidParameter(
        'Invalid metric transformation: dimensions and default value are mutually exclusive properties.',
      );
    }
    await state.transaction(() => {
      state.groups.require(caller, group);
      const before = state.metricFilters.get(caller, group, name);
      if (before === undefined && [...state.metricFilters.list(caller, [group])].length >= MAX_FILTERS)
        throw limitExceeded();
      state.metricFilters.put(caller, [group, name], {
        ...{ name, filterPattern, transformation, applyOnTransformedLogs: input.applyOnTransformedLogs ?? false },
        creationTime: before?.creationTime ?? cloud.clock.now(),
      });
    });
  },
});

/** Lists filters of one group or of all, by name, filtered by prefix or metric. */
export const describeMetricFilters = operation('DescribeMetricFilters', {
  resource: (input, context) =>
    input.logGroupName === undefined ? allGroups(input, context) : namedGroup(input, context),
  handle: (input, { state, caller }) => {
    const { logGroupName, filterNamePrefix = '', metricName, metricNamespace } = input;
    if ((metricName === undefined) !== (metricNamespace === undefined)) {
      throw invalidParameter('metricName and metricNamespace must be specified together.');
    }
    const groups =
      logGroupName === undefined ? state.groups.list(caller) : [state.groups.require(caller, logGroupName)];
    const all = [...groups].flatMap((group) =>
      [...state.metricFilters.list(caller, [group.name])].map((filter) => ({ group: group.name, filter })),
    );
    const order = (a: Listed, b: Listed) =>
      a.filter.name < b.filter.name ? -1 : a.filter.name > b.filter.name ? 1 : a.group < b.group ? -1 : 1;
    all.sort(order);
    const { items, nextToken } = page(input.nextToken, input.limit, {
      items: (after: string[] | undefined) =>
        all.slice(all.findIndex(({ group, filter }) => isAt(after, group, filter)) + 1),
      keyOf: ({ group, filter }) => [group, filter.name],
      isKey: isTexts,
      matches: ({ filter: { name, transformation } }) =>
        name.startsWith(filterNamePrefix) &&
        (metricName ?? transformation.metricName) === transformation.metricName &&
        (metricNamespace ?? transformation.metricNamespace) === transformation.metricNamespace,
    });
    return { metricFilters: items.map(({ group, filter }) => describe(group, filter)), nextToken };
  },
});

export const deleteMetricFilter = operation('DeleteMetricFilter', {
  handle: ({ logGroupName, filterName }, { state, caller }) =>
    state.transaction(() => {
      state.groups.require(caller, logGroupName);
      state.metricFilters.require(caller, logGroupName, filterName);
      state.metricFilters.remove(caller, logGroupName, filterName);
    }),
});

/** Tests a pattern on messages: which ones match, and the extracted values. */
export const testMetricFilter = operation('TestMetricFilter', {
  handle: ({ filterPattern, logEventMessages }) => {
    parseFilterPattern(filterPattern);
    const [matches, reader, selectors] = [
      matcherOf(filterPattern),
      valueReaderOf(filterPattern),
      selectorsOf(filterPattern),
    ];
    return {
      matches: logEventMessages.flatMap((eventMessage, index) => {
        if (!matches(eventMessage)) return [];
        const read = reader(eventMessage);
        const extractedValues = Object.fromEntries(
          selectors.flatMap((selector) => {
            const value = read(selector);
            if (value === undefined) return [];
            return [[selector, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
          }),
        );
        return [{ eventNumber: index + 1, eventMessage, extractedValues }];
      }),
    };
  },
});

interface Listed {
  readonly group: string;
  readonly filter: StoredMetricFilter;
}

const isAt = (after: string[] | undefined, group: string, { name }: StoredMetricFilter): boolean =>
  after !== undefined && after[0] === group && after[1] === name;

function describe(logGroupName: string, { name, transformation, ...filter }: StoredMetricFilter): MetricFilter {
  return { filterName: name, logGroupName, metricTransformations: [transformation], ...filter };
}
