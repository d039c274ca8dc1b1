import type { Service } from '../../core/service';
import { AlarmMonitor } from './alarms/monitor';
import { contract } from './contract';
import { MetricStore } from './metric-store';
import { describeAlarmHistory } from './operations/alarm-history';
import { deleteDashboards, getDashboard, listDashboards, putDashboard } from './operations/dashboards';
import { getMetricData } from './operations/get-metric-data';
import { getMetricStatistics } from './operations/get-metric-statistics';
import { listMetrics } from './operations/list-metrics';
import {
  deleteAlarms,
  describeAlarms,
  describeAlarmsForMetric,
  disableAlarmActions,
  enableAlarmActions,
  putMetricAlarm,
  setAlarmState,
} from './operations/metric-alarms';
import { putMetricData } from './operations/put-metric-data';
import { listTagsForResource, tagResource, untagResource } from './operations/tags';
import { CloudWatchState } from './state';

export const cloudwatch: Service = {
  name: 'cloudwatch',
  signingName: 'monitoring',
  iamPrefix: 'cloudwatch',
  contract,
  operations: [
    putMetricData,
    getMetricData,
    getMetricStatistics,
    listMetrics,
    putMetricAlarm,
    describeAlarms,
    describeAlarmsForMetric,
    describeAlarmHistory,
    deleteAlarms,
    setAlarmState,
    enableAlarmActions,
    disableAlarmActions,
    putDashboard,
    getDashboard,
    listDashboards,
    deleteDashboards,
    listTagsForResource,
    tagResource,
    untagResource,
  ],
  start: async (cloud) => {
    await cloud.state(CloudWatchState).trimHistory();
    cloud.state(AlarmMonitor).wake();
  },
  onMetric: (cloud, ...metric) => cloud.state(MetricStore).record(...metric),
};
