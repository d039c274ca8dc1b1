import { operationsIn, type Service } from '../../core/service';
import { AlarmMonitor } from './alarms/monitor';
import { contract } from './contract';
import { MetricStore } from './metric-store';
import * as operations from './operations';
import { CloudWatchState } from './state';

export const cloudwatch: Service = {
  name: 'cloudwatch',
  signingName: 'monitoring',
  iamPrefix: 'cloudwatch',
  contract,
  operations: operationsIn(operations),
  start: async (cloud) => {
    await cloud.state(CloudWatchState).trimHistory();
    cloud.state(AlarmMonitor).wake();
  },
  onMetric: (cloud, ...metric) => cloud.state(MetricStore).record(...metric),
};
