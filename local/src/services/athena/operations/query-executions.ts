import type { Cloud } from '../../../core/cloud';
import type { Caller, Context } from '../../../core/operation';
import { readToken, writeToken } from '../../../core/paging';
import { workGroupArn } from '../arn';
import { operation } from '../contract';
import { invalidToken, queryExecutionNotFound } from '../errors';
import { QueryRunner } from '../runner';
import { AthenaState, type StoredExecution } from '../state';

/** The current state of an execution. @throws AwsError `InvalidRequestException` */
export function executionNow(cloud: Cloud, caller: Caller, id: string): StoredExecution {
  return cloud.state(QueryRunner).find(caller, id) ?? cloud.state(AthenaState).executions.require(caller, id);
}

/** Resource of an execution's permissions: its workgroup. */
export function itsWorkGroup(input: { readonly QueryExecutionId?: string }, { cloud, caller }: Context): string {
  const found = cloud.state(AthenaState).executions.get(caller, input.QueryExecutionId ?? '');
  return workGroupArn(caller, found?.execution.WorkGroup);
}

export const getQueryExecution = operation('GetQueryExecution', {
  resource: itsWorkGroup,
  handle: (input, { cloud, caller }) => ({
    QueryExecution: executionNow(cloud, caller, input.QueryExecutionId).execution,
  }),
});

export const batchGetQueryExecution = operation('BatchGetQueryExecution', {
  handle: (input, { state, cloud, caller }) => {
    const there = (id: string) => state.executions.get(caller, id) !== undefined;
    return {
      QueryExecutions: input.QueryExecutionIds.filter(there).map((id) => executionNow(cloud, caller, id).execution),
      UnprocessedQueryExecutionIds: input.QueryExecutionIds.filter((id) => !there(id)).map((id) => ({
        QueryExecutionId: id,
        ErrorCode: 'QUERY_EXECUTION_NOT_FOUND',
        ErrorMessage: queryExecutionNotFound(id).message,
      })),
    };
  },
});

/** Newest first. */
export const listQueryExecutions = operation('ListQueryExecutions', {
  handle: (input, { state, caller }) => {
    const workGroup = state.workGroup(caller, input.WorkGroup ?? 'primary').Name as string;
    const { ids, next } = state.listExecutions(
      caller,
      workGroup,
      input.MaxResults ?? 50,
      readToken(input.NextToken, invalidToken),
    );
    return { QueryExecutionIds: ids, NextToken: next === undefined ? undefined : writeToken(next) };
  },
});

export const stopQueryExecution = operation('StopQueryExecution', {
  resource: itsWorkGroup,
  handle: async (input, { state, cloud, caller }) => {
    const id = input.QueryExecutionId ?? '';
    state.executions.require(caller, id);
    await cloud.state(QueryRunner).cancel(caller, id);
  },
});

export const getQueryRuntimeStatistics = operation('GetQueryRuntimeStatistics', {
  resource: itsWorkGroup,
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
