import { AwsError } from '../../../core/errors';
import type { Context, Permission } from '../../../core/operation';
import { ownerKey } from '../../../core/owner';
import { readToken, writeToken } from '../../../core/paging';
import { operationOf } from '../contract';
import { validation } from '../errors';
import { type CapacityDetail, UnitCounter } from '../items/capacity';
import { itemPermission } from '../items/permissions';
import { evaluate } from '../items/prepare';
import { checkValues } from '../items/request';
import { returned, type Written, writeItem } from '../items/write';
import { asStatementError, type PreparedModification, prepareModification } from '../partiql/execute';
import { parseStatement, type Statement } from '../partiql/parser';
import { runSelect } from '../partiql/select';
import type { DynamoState } from '../state';
import type { AttributeValue, Item } from '../values/attribute-value';
import { checkParts, digestOf, runParts } from './transactions';

interface StatementInput {
  readonly Statement: string;
  readonly Parameters?: readonly AttributeValue[];
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

function parsed({ Statement: text, Parameters = [] }: StatementInput): Statement {
  for (const value of Parameters) checkValues({ value });
  return parseStatement(text, Parameters);
}

/** Permissions such as PartiQLSelect on the table; parse errors are left to the operation. */
function permissionsOf(inputs: readonly StatementInput[], { cloud, caller }: Context): Permission[] {
  return inputs.map((input) => {
    try {
      const { kind, tableName } = parsed(input);
      const action = `PartiQL${kind.charAt(0)}${kind.slice(1).toLowerCase()}`;
      return itemPermission(cloud, caller, action, { TableName: tableName }, []);
    } catch (error) {
      if (error instanceof AwsError) return { action: 'dynamodb:PartiQLSelect', resource: '*' };
      throw error;
    }
  });
}

export const executeStatement = operationOf<
  StatementInput & {
    readonly NextToken?: string;
    readonly Limit?: number;
    readonly ReturnConsumedCapacity?: CapacityDetail;
  },
  object
>('ExecuteStatement', {
  permissions: (input, context) => permissionsOf([input], context),
  handle: async (input, { state, caller }) => {
    const statement = parsed(input);
    if (statement.kind === 'SELECT') {
      const start = readToken<Item>(
        input.NextToken,
        () => validation('Given NextToken is invalid'),
        (key) => typeof key === 'object' && key !== null,
      );
      const options = { start, limit: input.Limit, capacity: input.ReturnConsumedCapacity };
      const { Items, LastEvaluatedKey: last, ConsumedCapacity } = runSelect(state, caller, statement, options);
      return {
        Items,
        ...(last !== undefined && { NextToken: writeToken(last), LastEvaluatedKey: last }),
        ...(ConsumedCapacity !== undefined && { ConsumedCapacity }),
      };
    }
    const prepared = prepareModification(state, caller, statement, input);
    const written = await modify(state, prepared);
    const units = new UnitCounter(prepared.write.table);
    units.addWrite(written);
    const capacity = units.render(input.ReturnConsumedCapacity);
    const item = returnedBy(prepared, written);
    return { Items: item === undefined ? [] : [item], ...(capacity !== undefined && { ConsumedCapacity: capacity }) };
  },
});

async function modify(state: DynamoState, { write, statement }: PreparedModification): Promise<Written> {
  try {
    return await state.writer.submit(() => writeItem(state, evaluate(state, write)));
  } catch (error) {
    throw asStatementError(error, statement);
  }
}

function returnedBy({ statement, expressions }: PreparedModification, written: Written): Item | undefined {
  if (statement.kind === 'INSERT') return undefined;
  return returned(
    written,
    statement.returning,
    (expressions.update ?? []).map(({ path }) => path),
  );
}

export const batchExecuteStatement = operationOf<{ readonly Statements: readonly StatementInput[] }, object>(
  'BatchExecuteStatement',
  {
    permissions: ({ Statements }, context) => permissionsOf(Statements, context),
    handle: async ({ Statements }, { state, caller }) => {
      const Responses = await Promise.all(
        Statements.map(async (input) => {
          try {
            const statement = parsed(input);
            const { tableName: TableName } = statement;
            if (statement.kind === 'SELECT') return { TableName, ...selected(state, caller, statement) };
            await modify(state, prepareModification(state, caller, statement, input));
            return { TableName };
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            const { Item: found } = error.fields as { Item?: Item };
            const Code = error.code.replace(/Exception$/, '').replace(/^Validation$/, 'ValidationError');
            return { Error: { Code, Message: error.message, ...(found !== undefined && { Item: found }) } };
          }
        }),
      );
      return { Responses };
    },
  },
);

/** The single item of a SELECT by key. */
function selected(state: DynamoState, caller: Context['caller'], statement: Extract<Statement, { kind: 'SELECT' }>) {
  const options = { start: undefined, limit: undefined, capacity: undefined };
  const { Items: [found, ...more] = [] } = runSelect(state, caller, statement, options);
  if (more.length > 0)
    throw validation(
      'Select statements within BatchExecuteStatement must specify the primary key in the where clause.',
    );
  return found === undefined ? {} : { Item: found };
}

export const executeTransaction = operationOf<
  { readonly TransactStatements: readonly StatementInput[]; readonly ClientRequestToken?: string },
  object
>('ExecuteTransaction', {
  permissions: ({ TransactStatements }, context) => permissionsOf(TransactStatements, context),
  handle: async ({ TransactStatements: inputs, ClientRequestToken: token }, { state, caller }) => {
    const statements = inputs.map(parsed);
    const reads = statements.filter((one) => one.kind === 'SELECT');
    if (reads.length === statements.length)
      return { Responses: reads.map((one) => selected(state, caller, one as never)) };
    if (reads.length > 0) throw validation('Read and write statements cannot be combined in one transaction.');
    const parts = statements.map((one, index) => {
      const { write, item } = prepareModification(state, caller, one as never, inputs[index] ?? {});
      return { write, item, isCheck: false };
    });
    checkParts(parts);
    await state.writer.submit(() =>
      state.tokens.once(token === undefined ? undefined : ownerKey(caller, token), digestOf(inputs), state.now(), () =>
        runParts(state, parts),
      ),
    );
    return { Responses: statements.map(() => ({})) };
  },
});
