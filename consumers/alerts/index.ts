import { SNSClient } from '@aws-sdk/client-sns';
import { listVariable, variable } from '../environment';
import { alertsHandler } from './alerts';

/** Publishes to the alarm topic when a record holds one of the key words. */
export const handler = alertsHandler({
  sns: new SNSClient({}),
  topicArn: variable('ALARM_TOPIC_ARN'),
  keyWords: listVariable('ALERT_KEY_WORDS', 'Canceled'),
  fields: listVariable('ALERT_FIELDS', 'uuid,event_date,status'),
});
