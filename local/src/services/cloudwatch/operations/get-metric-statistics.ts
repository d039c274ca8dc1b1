import type { Datapoint, GetMetricStatisticsInput } from '@aws-sdk/client-cloudwatch';
import type { Strict } from '../../../core/operation';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidCombination, invalidParameter, missingParameter } from '../errors';
import { MetricStore, metricOf } from '../metric-store';
import { alignStart, readPeriods, requirePeriod } from '../query';
import { type StatisticSet, statisticNamed } from '../statistics';

/** Statistics of one metric per period, one datapoint for each unit that it was published in. */
export const getMetricStatistics = operation('GetMetricStatistics', {
  handle: async (input, { cloud, caller }) => {
    checkRequest(input);
    const store = cloud.state(MetricStore);
    await store.flush();
    const metric = metricOf(input.Namespace, input.MetricName, input.Dimensions);
    const range = { start: alignStart(input.StartTime.getTime(), input.Period), end: input.EndTime.getTime() };
    const units = new Set(store.read(caller, metric, range.start, range.end, input.Unit).map(({ unit }) => unit));
    const datapoints = [...units].flatMap((unit) =>
      [...readPeriods(store, caller, metric, range, input.Period, unit)].map(([time, set]) =>
        datapointOf(time, set, unit, input),
      ),
    );
    datapoints.sort((a, b) => (a.Timestamp?.getTime() ?? 0) - (b.Timestamp?.getTime() ?? 0));
    return { Label: input.MetricName, Datapoints: datapoints };
  },
});

function checkRequest(input: Strict<GetMetricStatisticsInput>): void {
  if (input.Statistics === undefined && input.ExtendedStatistics === undefined) {
    throw missingParameter('Must specify either Statistics or ExtendedStatistics');
  }
  if (input.StartTime >= input.EndTime) {
    throw invalidParameter('The parameter StartTime must be less than the parameter EndTime.');
  }
  requirePeriod(input.Period);
  const datapoints = Math.ceil((input.EndTime.getTime() - input.StartTime.getTime()) / (input.Period * 1000));
  if (datapoints > is.MAX_STATISTICS_DATAPOINTS) {
    throw invalidCombination(
      `You have requested up to ${datapoints} datapoints, which exceeds the limit of ${is.MAX_STATISTICS_DATAPOINTS}. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
  }
}

function datapointOf(
  time: number,
  set: StatisticSet,
  unit: string,
  { Statistics = [], ExtendedStatistics }: Strict<GetMetricStatisticsInput>,
): Datapoint {
  const basic = Object.fromEntries(Statistics.map((name) => [name, statisticNamed(name)(set)]));
  const extended = (ExtendedStatistics ?? []).flatMap((name) => {
    const value = statisticNamed(name)(set);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    Timestamp: new Date(time),
    ...basic,
    Unit: unit as Datapoint['Unit'],
    ExtendedStatistics: ExtendedStatistics === undefined ? undefined : Object.fromEntries(extended),
  };
}
