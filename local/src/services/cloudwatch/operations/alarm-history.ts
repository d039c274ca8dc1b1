import { pageOfList } from '../../../core/paging';
import { AlarmMonitor } from '../alarms/monitor';
import { alarmArns } from '../arn';
import { operation } from '../contract';
import { invalidToken } from '../errors';

export const describeAlarmHistory = operation('DescribeAlarmHistory', {
  resource: ({ AlarmName = '*' }, { caller }) => alarmArns(caller, [AlarmName]),
  handle: async (input, { state, cloud, caller }) => {
    if (input.AlarmTypes?.includes('MetricAlarm') === false) return { AlarmHistoryItems: [] };
    await cloud.state(AlarmMonitor).evaluateAll();
    const matching = state
      .listHistory(caller, input.AlarmName)
      .filter(
        (item) =>
          item.type === (input.HistoryItemType ?? item.type) &&
          item.time >= (input.StartDate?.getTime() ?? 0) &&
          item.time <= (input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY),
      );
    if (input.ScanBy !== 'TimestampAscending') matching.reverse();
    const found = pageOfList(matching, { token: input.NextToken, limit: input.MaxRecords ?? 100 }, invalidToken);
    const AlarmHistoryItems = found.items.map((item) => ({
      AlarmName: item.alarm,
      AlarmType: 'MetricAlarm' as const,
      Timestamp: new Date(item.time),
      HistoryItemType: item.type,
      HistorySummary: item.summary,
      HistoryData: item.data,
    }));
    return { AlarmHistoryItems, NextToken: found.nextToken };
  },
});
