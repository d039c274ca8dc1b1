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
import { settleUnfinished } from './writes';

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
  start: settleUnfinished,
};
