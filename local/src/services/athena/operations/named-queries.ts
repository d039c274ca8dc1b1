import { randomUUID } from 'node:crypto';
import type { Context } from '../../../core/operation';
import { page } from '../../../core/paging';
import { workGroupArn } from '../arn';
import { operation } from '../contract';
import { invalidRequest, invalidToken } from '../errors';
import { AthenaState } from '../state';

/** Resource of a named query's permissions: its workgroup. */
const itsWorkGroup = (input: { readonly NamedQueryId?: string }, { cloud, caller }: Context): string =>
  workGroupArn(caller, cloud.state(AthenaState).findNamedQuery(caller, input.NamedQueryId ?? '')?.WorkGroup);

export const createNamedQuery = operation('CreateNamedQuery', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: async (input, { state, caller }) => {
    const { ClientRequestToken: token, ...query } = input;
    const WorkGroup = input.WorkGroup ?? 'primary';
    const request = JSON.stringify(query);
    return state.transaction(() => {
      state.workGroup(caller, WorkGroup);
      const before = token === undefined ? undefined : state.findToken(caller, `named/${token}`);
      if (before !== undefined) {
        if (before.request !== request) throw invalidRequest('Idempotent parameters do not match');
        return { NamedQueryId: before.id };
      }
      const NamedQueryId = randomUUID();
      state.putNamedQuery(caller, { ...query, WorkGroup, NamedQueryId });
      if (token !== undefined) state.putToken(caller, `named/${token}`, NamedQueryId, request);
      return { NamedQueryId };
    });
  },
});

export const getNamedQuery = operation('GetNamedQuery', {
  resource: itsWorkGroup,
  handle: (input, { state, caller }) => ({
    NamedQuery: state.namedQuery(caller, input.NamedQueryId),
  }),
});

export const batchGetNamedQuery = operation('BatchGetNamedQuery', {
  handle: (input, { state, caller }) => {
    const found = input.NamedQueryIds.map((id) => ({ id, query: state.findNamedQuery(caller, id) }));
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
      state.putNamedQuery(caller, { ...state.namedQuery(caller, input.NamedQueryId), ...input });
    }),
});

export const deleteNamedQuery = operation('DeleteNamedQuery', {
  resource: itsWorkGroup,
  handle: async (input, { state, caller }) => {
    const id = input.NamedQueryId ?? '';
    await state.transaction(() => {
      state.namedQuery(caller, id);
      state.removeNamedQuery(caller, id);
    });
  },
});

export const listNamedQueries = operation('ListNamedQueries', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: (input, { state, caller }) => {
    const workGroup = state.workGroup(caller, input.WorkGroup ?? 'primary').Name;
    const { items, nextToken } = page(
      {
        items: (after) => state.listNamedQueries(caller, after),
        keyOf: (query) => query.NamedQueryId as string,
        matches: (query) => query.WorkGroup === workGroup,
        token: input.NextToken,
        limit: input.MaxResults ?? 50,
      },
      invalidToken,
    );
    return { NamedQueryIds: items.map((query) => query.NamedQueryId as string), NextToken: nextToken };
  },
});
