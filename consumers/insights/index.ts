import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { variable } from '../environment';
import { insightsHandler } from './insights';

/** Counts records by a field's value in tumbling windows, and keeps the counts as metrics. */
export const handler = insightsHandler({
  cloudwatch: new CloudWatchClient({}),
  namespace: variable('METRICS_NAMESPACE'),
  field: variable('INSIGHTS_FIELD', 'status'),
});
