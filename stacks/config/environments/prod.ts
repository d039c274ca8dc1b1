import type { SettingsInput } from '../schema';

/** Production on AWS. Its name lets it stand beside `dev` in one account. */
export const prod: SettingsInput = {
  appName: 'kinesis-rd-prod',
  envType: 'prod',
  retentionPeriod: 168,
  encryption: 'customer-key',
  bucketVersioning: true,
  bucketAccessLogs: true,
  alarmTopic: true,
  cloudwatchLogRetentionDays: 365,
  dataDeletion: 'never',
};
