import { page } from '../../../core/paging';
import { workGroupArn } from '../arn';
import { operation } from '../contract';
import { invalidRequest, invalidToken, statementNotFound } from '../errors';

export const createPreparedStatement = operation('CreatePreparedStatement', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: ({ WorkGroup, ...statement }, { state, cloud, caller }) =>
    state.transaction(() => {
      state.workGroup(caller, WorkGroup);
      if (state.findStatement(caller, WorkGroup, statement.StatementName) !== undefined) {
        throw invalidRequest(`PreparedStatement ${statement.StatementName} already exists in workGroup ${WorkGroup}`);
      }
      const LastModifiedTime = new Date(cloud.clock.now());
      state.putStatement(caller, { ...statement, WorkGroupName: WorkGroup, LastModifiedTime });
    }),
});

export const updatePreparedStatement = operation('UpdatePreparedStatement', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: ({ WorkGroup, ...statement }, { state, cloud, caller }) =>
    state.transaction(() => {
      const before = state.statement(caller, WorkGroup, statement.StatementName);
      state.putStatement(caller, { ...before, ...statement, LastModifiedTime: new Date(cloud.clock.now()) });
    }),
});

export const getPreparedStatement = operation('GetPreparedStatement', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: (input, { state, caller }) => ({
    PreparedStatement: state.statement(caller, input.WorkGroup, input.StatementName),
  }),
});

export const batchGetPreparedStatement = operation('BatchGetPreparedStatement', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: (input, { state, caller }) => {
    const found = input.PreparedStatementNames.map((name) => ({
      name,
      statement: state.findStatement(caller, input.WorkGroup, name),
    }));
    return {
      PreparedStatements: found.flatMap(({ statement }) => (statement === undefined ? [] : [statement])),
      UnprocessedPreparedStatementNames: found
        .filter(({ statement }) => statement === undefined)
        .map(({ name }) => {
          const { code, message } = statementNotFound(name, input.WorkGroup);
          return { StatementName: name, ErrorCode: code, ErrorMessage: message };
        }),
    };
  },
});

export const deletePreparedStatement = operation('DeletePreparedStatement', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: (input, { state, caller }) =>
    state.transaction(() => {
      state.statement(caller, input.WorkGroup, input.StatementName);
      state.removeStatement(caller, input.WorkGroup, input.StatementName);
    }),
});

export const listPreparedStatements = operation('ListPreparedStatements', {
  resource: (input, { caller }) => workGroupArn(caller, input.WorkGroup),
  handle: (input, { state, caller }) => {
    state.workGroup(caller, input.WorkGroup);
    const { items, nextToken } = page(
      {
        items: (after) => state.listStatements(caller, input.WorkGroup, after),
        keyOf: (statement) => statement.StatementName as string,
        token: input.NextToken,
        limit: input.MaxResults ?? 50,
      },
      invalidToken,
    );
    return {
      PreparedStatements: items.map(({ StatementName, LastModifiedTime }) => ({ StatementName, LastModifiedTime })),
      NextToken: nextToken,
    };
  },
});
