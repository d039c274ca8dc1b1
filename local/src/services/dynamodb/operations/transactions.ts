import { createHash } from 'node:crypto';
import { AwsError } from '../../../core/errors';
import { ownerKey } from '../../../core/owner';
import { operationOf } from '../contract';
import { type CancellationReason, transactionCanceled, validation } from '../errors';
import { project } from '../expressions/path';
import { type CapacityDetail, itemReadUnits, UnitCounter } from '../items/capacity';
import { collectionMetrics, type ItemCollectionMetrics } from '../items/collection';
import { checkKey, checkKeyPaths } from '../items/keys';
import { itemPermission } from '../items/permissions';
import {
  type ConditionInput,
  checkSize,
  evaluate,
  type PreparedWrite,
  prepareDelete,
  preparePut,
  prepareUpdate,
} from '../items/prepare';
import { checkExpressionMembers, checkValues, compile, type ExpressionInput, nestedIn } from '../items/request';
import { type ItemChange, writeItem } from '../items/write';
import type { DynamoState } from '../state';
import { itemKey } from '../storage/keys';
import type { Table } from '../table';
import type { Item } from '../values/attribute-value';
import { itemSize } from '../values/size';

type Part = ExpressionInput &
  ConditionInput & {
    readonly TableName: string;
    /** The table's ARN, where the action names the table by it. */
    readonly TableArn?: string;
  };
type OnKey = Part & { readonly Key: Item };

interface TransactWriteItem {
  readonly ConditionCheck?: OnKey;
  readonly Put?: Part & { readonly Item: Item };
  readonly Delete?: OnKey;
  readonly Update?: OnKey;
}

interface TransactWriteInput {
  readonly TransactItems: readonly TransactWriteItem[];
  readonly ReturnConsumedCapacity?: CapacityDetail;
  readonly ReturnItemCollectionMetrics?: string;
  readonly ClientRequestToken?: string;
}

/** Most bytes of a transaction's items. */
const MAX_BYTES = 4 * 1024 * 1024;

/** An action of a transaction: a write, or a mere check. */
export interface PreparedPart {
  readonly write: PreparedWrite;
  readonly item: Item;
  readonly isCheck: boolean;
}

export const transactWriteItems = operationOf<TransactWriteInput, object>('TransactWriteItems', {
  permissions: ({ TransactItems }, { cloud, caller }) =>
    TransactItems.flatMap((item) =>
      Object.entries(item as Record<string, Part & { Key?: Item; Item?: Item }>).map(([kind, part]) => {
        const action = kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`;
        return itemPermission(cloud, caller, action, part, [part.Item ?? part.Key ?? {}]);
      }),
    ),
  handle: async (input, { state, caller }) => {
    const checked = input.TransactItems.map(checkPart);
    const parts = checked.map(({ part, prepare }) => prepare(state.active(caller, part.TableName)));
    checkParts(parts);
    const { ReturnConsumedCapacity, ReturnItemCollectionMetrics, ...content } = input;
    const token = input.ClientRequestToken;
    const written = await state.writer.submit(() =>
      state.tokens.once(token === undefined ? undefined : ownerKey(caller, token), digestOf(content), state.now(), () =>
        runParts(state, parts),
      ),
    );
    const given = new Map(parts.map(({ write }, index) => [write.table, checked[index]?.part.TableArn]));
    const capacities = [...given].flatMap(([table, arn]) => {
      const units = new UnitCounter(table);
      // A repeated request reads the items that the first one wrote.
      if (written === undefined)
        for (const { write, item } of parts)
          if (write.table === table) units.add(2 * itemReadUnits(itemSize(item), true));
      for (const { part, done } of written ?? []) if (part.write.table === table) units.addWrite(done, 2);
      return units.render(ReturnConsumedCapacity, written === undefined ? 'Read' : 'Write', arn) ?? [];
    });
    const metrics: Record<string, ItemCollectionMetrics[]> = {};
    for (const { write, item } of parts) {
      const one = collectionMetrics(state, write.table, item, ReturnItemCollectionMetrics);
      if (one !== undefined) metrics[write.table.info.name] = [...(metrics[write.table.info.name] ?? []), one];
    }
    return {
      ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
      ...(Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics }),
    };
  },
});

export const digestOf = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64');

/** Checks an action, as far as it doesn't depend on the table. */
function checkPart(item: TransactWriteItem): { part: Part; prepare: (table: Table) => PreparedPart } {
  const { ConditionCheck: check, Put: put, Delete: remove, Update: update } = item;
  const given = [check, put, remove, update].filter((part) => part !== undefined);
  const [part] = given;
  if (part === undefined || given.length > 1)
    throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  const taken =
    update === undefined ? (['ConditionExpression'] as const) : (['UpdateExpression', 'ConditionExpression'] as const);
  checkExpressionMembers(part, taken);
  const content = put?.Item ?? (part as OnKey).Key;
  checkValues(content);
  const row = put === undefined ? undefined : checkSize(content);
  const expressions = compile(part);
  return {
    part,
    prepare: (table) => {
      const write =
        row !== undefined
          ? preparePut(table, row, expressions, part)
          : update !== undefined
            ? prepareUpdate(table, content, expressions, part)
            : prepareDelete(table, content, expressions, part);
      return { write, item: content, isCheck: check !== undefined };
    },
  };
}

/** Checks a transaction. @throws AwsError for two actions on one item, or more than 4 MB */
export function checkParts(parts: readonly PreparedPart[]): void {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { write, item } of parts) {
    const text = write.key.toString('latin1');
    if (seen.has(text)) throw validation('Transaction request cannot include multiple operations on one item');
    seen.add(text);
    bytes += itemSize(item);
  }
  if (bytes > MAX_BYTES)
    throw validation(
      'Collection size of items in the transaction request has exceeded the maximum allowed size of 4MB',
    );
}

/** Runs all actions or none; within a commit. @throws AwsError `TransactionCanceledException` */
export function runParts(state: DynamoState, parts: readonly PreparedPart[]) {
  const reasons: CancellationReason[] = [];
  const changes: { part: PreparedPart; change: ItemChange }[] = [];
  for (const part of parts) {
    try {
      changes.push({ part, change: evaluate(state, part.write) });
      reasons.push({ Code: 'None' });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      reasons.push(reasonOf(error));
    }
  }
  if (changes.length < parts.length) throw transactionCanceled(reasons);
  return changes.map(({ part, change }) => ({
    part,
    before: change.before,
    done: part.isCheck
      ? { before: change.before, after: change.before, indexUnits: new Map<string, number>() }
      : writeItem(state, change),
  }));
}

function reasonOf({ code, message, fields }: AwsError): CancellationReason {
  if (code !== 'ConditionalCheckFailedException') return { Code: 'ValidationError', Message: message };
  const { Item: item } = fields as { Item?: Item };
  return { Code: 'ConditionalCheckFailed', Message: message, ...(item !== undefined && { Item: item }) };
}

interface TransactGetInput {
  readonly TransactItems: readonly { readonly Get: OnKey }[];
  readonly ReturnConsumedCapacity?: CapacityDetail;
}

export const transactGetItems = operationOf<TransactGetInput, object>('TransactGetItems', {
  permissions: ({ TransactItems }, { cloud, caller }) =>
    TransactItems.map(({ Get }) => itemPermission(cloud, caller, 'GetItem', Get, [Get.Key])),
  handle: (input, { state, caller }) => {
    const gets = input.TransactItems.map(({ Get }) => {
      checkExpressionMembers(Get, ['ProjectionExpression']);
      checkValues(Get.Key);
      return { get: Get, projection: compile(Get).projection };
    });
    const units = new Map<Table, UnitCounter>();
    const given = new Map<Table, string | undefined>();
    // Synchronous, without a commit in between: all reads are of one moment.
    const Responses = gets.map(({ get, projection }) => {
      const table = state.active(caller, get.TableName);
      checkKey(get.Key, table);
      if (projection !== undefined) checkKeyPaths(table, nestedIn(projection));
      const row = state.items.get(itemKey(table.info.number, table, get.Key));
      const counter = units.get(table) ?? new UnitCounter(table);
      counter.add(2 * itemReadUnits(row?.bytes, true));
      units.set(table, counter);
      given.set(table, get.TableArn);
      if (row === undefined) return {};
      return { Item: projection === undefined ? row.item : project(row.item, projection) };
    });
    const capacities = [...units].flatMap(
      ([table, counter]) => counter.render(input.ReturnConsumedCapacity, 'Read', given.get(table)) ?? [],
    );
    return { Responses, ...(capacities.length > 0 && { ConsumedCapacity: capacities }) };
  },
});
