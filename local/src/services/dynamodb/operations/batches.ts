import { AwsError } from '../../../core/errors';
import { tableNameOf } from '../arn';
import { operationOf } from '../contract';
import { keyMismatch, validation } from '../errors';
import { project } from '../expressions/path';
import { type CapacityDetail, type ConsumedCapacity, itemReadUnits, UnitCounter } from '../items/capacity';
import { collectionMetrics, type ItemCollectionMetrics } from '../items/collection';
import { checkKey, checkKeyPaths } from '../items/keys';
import { itemPermission } from '../items/permissions';
import {
  checkPut,
  checkSize,
  evaluate,
  type PreparedWrite,
  type PutItem,
  prepareDelete,
  preparePut,
} from '../items/prepare';
import { checkExpressionMembers, checkValues, compile, type ExpressionInput, nestedIn } from '../items/request';
import { writeItem } from '../items/write';
import { itemKey } from '../storage/keys';
import { textOf } from '../storage/recent';
import type { Row } from '../storage/row';
import type { Table } from '../table';
import type { Item } from '../values/attribute-value';
import { MAX_ITEM_BYTES } from '../values/size';

interface BatchInput<T> {
  readonly RequestItems: Readonly<Record<string, T>>;
  readonly ReturnConsumedCapacity?: CapacityDetail;
  readonly ReturnItemCollectionMetrics?: string;
}

type KeysAndAttributes = ExpressionInput & { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean };

interface WriteRequest {
  readonly PutRequest?: { readonly Item: PutItem };
  readonly DeleteRequest?: { readonly Key: Item };
}

const MAX_KEYS = 100;
const MAX_WRITES = 25;
/** Bytes after which a batch of reads stops; the last item may exceed them. */
const MAX_BYTES = 1024 * 1024 + MAX_ITEM_BYTES - 3;

export const batchGetItem = operationOf<BatchInput<KeysAndAttributes>, object>('BatchGetItem', {
  permissions: ({ RequestItems }, { cloud, caller }) =>
    Object.entries(RequestItems).map(([given, request]) =>
      itemPermission(cloud, caller, 'BatchGetItem', { ...request, TableName: tableNameOf(given) }, request.Keys),
    ),
  handle: (input, { state, caller }) => {
    const requests = checkGets(input.RequestItems);
    const tables = requests.map(({ name, request, projection }) => {
      const table = state.active(caller, tableNameOf(name));
      for (const key of request.Keys) checkKey(key, table);
      if (projection !== undefined) checkKeyPaths(table, nestedIn(projection));
      return { name, request, projection, table };
    });
    const Responses: Record<string, Item[]> = {};
    const UnprocessedKeys: Record<string, KeysAndAttributes> = {};
    const capacities: ConsumedCapacity[] = [];
    let bytes = 0;
    for (const { name, request, projection, table } of tables) {
      const found: Item[] = [];
      const left: Item[] = [];
      const units = new UnitCounter(table);
      for (const key of request.Keys) {
        const row = state.items.get(itemKey(table.info.number, table, key));
        if (row !== undefined && bytes + row.bytes > MAX_BYTES) {
          left.push(key);
          units.add(1);
          continue;
        }
        units.add(itemReadUnits(row?.bytes, request.ConsistentRead));
        if (row === undefined) continue;
        bytes += row.bytes;
        found.push(projection === undefined ? row.item : project(row.item, projection));
      }
      Responses[name] = found;
      if (left.length > 0) UnprocessedKeys[name] = { ...request, Keys: left };
      const capacity = units.render(input.ReturnConsumedCapacity, undefined, name);
      if (capacity !== undefined) capacities.push(capacity);
    }
    return { Responses, UnprocessedKeys, ...(capacities.length > 0 && { ConsumedCapacity: capacities }) };
  },
});

function checkGets(requestItems: BatchInput<KeysAndAttributes>['RequestItems']) {
  let count = 0;
  // Keys by table: a request can name one table twice, by its name and by its ARN.
  const keys = new Map<string, Set<string>>();
  return Object.entries(requestItems).map(([name, request]) => {
    checkExpressionMembers(request, ['ProjectionExpression']);
    const { projection } = compile(request);
    const seen = keys.get(tableNameOf(name)) ?? new Set<string>();
    keys.set(tableNameOf(name), seen);
    for (const key of request.Keys) {
      checkValues(key);
      const text = JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
      if (seen.has(text)) throw validation('Provided list of item keys contains duplicates');
      seen.add(text);
      count++;
      if (count > MAX_KEYS) throw validation('Too many items requested for the BatchGetItem call');
    }
    return { name, request, projection };
  });
}

export const batchWriteItem = operationOf<BatchInput<readonly WriteRequest[]>, object>('BatchWriteItem', {
  permissions: ({ RequestItems }, { cloud, caller }) =>
    Object.entries(RequestItems).map(([given, requests]) =>
      itemPermission(
        cloud,
        caller,
        'BatchWriteItem',
        { TableName: tableNameOf(given) },
        requests.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
      ),
    ),
  handle: async (input, { state, caller }) => {
    const checked = checkWrites(input.RequestItems);
    const seen = new Set<string>();
    const byTable = checked.map(({ name, requests }) => {
      const table = state.active(caller, tableNameOf(name));
      return { name, requests, table, writes: prepareAll(table, requests, seen) };
    });
    // Each write stands alone; here they share a commit.
    const written = await state.writer.submit(
      () => byTable.map(({ writes }) => writes.map((one) => writeItem(state, evaluate(state, one)))),
      () => byTable.every(({ table }) => state.hasItemsAlone(table)),
    );
    const { ReturnConsumedCapacity: detail, ReturnItemCollectionMetrics: wanted } = input;
    const capacities: ConsumedCapacity[] = [];
    for (const [index, { name, table }] of byTable.entries()) {
      const units = new UnitCounter(table);
      for (const one of written[index] ?? []) units.addWrite(one);
      const capacity = units.render(detail, undefined, name);
      if (capacity !== undefined) capacities.push(capacity);
    }
    // Shortcut: most requests want neither.
    if (detail === undefined && wanted === undefined) return { UnprocessedItems: {} };
    const metrics: Record<string, ItemCollectionMetrics[]> = {};
    for (const { name, table, requests } of byTable) {
      const collected = requests.flatMap(({ content }) => collectionMetrics(state, table, content, wanted) ?? []);
      if (collected.length > 0) metrics[name] = collected;
    }
    return {
      UnprocessedItems: {},
      ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
      ...(Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics }),
    };
  },
});

/** A request with checked values. */
interface CheckedRequest {
  /** The item to put, or the key to delete. */
  readonly content: PutItem;
  /** Undefined for a delete. */
  readonly row: Row | undefined;
}

function checkWrites(requestItems: BatchInput<readonly WriteRequest[]>['RequestItems']) {
  let count = 0;
  const checked = Object.entries(requestItems).map(([name, requests]) => {
    if (requests.some(({ PutRequest, DeleteRequest }) => (PutRequest === undefined) === (DeleteRequest === undefined)))
      throw validation(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    count += requests.length;
    return {
      name,
      requests: requests.map(({ PutRequest, DeleteRequest }): CheckedRequest => {
        const content = PutRequest?.Item ?? DeleteRequest?.Key ?? {};
        checkPut(content);
        return { content, row: PutRequest === undefined ? undefined : checkSize(content) };
      }),
    };
  });
  if (count > MAX_WRITES) throw validation('Too many items requested for the BatchWriteItem call');
  return checked;
}

/** @param seen keys of the whole batch: it can name one table twice, by its name and by its ARN */
function prepareAll(table: Table, requests: readonly CheckedRequest[], seen: Set<string>): PreparedWrite[] {
  const writes: PreparedWrite[] = [];
  try {
    for (const { content, row } of requests) {
      const write = row === undefined ? prepareDelete(table, content as Item, {}, {}) : preparePut(table, row, {}, {});
      const text = textOf(write.key);
      if (seen.has(text)) throw validation('Provided list of item keys contains duplicates');
      seen.add(text);
      writes.push(write);
    }
  } catch (error) {
    // A batch names a missing key in other words than PutItem.
    if (error instanceof AwsError && /Missing the key|Type mismatch for key/.test(error.message)) throw keyMismatch();
    throw error;
  }
  return writes;
}
