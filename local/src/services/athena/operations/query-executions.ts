import type {
  BatchGetQueryExecutionInput,
  BatchGetQueryExecutionOutput,
  GetQueryExecutionInput,
  GetQueryExecutionOutput,
  GetQueryRuntimeStatisticsInput,
  GetQueryRuntimeStatisticsOutput,
  ListQueryExecutionsInput,
  ListQueryExecutionsOutput,
  StopQueryExecutionInput,
  StopQueryExecutionOutput,
} from '@aws-sdk/client-athena';
import type { Cloud } from '../../../core/cloud';
import { type Caller, type Context, operation, type Permission } from '../../../core/operation';
import { list, structure } from '../../../core/shape';
import { onWorkGroup } from '../arn';
import { paging, queryExecutionId, workGroupName } from '../constraints';
import { queryExecutionNotFound } from '../errors';
import { fromToken, toToken } from '../paging';
import { QueryRunner } from '../runner';
import { AthenaState, type StoredExecution } from '../state';

/** An execution as it stands now. @throws AwsError `InvalidRequestException` */
export function executionNow(cloud: Cloud, caller: Caller, id: string): StoredExecution {
  return cloud.state(QueryRunner).find(caller, id) ?? cloud.state(AthenaState).execution(caller, id);
}

/** An execution is guarded by the workgroup that it ran in. */
export const onItsWorkGroup =
  (action: string) =>
  (input: { QueryExecutionId?: string }, { cloud, caller }: Context): Permission[] => {
    const found = cloud.state(AthenaState).findExecution(caller, input.QueryExecutionId ?? '');
    return onWorkGroup(action, caller, found?.execution.WorkGroup);
  };

export const getQueryExecution = operation<GetQueryExecutionInput, GetQueryExecutionOutput>({
  name: 'GetQueryExecution',
  input: structure({ QueryExecutionId: queryExecutionId }, 'QueryExecutionId'),
  permissions: onItsWorkGroup('GetQueryExecution'),
  handle: (input, { cloud, caller }) => ({
    QueryExecution: executionNow(cloud, caller, input.QueryExecutionId).execution,
  }),
});

export const batchGetQueryExecution = operation<BatchGetQueryExecutionInput, BatchGetQueryExecutionOutput>({
  name: 'BatchGetQueryExecution',
  input: structure({ QueryExecutionIds: list(queryExecutionId, { min: 1, max: 50 }) }, 'QueryExecutionIds'),
  handle: (input, { cloud, caller }) => {
    const there = (id: string) => cloud.state(AthenaState).findExecution(caller, id) !== undefined;
    return {
      QueryExecutions: input.QueryExecutionIds.filter(there).map((id) => executionNow(cloud, caller, id).execution),
      UnprocessedQueryExecutionIds: input.QueryExecutionIds.filter((id) => !there(id)).map((id) => ({
        QueryExecutionId: id,
        ErrorCode: 'INVALID_INPUT',
        ErrorMessage: queryExecutionNotFound(id).message,
      })),
    };
  },
});

/** Newest first. */
export const listQueryExecutions = operation<ListQueryExecutionsInput, ListQueryExecutionsOutput>({
  name: 'ListQueryExecutions',
  input: structure({ ...paging(50), WorkGroup: workGroupName }),
  permissions: (input, { caller }) => onWorkGroup('ListQueryExecutions', caller, input.WorkGroup),
  handle: (input, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    const workGroup = state.workGroup(caller, input.WorkGroup ?? 'primary').Name as string;
    const { ids, next } = state.listExecutions(caller, workGroup, input.MaxResults ?? 50, fromToken(input.NextToken));
    return { QueryExecutionIds: ids, NextToken: next === undefined ? undefined : toToken(next) };
  },
});

export const stopQueryExecution = operation<StopQueryExecutionInput, StopQueryExecutionOutput>({
  name: 'StopQueryExecution',
  input: structure({ QueryExecutionId: queryExecutionId }, 'QueryExecutionId'),
  permissions: onItsWorkGroup('StopQueryExecution'),
  handle: async (input, { cloud, caller }) => {
    const id = input.QueryExecutionId ?? '';
    cloud.state(AthenaState).execution(caller, id);
    await cloud.state(QueryRunner).cancel(caller, id);
    return {};
  },
});

export const getQueryRuntimeStatistics = operation<GetQueryRuntimeStatisticsInput, GetQueryRuntimeStatisticsOutput>({
  name: 'GetQueryRuntimeStatistics',
  input: structure({ QueryExecutionId: queryExecutionId }, 'QueryExecutionId'),
  permissions: onItsWorkGroup('GetQueryRuntimeStatistics'),
  handle: (input, { cloud, caller }) => {
    const { execution, rows } = executionNow(cloud, caller, input.QueryExecutionId);
    const statistics = execution.Statistics ?? {};
    return {
      QueryRuntimeStatistics: {
        Timeline: {
          QueryQueueTimeInMillis: statistics.QueryQueueTimeInMillis,
          ServicePreProcessingTimeInMillis: statistics.ServicePreProcessingTimeInMillis,
          QueryPlanningTimeInMillis: statistics.QueryPlanningTimeInMillis,
          EngineExecutionTimeInMillis: statistics.EngineExecutionTimeInMillis,
          ServiceProcessingTimeInMillis: statistics.ServiceProcessingTimeInMillis,
          TotalExecutionTimeInMillis: statistics.TotalExecutionTimeInMillis,
        },
        Rows: { InputBytes: statistics.DataScannedInBytes, OutputRows: rows },
      },
    };
  },
});
