import { operation } from '../contract';
import { invalidRequest, statementNotFound } from '../errors';
import { page } from '../paging';

export const createPreparedStatement = operation('CreatePreparedStatement', {
  handle: ({ WorkGroup, ...statement }, { state, cloud, caller }) =>
    state.transaction(() => {
      state.workGroup(caller, WorkGroup);
      if (state.statements.get(caller, WorkGroup, statement.StatementName) !== undefined) {
        throw invalidRequest(`PreparedStatement ${statement.StatementName} already exists in workGroup ${WorkGroup}`);
      }
      state.statements.put(caller, [WorkGroup, statement.StatementName], {
        ...statement,
        WorkGroupName: WorkGroup,
        LastModifiedTime: new Date(cloud.clock.now()),
      });
    }),
});

export const updatePreparedStatement = operation('UpdatePreparedStatement', {
  handle: ({ WorkGroup, ...statement }, { state, cloud, caller }) =>
    state.transaction(() => {
      const before = state.statements.require(caller, WorkGroup, statement.StatementName);
      const LastModifiedTime = new Date(cloud.clock.now());
      const changed = { ...before, ...statement, LastModifiedTime };
      state.statements.put(caller, [WorkGroup, statement.StatementName], changed);
    }),
});

export const getPreparedStatement = operation('GetPreparedStatement', {
  handle: (input, { state, caller }) => ({
    PreparedStatement: state.statements.require(caller, input.WorkGroup, input.StatementName),
  }),
});

export const batchGetPreparedStatement = operation('BatchGetPreparedStatement', {
  handle: (input, { state, caller }) => {
    const found = input.PreparedStatementNames.map((name) => ({
      name,
      statement: state.statements.get(caller, input.WorkGroup, name),
    }));
    return {
      PreparedStatements: found.flatMap(({ statement }) => (statement === undefined ? [] : [statement])),
      UnprocessedPreparedStatementNames: found
        .filter(({ statement }) => statement === undefined)
        .map(({ name }) => {
          const { code, message } = statementNotFound(input.WorkGroup, name);
          return { StatementName: name, ErrorCode: code, ErrorMessage: message };
        }),
    };
  },
});

export const deletePreparedStatement = operation('DeletePreparedStatement', {
  handle: (input, { state, caller }) =>
    state.transaction(() => {
      state.statements.require(caller, input.WorkGroup, input.StatementName);
      state.statements.remove(caller, input.WorkGroup, input.StatementName);
    }),
});

export const listPreparedStatements = operation('ListPreparedStatements', {
  handle: (input, { state, caller }) => {
    state.workGroup(caller, input.WorkGroup);
    const { items, nextToken } = page(input.NextToken, input.MaxResults, {
      items: (after) => state.statements.list(caller, [input.WorkGroup], after),
      keyOf: (statement) => statement.StatementName as string,
    });
    return {
      PreparedStatements: items.map(({ StatementName, LastModifiedTime }) => ({ StatementName, LastModifiedTime })),
      NextToken: nextToken,
    };
  },
});
