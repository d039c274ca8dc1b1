export * from './alarm-history';
export * from './dashboards';
export * from './get-metric-data';
export * from './get-metric-statistics';
export * from './list-metrics';
export * from './metric-alarms';
export * from './put-metric-data';
export * from './tags';
