import { JsonOutput } from '../../../core/json-text';
import { operationOf } from '../contract';
import { validation } from '../errors';
import type { Path } from '../expressions/ast';
import { project } from '../expressions/path';
import { type CapacityDetail, type ConsumedCapacity, itemReadUnits, UnitCounter } from '../items/capacity';
import { collectionMetrics, type ItemCollectionMetrics } from '../items/collection';
import { checkKey, checkKeyPaths } from '../items/keys';
import { onItem } from '../items/permissions';
import {
  type ConditionInput,
  checkPut,
  checkSize,
  evaluate,
  type PreparedWrite,
  type PutItem,
  prepareDelete,
  preparePut,
  prepareUpdate,
} from '../items/prepare';
import { checkExpressionMembers, checkValues, compile, type ExpressionInput, nestedIn } from '../items/request';
import { returned, writeItem } from '../items/write';
import type { DynamoState } from '../state';
import { itemKey } from '../storage/keys';
import type { Row } from '../storage/row';
import type { Item } from '../values/attribute-value';

interface TableInput {
  readonly TableName: string;
  /** The table's ARN, where the request names the table by it. */
  readonly TableArn?: string;
  readonly ReturnConsumedCapacity?: CapacityDetail;
}

type WriteInput = TableInput &
  ExpressionInput &
  ConditionInput & { readonly ReturnItemCollectionMetrics?: string; readonly ReturnValues?: string };

interface WriteOutput {
  readonly Attributes?: Item;
  readonly ConsumedCapacity?: ConsumedCapacity;
  readonly ItemCollectionMetrics?: ItemCollectionMetrics;
}

/** An item that stays serialized as stored, unless a caller reads it. */
class FoundItem extends JsonOutput {
  readonly ConsumedCapacity?: ConsumedCapacity;

  constructor(
    private readonly row: Row,
    capacity: ConsumedCapacity | undefined,
  ) {
    super();
    if (capacity !== undefined) this.ConsumedCapacity = capacity;
  }

  get Item(): Item {
    return this.row.item;
  }

  jsonText(): string {
    const { row, ConsumedCapacity: capacity } = this;
    return `{"Item":${row.text}${capacity === undefined ? '' : `,"ConsumedCapacity":${JSON.stringify(capacity)}`}}`;
  }
}

export const getItem = operationOf<
  TableInput & ExpressionInput & { readonly Key: Item; readonly ConsistentRead?: boolean },
  { readonly Item?: Item; readonly ConsumedCapacity?: ConsumedCapacity }
>('GetItem', {
  permissions: onItem('GetItem'),
  handle: (input, { state, caller }) => {
    checkExpressionMembers(input, ['ProjectionExpression']);
    checkValues(input.Key);
    const { projection } = compile(input);
    const table = state.active(caller, input.TableName);
    checkKey(input.Key, table);
    if (projection !== undefined) checkKeyPaths(table, nestedIn(projection));
    const row = state.items.get(itemKey(table.info.number, table, input.Key));
    const units = new UnitCounter(table);
    units.add(itemReadUnits(row?.bytes, input.ConsistentRead));
    const capacity = units.render(input.ReturnConsumedCapacity, undefined, input.TableArn);
    const rest = capacity === undefined ? {} : { ConsumedCapacity: capacity };
    if (row === undefined) return rest;
    if (projection !== undefined) return { Item: project(row.item, projection), ...rest };
    return new FoundItem(row, capacity);
  },
});

export const putItem = operationOf<WriteInput & { readonly Item: PutItem }, WriteOutput>('PutItem', {
  permissions: onItem('PutItem'),
  handle: async (input, { state, caller }) => {
    checkExpressionMembers(input, ['ConditionExpression']);
    checkPut(input.Item);
    checkReturnValues(input);
    const row = checkSize(input.Item);
    const expressions = compile(input);
    const table = state.active(caller, input.TableName);
    return write(state, preparePut(table, row, expressions, input), input, input.Item);
  },
});

export const deleteItem = operationOf<WriteInput & { readonly Key: Item }, WriteOutput>('DeleteItem', {
  permissions: onItem('DeleteItem'),
  handle: async (input, { state, caller }) => {
    checkExpressionMembers(input, ['ConditionExpression']);
    checkValues(input.Key);
    checkReturnValues(input);
    const expressions = compile(input);
    const table = state.active(caller, input.TableName);
    return write(state, prepareDelete(table, input.Key, expressions, input), input, input.Key);
  },
});

export const updateItem = operationOf<WriteInput & { readonly Key: Item }, WriteOutput>('UpdateItem', {
  permissions: onItem('UpdateItem'),
  handle: async (input, { state, caller }) => {
    checkExpressionMembers(input, ['UpdateExpression', 'ConditionExpression']);
    checkValues(input.Key);
    const expressions = compile(input);
    const table = state.active(caller, input.TableName);
    const paths = (expressions.update ?? []).map(({ path }) => path);
    return write(state, prepareUpdate(table, input.Key, expressions, input), input, input.Key, paths);
  },
});

function checkReturnValues({ ReturnValues: values = 'NONE' }: WriteInput): void {
  if (values !== 'NONE' && values !== 'ALL_OLD') throw validation('ReturnValues can only be ALL_OLD or NONE');
}

/** @param item the item to put, or the key. @param paths paths of the update, for ReturnValues */
async function write(
  state: DynamoState,
  prepared: PreparedWrite,
  input: WriteInput,
  item: PutItem,
  paths: readonly Path[] = [],
): Promise<WriteOutput> {
  const { table } = prepared;
  const written = await state.writer.submit(
    () => writeItem(state, evaluate(state, prepared)),
    () => state.hasItemsAlone(table),
  );
  const attributes = returned(written, input.ReturnValues, paths);
  const units = new UnitCounter(table);
  units.addWrite(written);
  const capacity = units.render(input.ReturnConsumedCapacity, undefined, input.TableArn);
  const metrics = collectionMetrics(state, table, item, input.ReturnItemCollectionMetrics);
  return {
    ...(attributes !== undefined && { Attributes: attributes }),
    ...(capacity !== undefined && { ConsumedCapacity: capacity }),
    ...(metrics !== undefined && { ItemCollectionMetrics: metrics }),
  };
}
