import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { variable } from '../environment';
import { CounterTable } from './counter-table';
import { insightsHandler } from './insights';

const { COUNTERS_TABLE: counters } = process.env;

/**
 * Counts records by a field's value in tumbling windows, and puts the counts as metrics, and into a table if one is
 * set.
 */
export const handler = insightsHandler({
  cloudwatch: new CloudWatchClient({}),
  namespace: variable('METRICS_NAMESPACE'),
  field: variable('INSIGHTS_FIELD', 'status'),
  ...(counters && { counters: new CounterTable(new DynamoDBClient({}), counters) }),
});
