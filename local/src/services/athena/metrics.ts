import type { QueryExecution } from '@aws-sdk/client-athena';
import type { Cloud } from '../../core/cloud';
import type { Owner } from '../../core/owner';

/**
 * Publishes the metrics of an ended query whose workgroup has them on ("List of CloudWatch metrics and dimensions for
 * Athena").
 */
export function publish(cloud: Cloud, { accountId, region }: Owner, execution: QueryExecution): void {
  const dimensions = {
    QueryState: execution.Status?.State as string,
    QueryType: execution.StatementType as string,
    WorkGroup: execution.WorkGroup as string,
  };
  const { TotalExecutionTimeInMillis, EngineExecutionTimeInMillis, DataScannedInBytes } = execution.Statistics ?? {};
  cloud.metrics.publish(
    { namespace: 'AWS/Athena', dimensions, accountId, region },
    {
      TotalExecutionTime: [TotalExecutionTimeInMillis ?? 0, 'Milliseconds'],
      EngineExecutionTime: [EngineExecutionTimeInMillis ?? 0, 'Milliseconds'],
      ProcessedBytes: [DataScannedInBytes ?? 0, 'Bytes'],
    },
  );
}
