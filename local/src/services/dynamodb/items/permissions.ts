import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller, Context, Permission } from '../../../core/operation';
import { indexArn, tableArn } from '../arn';
import { InvalidKeyCondition, keyConditionsOf } from '../expressions/key-condition';
import { pathsInUpdate } from '../expressions/update';
import { DynamoState } from '../state';
import { Row } from '../storage/row';
import type { AttributeValue, Item } from '../values/attribute-value';
import { compile, type ExpressionInput, pathsIn } from './request';

/** Members of an item operation that its permissions depend on. */
export interface ItemsInput extends ExpressionInput {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item | Row;
  readonly Select?: string;
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: string;
}

/** Permission of an operation on one item. */
export function onItem(action: string) {
  return (input: ItemsInput, { cloud, caller }: Context): readonly Permission[] => [
    itemPermission(cloud, caller, action, input, [input.Key ?? input.Item ?? {}]),
  ];
}

/** Permission of Query and Scan; the resource is the index, if there is one. */
export function onSource(action: 'Query' | 'Scan') {
  return (input: ItemsInput, { cloud, caller }: Context): readonly Permission[] => {
    const table = cloud.state(DynamoState).find(caller, input.TableName);
    const keys = table === undefined ? undefined : (table.index(input.IndexName ?? '') ?? table);
    const wanted = keys === undefined ? undefined : hashCondition(input, keys.hash.name);
    const items = wanted === undefined || keys === undefined ? [] : [{ [keys.hash.name]: wanted }];
    return [itemPermission(cloud, caller, action, input, items)];
  };
}

/**
 * A permission with IAM's condition keys, such as `dynamodb:LeadingKeys` and `dynamodb:Attributes` ("Using IAM policy
 * conditions for fine-grained access control").
 */
export function itemPermission(
  cloud: Cloud,
  caller: Caller,
  action: string,
  input: ItemsInput,
  contents: readonly (Item | Row)[],
): Permission {
  const items = contents.map((content) => (content instanceof Row ? content.item : content));
  const table = tableArn(caller, input.TableName);
  const keys = cloud.state(DynamoState).find(caller, input.TableName);
  const hash = (keys?.index(input.IndexName ?? '') ?? keys)?.hash.name;
  const leading = hash === undefined ? [] : items.flatMap((item) => textOf(item[hash]) ?? []);
  const attributes = [...new Set([...items.flatMap((item) => Object.keys(item)), ...attributesIn(input)])];
  const { Select, ReturnValues, ReturnConsumedCapacity } = input;
  return {
    action: `dynamodb:${action}`,
    resource: input.IndexName === undefined ? table : indexArn(table, input.IndexName),
    conditions: {
      ...(leading.length > 0 && { 'dynamodb:LeadingKeys': [...new Set(leading)] }),
      ...(attributes.length > 0 && { 'dynamodb:Attributes': attributes }),
      ...(Select !== undefined && { 'dynamodb:Select': Select }),
      ...(ReturnValues !== undefined && { 'dynamodb:ReturnValues': ReturnValues }),
      ...(ReturnConsumedCapacity !== undefined && { 'dynamodb:ReturnConsumedCapacity': ReturnConsumedCapacity }),
    },
  };
}

const textOf = (value: AttributeValue | undefined): string | undefined => value?.S ?? value?.N ?? value?.B;

/** Names of the attributes in a request's expressions; empty for an invalid request. */
function attributesIn(input: ItemsInput): string[] {
  return (
    tried(() => {
      const { update = [], condition, keyCondition, filter, projection = [] } = compile(input);
      const paths = [condition, keyCondition, filter].flatMap((one) => (one === undefined ? [] : pathsIn(one)));
      return [...paths, ...projection, ...pathsInUpdate(update)].map(([head]) => head as string);
    }) ?? []
  );
}

function hashCondition(input: ItemsInput, hash: string): AttributeValue | undefined {
  if (input.KeyConditionExpression === undefined) return undefined;
  return tried(() => {
    const { keyCondition } = compile(input);
    return keyCondition === undefined ? undefined : keyConditionsOf(keyCondition).get(hash)?.values[0];
  });
}

/** Undefined for an invalid request: the operation reports its error, after the permission check. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError || error instanceof InvalidKeyCondition) return undefined;
    throw error;
  }
}
