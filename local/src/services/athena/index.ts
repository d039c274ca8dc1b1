import type { Service } from '../../core/service';
import { contract } from './contract';
import * as catalogs from './operations/catalogs';
import { getQueryResults } from './operations/get-query-results';
import * as namedQueries from './operations/named-queries';
import * as preparedStatements from './operations/prepared-statements';
import {
  batchGetQueryExecution,
  getQueryExecution,
  getQueryRuntimeStatistics,
  listQueryExecutions,
  stopQueryExecution,
} from './operations/query-executions';
import { startQueryExecution } from './operations/start-query-execution';
import * as tags from './operations/tags';
import * as workGroups from './operations/work-groups';
import { AthenaState } from './state';

export const athena: Service = {
  name: 'athena',
  signingName: 'athena',
  contract,
  operations: [
    ...[workGroups, namedQueries, preparedStatements, catalogs, tags].flatMap((group) => Object.values(group)),
    startQueryExecution,
    getQueryExecution,
    batchGetQueryExecution,
    listQueryExecutions,
    stopQueryExecution,
    getQueryResults,
    getQueryRuntimeStatistics,
  ],
  // A query doesn't outlive the process that ran it.
  start: (cloud) => {
    const state = cloud.state(AthenaState);
    return state.transaction(() => {
      for (const [owner, stored] of [...state.unfinished()]) {
        const Status = {
          ...stored.execution.Status,
          State: 'FAILED' as const,
          StateChangeReason: 'The local endpoint stopped while the query was running.',
          CompletionDateTime: new Date(cloud.clock.now()),
        };
        state.putExecution(owner, { ...stored, execution: { ...stored.execution, Status } });
      }
    });
  },
};
