import { randomUUID } from 'node:crypto';
import type { Context } from '../../../core/operation';
import { workGroupArn } from '../arn';
import { operation } from '../contract';
import { parametersDiffer } from '../errors';
import { page } from '../paging';
import { AthenaState } from '../state';

/** Resource of a named query's permissions: its workgroup. */
const itsWorkGroup = (input: { readonly NamedQueryId?: string }, { cloud, caller }: Context): string =>
  workGroupArn(caller, cloud.state(AthenaState).namedQueries.get(caller, input.NamedQueryId ?? '')?.WorkGroup);

export const createNamedQuery = operation('CreateNamedQuery', {
  handle: async (input, { state, caller }) => {
    const { ClientRequestToken: token, ...query } = input;
    const WorkGroup = input.WorkGroup ?? 'primary';
    const request = JSON.stringify(query);
    return state.transaction(() => {
      state.workGroup(caller, WorkGroup);
      const before = token === undefined ? undefined : state.tokens.get(caller, `named/${token}`);
      if (before !== undefined) {
        if (before.request !== request) throw parametersDiffer();
        return { NamedQueryId: before.id };
      }
      const NamedQueryId = randomUUID();
      state.namedQueries.put(caller, [NamedQueryId], { ...query, WorkGroup, NamedQueryId });
      if (token !== undefined) state.tokens.put(caller, [`named/${token}`], { id: NamedQueryId, request });
      return { NamedQueryId };
    });
  },
});

export const getNamedQuery = operation('GetNamedQuery', {
  resource: itsWorkGroup,
  handle: (input, { state, caller }) => ({
    NamedQuery: state.namedQueries.require(caller, input.NamedQueryId),
  }),
});

export const batchGetNamedQuery = operation('BatchGetNamedQuery', {
  handle: (input, { state, caller }) => {
    const found = input.NamedQueryIds.map((id) => ({ id, query: state.namedQueries.get(caller, id) }));
    return {
      NamedQueries: found.flatMap(({ query }) => (query === undefined ? [] : [query])),
      UnprocessedNamedQueryIds: found
        .filter(({ query }) => query === undefined)
        .map(({ id }) => ({
          NamedQueryId: id,
          ErrorCode: 'INTERNAL_ERROR',
          ErrorMessage: `NamedQuery ${id} does not exist`,
        })),
    };
  },
});

export const updateNamedQuery = operation('UpdateNamedQuery', {
  resource: itsWorkGroup,
  handle: (input, { state, caller }) =>
    state.transaction(() => {
      const before = state.namedQueries.require(caller, input.NamedQueryId);
      state.namedQueries.put(caller, [input.NamedQueryId], { ...before, ...input });
    }),
});

export const deleteNamedQuery = operation('DeleteNamedQuery', {
  resource: itsWorkGroup,
  handle: async (input, { state, caller }) => {
    const id = input.NamedQueryId ?? '';
    await state.transaction(() => {
      state.namedQueries.require(caller, id);
      state.namedQueries.remove(caller, id);
    });
  },
});

export const listNamedQueries = operation('ListNamedQueries', {
  handle: (input, { state, caller }) => {
    const workGroup = state.workGroup(caller, input.WorkGroup ?? 'primary').Name;
    const { items, nextToken } = page(input.NextToken, input.MaxResults, {
      items: (after) => state.namedQueries.list(caller, [], after),
      keyOf: (query) => query.NamedQueryId as string,
      matches: (query) => query.WorkGroup === workGroup,
    });
    return { NamedQueryIds: items.map((query) => query.NamedQueryId as string), NextToken: nextToken };
  },
});
