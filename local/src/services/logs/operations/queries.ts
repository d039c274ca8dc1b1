import { randomUUID } from 'node:crypto';
import type { QueryInfo, StartQueryRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Strict } from '../../../core/operation';
import type { Owner } from '../../../core/owner';
import { pageOfList } from '../../../core/paging';
import { groupNameOf, streamArn } from '../arn';
import { operation } from '../contract';
import { invalidParameter, invalidToken, queryGroupNotFound } from '../errors';
import { parseQuery } from '../insights/parse-query';
import { InsightsRunner, type StoredQuery } from '../insights/runner';

const DEFAULT_LIMIT = 10_000;
/** Most log groups of a query. */
const MAX_GROUPS = 50;

/**
 * Starts a query of Logs Insights.
 * @param input.startTime epoch seconds, as `endTime`; both inclusive
 * @throws AwsError `MalformedQueryException` with the position of the error
 */
export const startQuery = operation('StartQuery', {
  resource: (input, { caller }) => groupsOf(input, caller).map((group) => streamArn(caller, group, '')),
  handle: async (input, { state, cloud, caller, requestId }) => {
    const { queryString: text, queryLanguage = 'CWLI' } = input;
    if (queryLanguage !== 'CWLI') throw invalidParameter(`Queries in ${queryLanguage} are not here: CWLI is.`);
    if (input.endTime < input.startTime) throw invalidParameter('startTime must not be after endTime.');
    const groups = groupsOf(input, caller);
    const commands = parseQuery(text);
    for (const group of groups) {
      if (state.groups.get(caller, group) === undefined) {
        throw queryGroupNotFound(group, caller.accountId, requestId);
      }
    }
    const id = randomUUID();
    const range = { start: input.startTime * 1000, end: (input.endTime + 1) * 1000 };
    const query = { id, text, groups, ...range, limit: input.limit ?? DEFAULT_LIMIT };
    await cloud.state(InsightsRunner).start(caller, query, commands);
    return { queryId: id };
  },
});

export const getQueryResults = operation('GetQueryResults', {
  handle: async ({ queryId }, { cloud, caller }) => {
    const runner = cloud.state(InsightsRunner);
    const query = runner.find(caller, queryId);
    const results = await runner.results(query);
    return { queryLanguage: 'CWLI' as const, status: query.status, statistics: query.statistics, results };
  },
});

export const stopQuery = operation('StopQuery', {
  handle: ({ queryId }, { cloud, caller }) => {
    if (!cloud.state(InsightsRunner).stop(caller, queryId)) {
      throw invalidParameter('Query is not in Running or Scheduled status and can not be stopped.');
    }
    return { success: true };
  },
});

/** Lists queries of the last seven days, newest first. */
export const describeQueries = operation('DescribeQueries', {
  resource: () => '*',
  handle: (input, { cloud, caller }) => {
    const { logGroupName, status, queryLanguage = 'CWLI' } = input;
    const all = cloud
      .state(InsightsRunner)
      .list(caller)
      .filter(
        (query) =>
          (logGroupName === undefined || query.groups.includes(logGroupName)) &&
          (status ?? query.status) === query.status &&
          queryLanguage === 'CWLI',
      );
    const { items, nextToken } = pageOfList(
      all,
      { token: input.nextToken, limit: input.maxResults ?? 1_000 },
      invalidToken,
    );
    return { queries: items.map(describe), nextToken };
  },
});

function describe({ id, text, groups, start, end, status, createTime }: StoredQuery): QueryInfo {
  const source = groups.map((group) => JSON.stringify(group)).join(', ');
  return {
    queryLanguage: 'CWLI',
    queryId: id,
    queryString: `SOURCE ${source} START=${start} END=${end - 1} | ${text}`,
    status,
    createTime,
    logGroupName: groups[0],
  };
}

/** Log groups of the input. @throws AwsError `InvalidParameterException` unless they are given in exactly one way */
function groupsOf(input: Strict<StartQueryRequest>, owner: Owner): string[] {
  const { logGroupName, logGroupNames, logGroupIdentifiers } = input;
  const given = [logGroupName === undefined ? undefined : [logGroupName], logGroupNames, logGroupIdentifiers];
  const [groups, second] = given.filter((each) => each !== undefined);
  if (groups === undefined || second !== undefined) {
    throw invalidParameter('Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.');
  }
  if (groups.length > MAX_GROUPS) throw invalidParameter(`A query can have at most ${MAX_GROUPS} log groups.`);
  return [...new Set(groups.map((each) => groupNameOf(each, owner)))];
}
