import { conditionFailed, invalidParameter, validation } from '../errors';
import { applyUpdate } from '../expressions/apply-update';
import { type BoundCondition, matches } from '../expressions/condition';
import { type BoundAction, pathsInUpdate, typeAfter } from '../expressions/update';
import type { DynamoState } from '../state';
import { itemKey } from '../storage/keys';
import { Row } from '../storage/row';
import type { Table } from '../table';
import type { Item } from '../values/attribute-value';
import { MAX_ITEM_BYTES } from '../values/size';
import { checkIndexKey, checkItemKeys, checkKey, checkKeyPaths } from './keys';
import { checkValues, type Expressions, nestedIn } from './request';
import type { ItemChange } from './write';

/** A write that is checked against its table; the commit decides the rest by the existing item. */
export interface PreparedWrite {
  readonly table: Table;
  readonly key: Buffer;
  readonly condition: BoundCondition | undefined;
  /** Whether a failed condition returns the existing item. */
  readonly showsItem: boolean;
  /** The new item; undefined to delete. @throws AwsError `ValidationException` */
  readonly next: (before: Item | undefined) => Row | undefined;
}

/** Members of a write's condition. */
export interface ConditionInput {
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

const tooLarge = () => validation('Item size has exceeded the maximum allowed size');

/** An item to put, or a row that was scanned and checked. */
export type PutItem = Item | Row;

/** Checks the values of an item to put. @throws AwsError `ValidationException` */
export function checkPut(item: PutItem): void {
  if (!(item instanceof Row)) checkValues(item);
}

/** Measures an item to put. @throws AwsError for an item beyond 400 KB */
export function checkSize(item: PutItem): Row {
  const row = item instanceof Row ? item : Row.of(item);
  if (row.bytes > MAX_ITEM_BYTES) throw tooLarge();
  return row;
}

export function preparePut(table: Table, row: Row, { condition }: Expressions, input: ConditionInput): PreparedWrite {
  const key = itemKey(table.info.number, table, checkItemKeys(row, table));
  return { table, key, condition, showsItem: shows(input), next: () => row };
}

export function prepareDelete(
  table: Table,
  key: Item,
  { condition }: Expressions,
  input: ConditionInput,
): PreparedWrite {
  checkKey(key, table);
  return {
    table,
    key: itemKey(table.info.number, table, key),
    condition,
    showsItem: shows(input),
    next: () => undefined,
  };
}

export function prepareUpdate(
  table: Table,
  key: Item,
  { condition, update = [] }: Expressions,
  input: ConditionInput,
): PreparedWrite {
  checkKey(key, table);
  checkActions(table, update);
  return {
    table,
    key: itemKey(table.info.number, table, key),
    condition,
    showsItem: shows(input),
    next: (before) => {
      const row = Row.of(applyUpdate(update, before ?? key));
      if (row.bytes > MAX_ITEM_BYTES) throw validation('Item size to update has exceeded the maximum allowed size');
      checkIndexKeys(table, update, row.item);
      return row;
    },
  };
}

const shows = ({ ReturnValuesOnConditionCheckFailure: values }: ConditionInput): boolean => values === 'ALL_OLD';

function checkActions(table: Table, update: readonly BoundAction[]): void {
  for (const part of [table.hash, table.sort])
    if (part !== undefined && update.some(({ path }) => path[0] === part.name))
      throw invalidParameter(`Cannot update attribute ${part.name}. This attribute is part of the key`);
  for (const { info, hash, sort } of table.indexes)
    for (const part of [hash, sort]) {
      const action = update.find(({ path }) => path.length === 1 && path[0] === part?.name);
      const type = action === undefined ? undefined : typeAfter(action);
      if (part !== undefined && type !== undefined && type !== part.type)
        throw invalidParameter(
          `Type mismatch for Index Key ${part.name} Expected: ${part.type} Actual: ${type} IndexName: ${info.name}`,
        );
    }
  checkKeyPaths(table, nestedIn(pathsInUpdate(update)));
}

function checkIndexKeys(table: Table, update: readonly BoundAction[], item: Item): void {
  for (const { info, hash, sort } of table.indexes)
    for (const part of [hash, sort]) {
      if (part === undefined || !update.some(({ path }) => path[0] === part.name)) continue;
      const value = item[part.name];
      if (value !== undefined && value[part.type] === undefined)
        throw validation('The update expression attempted to update the secondary index key to unsupported type');
      checkIndexKey(value, part, info.name);
    }
}

/**
 * Evaluates a write against the existing item; within a commit.
 * @throws AwsError `ConditionalCheckFailedException`, or `ValidationException` for an update that doesn't fit the item
 */
export function evaluate(state: DynamoState, { table, key, condition, showsItem, next }: PreparedWrite): ItemChange {
  const current = state.current(table);
  const before = state.items.get(key);
  if (condition !== undefined && !matches(condition, before?.item ?? {}))
    throw conditionFailed(showsItem ? before?.item : undefined);
  return { table: current, key, before, after: next(before?.item) };
}
