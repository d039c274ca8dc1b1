import { AwsError } from '../../../core/errors';
import type { Owner } from '../../../core/owner';
import { validation } from '../errors';
import type { BoundCondition } from '../expressions/condition';
import { checkItemKeys } from '../items/keys';
import {
  type ConditionInput,
  checkSize,
  type PreparedWrite,
  prepareDelete,
  preparePut,
  prepareUpdate,
} from '../items/prepare';
import { checkValues, compile, type ExpressionInput } from '../items/request';
import type { DynamoState } from '../state';
import type { Table } from '../table';
import type { AttributeValue, Item } from '../values/attribute-value';
import { grouped, type Statement } from './parser';

export type Modification = Exclude<Statement, { kind: 'SELECT' }>;

/** A checked modification, with its item's key. */
export interface PreparedModification {
  readonly statement: Modification;
  readonly write: PreparedWrite;
  readonly item: Item;
  readonly expressions: ReturnType<typeof compile>;
}

/** Prepares an INSERT, UPDATE or DELETE of one item. @throws AwsError */
export function prepareModification(
  state: DynamoState,
  owner: Owner,
  statement: Modification,
  input: ConditionInput,
): PreparedModification {
  const table = state.active(owner, statement.tableName);
  const hash = { '#hash': table.hash.name };
  if (statement.kind === 'INSERT') {
    checkValues(statement.item);
    const row = checkSize(statement.item);
    checkItemKeys(row, table);
    const expressions = compile({
      ConditionExpression: 'attribute_not_exists(#hash)',
      ExpressionAttributeNames: hash,
    });
    return {
      statement,
      expressions,
      item: statement.item,
      write: preparePut(table, row, expressions, input),
    };
  }
  const { placeholders, where } = statement;
  // An UPDATE of a missing item is an error; a DELETE isn't.
  const condition = statement.kind === 'UPDATE' ? `${grouped(where)} AND attribute_exists(#hash)` : where;
  const request: ExpressionInput = {
    ConditionExpression: condition,
    ...(statement.kind === 'UPDATE' && { UpdateExpression: statement.update }),
    ...placeholders,
    ...(statement.kind === 'UPDATE' && {
      ExpressionAttributeNames: { ...placeholders.ExpressionAttributeNames, ...hash },
    }),
  };
  const expressions = compile(request);
  const key = keyIn(table, expressions.condition as BoundCondition);
  const write =
    statement.kind === 'UPDATE'
      ? prepareUpdate(table, key, expressions, input)
      : withoutCondition(prepareDelete(table, key, expressions, input), state);
  return { statement, expressions, item: key, write };
}

/** Drops a DELETE's condition if its item is gone: it then does nothing. */
function withoutCondition(write: PreparedWrite, state: DynamoState): PreparedWrite {
  return {
    ...write,
    get condition() {
      return state.items.get(write.key) === undefined ? undefined : write.condition;
    },
  };
}

/** The key of a WHERE clause. @throws AwsError unless it gives all key attributes */
function keyIn(table: Table, condition: BoundCondition): Item {
  const equal = equalities(condition);
  const parts = table.sort === undefined ? [table.hash] : [table.hash, table.sort];
  return Object.fromEntries(
    parts.map(({ name }) => {
      const value = equal.get(name);
      if (value === undefined)
        throw validation('Where clause does not contain a mandatory equality on all key attributes');
      return [name, value];
    }),
  );
}

/** Attributes that a condition sets equal to a value. */
function equalities(condition: BoundCondition): Map<string, AttributeValue> {
  if (condition.kind === 'and') return new Map([...equalities(condition.left), ...equalities(condition.right)]);
  if (condition.kind !== 'compare' || condition.comparator !== '=') return new Map();
  const [left, right] = condition.args;
  if (left?.kind === 'path' && left.path.length === 1 && right?.kind === 'value')
    return new Map([[left.path[0] as string, right.value]]);
  return new Map();
}

/** Rewords INSERT's error for an existing key. */
export function asStatementError(error: unknown, { kind }: Statement): unknown {
  if (kind === 'INSERT' && error instanceof AwsError && error.code === 'ConditionalCheckFailedException')
    return new AwsError('DuplicateItemException', 'Duplicate primary key exists in table', { fields: error.fields });
  return error;
}
