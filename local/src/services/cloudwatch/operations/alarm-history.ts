import { AlarmMonitor } from '../alarms/monitor';
import { operation } from '../contract';
import { page } from '../paging';
import { CloudWatchState } from '../state';
import { onAlarms } from './metric-alarms';

export const describeAlarmHistory = operation('DescribeAlarmHistory', {
  permissions: ({ AlarmName = '*' }, context) => onAlarms('DescribeAlarmHistory', [AlarmName], context),
  handle: async (input, { cloud, caller }) => {
    await cloud.state(AlarmMonitor).evaluateAll();
    const matching = cloud
      .state(CloudWatchState)
      .listHistory(caller, input.AlarmName)
      .filter(
        (item) =>
          item.type === (input.HistoryItemType ?? item.type) &&
          item.time >= (input.StartDate?.getTime() ?? 0) &&
          item.time <= (input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY),
      );
    if (input.ScanBy !== 'TimestampAscending') matching.reverse();
    const numbered = matching.map((item, index) => ({ item, index }));
    const { items, NextToken } = page(
      (after: number | undefined) => numbered.slice(after === undefined ? 0 : after + 1),
      ({ index }) => index,
      input.NextToken,
      input.MaxRecords ?? 100,
    );
    const AlarmHistoryItems = items.map(({ item }) => ({
      AlarmName: item.alarm,
      AlarmType: 'MetricAlarm' as const,
      Timestamp: new Date(item.time),
      HistoryItemType: item.type,
      HistorySummary: item.summary,
      HistoryData: item.data,
    }));
    return { AlarmHistoryItems, NextToken };
  },
});
