import { randomUUID } from 'node:crypto';
import type {
  BatchGetNamedQueryInput,
  BatchGetNamedQueryOutput,
  CreateNamedQueryInput,
  CreateNamedQueryOutput,
  DeleteNamedQueryInput,
  DeleteNamedQueryOutput,
  GetNamedQueryInput,
  GetNamedQueryOutput,
  ListNamedQueriesInput,
  ListNamedQueriesOutput,
  NamedQuery,
  UpdateNamedQueryInput,
  UpdateNamedQueryOutput,
} from '@aws-sdk/client-athena';
import { type Context, operation } from '../../../core/operation';
import { list, structure } from '../../../core/shape';
import { onWorkGroup } from '../arn';
import * as constraints from '../constraints';
import { invalidRequest } from '../errors';
import { page } from '../paging';
import { AthenaState } from '../state';

const { nameString, descriptionString, queryString, workGroupName } = constraints;

/** @throws AwsError `InvalidRequestException` if there is no such query. */
function find(id: string, { cloud, caller }: Context): NamedQuery {
  const found = cloud.state(AthenaState).namedQuery(caller, id);
  if (found === undefined) throw invalidRequest(`Named query ${id} does not exist.`);
  return found;
}

/** A named query is guarded by its workgroup. */
const onQuery = (action: string, id: string, context: Context) =>
  onWorkGroup(action, context.caller, context.cloud.state(AthenaState).namedQuery(context.caller, id)?.WorkGroup);

export const createNamedQuery = operation<CreateNamedQueryInput, CreateNamedQueryOutput>({
  name: 'CreateNamedQuery',
  input: structure(
    {
      Name: nameString,
      Description: descriptionString,
      Database: constraints.databaseString,
      QueryString: queryString,
      ClientRequestToken: constraints.idempotencyToken,
      WorkGroup: workGroupName,
    },
    'Name Database QueryString',
  ),
  permissions: ({ WorkGroup }, { caller }) => onWorkGroup('CreateNamedQuery', caller, WorkGroup),
  handle: async ({ ClientRequestToken: _token, WorkGroup = 'primary', ...query }, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    const NamedQueryId = randomUUID();
    await state.transaction(() => {
      state.workGroup(caller, WorkGroup);
      state.putNamedQuery(caller, { ...query, WorkGroup, NamedQueryId });
    });
    return { NamedQueryId };
  },
});

export const getNamedQuery = operation<GetNamedQueryInput, GetNamedQueryOutput>({
  name: 'GetNamedQuery',
  input: structure({ NamedQueryId: nameString }, 'NamedQueryId'),
  permissions: ({ NamedQueryId }, context) => onQuery('GetNamedQuery', NamedQueryId, context),
  handle: ({ NamedQueryId }, context) => ({ NamedQuery: find(NamedQueryId, context) }),
});

export const batchGetNamedQuery = operation<BatchGetNamedQueryInput, BatchGetNamedQueryOutput>({
  name: 'BatchGetNamedQuery',
  input: structure({ NamedQueryIds: list(nameString, { min: 1, max: 50 }) }, 'NamedQueryIds'),
  permissions: ({ NamedQueryIds }, context) =>
    NamedQueryIds.flatMap((id) => onQuery('BatchGetNamedQuery', id as string, context)),
  handle: ({ NamedQueryIds }, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    const found = (NamedQueryIds as string[]).map((id) => [id, state.namedQuery(caller, id)] as const);
    return {
      NamedQueries: found.flatMap(([, query]) => (query === undefined ? [] : [query])),
      UnprocessedNamedQueryIds: found
        .filter(([, query]) => query === undefined)
        .map(([id]) => ({
          NamedQueryId: id,
          ErrorCode: 'NOT_FOUND',
          ErrorMessage: `Named query ${id} does not exist.`,
        })),
    };
  },
});

export const updateNamedQuery = operation<UpdateNamedQueryInput, UpdateNamedQueryOutput>({
  name: 'UpdateNamedQuery',
  input: structure(
    { NamedQueryId: nameString, Name: nameString, Description: descriptionString, QueryString: queryString },
    'NamedQueryId Name QueryString',
  ),
  permissions: ({ NamedQueryId }, context) => onQuery('UpdateNamedQuery', NamedQueryId, context),
  handle: async (input, context) => {
    const state = context.cloud.state(AthenaState);
    await state.transaction(() =>
      state.putNamedQuery(context.caller, { ...find(input.NamedQueryId, context), ...input }),
    );
    return {};
  },
});

export const deleteNamedQuery = operation<DeleteNamedQueryInput, DeleteNamedQueryOutput>({
  name: 'DeleteNamedQuery',
  input: structure({ NamedQueryId: nameString }, 'NamedQueryId'),
  permissions: ({ NamedQueryId = '' }, context) => onQuery('DeleteNamedQuery', NamedQueryId, context),
  handle: async ({ NamedQueryId = '' }, context) => {
    const state = context.cloud.state(AthenaState);
    await state.transaction(() => {
      find(NamedQueryId, context);
      state.removeNamedQuery(context.caller, NamedQueryId);
    });
    return {};
  },
});

export const listNamedQueries = operation<ListNamedQueriesInput, ListNamedQueriesOutput>({
  name: 'ListNamedQueries',
  input: structure({
    NextToken: constraints.nextToken,
    MaxResults: constraints.maxResults(50),
    WorkGroup: workGroupName,
  }),
  permissions: ({ WorkGroup }, { caller }) => onWorkGroup('ListNamedQueries', caller, WorkGroup),
  handle: ({ NextToken, MaxResults, WorkGroup = 'primary' }, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    state.workGroup(caller, WorkGroup);
    const ids = state.listNamedQueries(caller, WorkGroup).map(({ NamedQueryId }) => NamedQueryId as string);
    const { items, nextToken } = page(ids, (id) => id, MaxResults ?? 50, NextToken);
    return { NamedQueryIds: items, NextToken: nextToken };
  },
});
