import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { MetricStore } from './metric-store';
import { CloudWatchState } from './state';

export const cloudwatch: Service = {
  name: 'cloudwatch',
  signingName: 'monitoring',
  iamPrefix: 'cloudwatch',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  start: async (cloud) => {
    const state = cloud.state(CloudWatchState);
    await state.trimHistory();
    if (state.allAlarms().next().done === true) return;
    const { AlarmMonitor } = require('./alarms/monitor') as typeof import('./alarms/monitor');
    cloud.state(AlarmMonitor).wake();
  },
  onMetric: (cloud, ...metric) => cloud.state(MetricStore).record(...metric),
};
