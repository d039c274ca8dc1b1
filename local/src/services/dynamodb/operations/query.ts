import { AwsError } from '../../../core/errors';
import { operationOf } from '../contract';
import { invalidParameter, validation } from '../errors';
import { fulfils, InvalidKeyCondition, type KeyCondition, keyConditionsOf } from '../expressions/key-condition';
import { attributeOf } from '../expressions/path';
import { checkKey, checkKeyPart, checkKeyPaths, keyOf } from '../items/keys';
import { onSource } from '../items/permissions';
import {
  checkGlobal,
  checkSelect,
  type Page,
  type ReadInput,
  readPage,
  type Source,
  sourceOf,
  startKeyNames,
  storedKeyOf,
  withProjection,
} from '../items/read';
import {
  checkExpressionMembers,
  compile,
  type ExpressionInput,
  type Expressions,
  nestedIn,
  pathsIn,
} from '../items/request';
import { startKeyProblem } from '../items/start-key';
import { after, keyPart, keyPartPrefix, partitionPrefix } from '../storage/keys';
import type { RowRange } from '../storage/rows';
import type { KeyPart, Keys } from '../table';
import { type AttributeValue, type Item, isEqual, scalarBytes } from '../values/attribute-value';

export type QueryInput = ReadInput & ExpressionInput & { readonly ScanIndexForward?: boolean };
type Conditions = ReadonlyMap<string, KeyCondition>;

export const query = operationOf<QueryInput, Page>('Query', {
  permissions: onSource('Query'),
  handle: (input, { state, caller }) => {
    const { expressions, conditions } = checkQuery(input);
    const table = state.active(caller, input.TableName);
    const source = sourceOf(table, input);
    const start = input.ExclusiveStartKey;
    if (start !== undefined && Object.keys(start).length !== startKeyNames(source).length)
      throw validation('The provided starting key is invalid');
    const keys: Keys = source.index ?? table;
    checkConditions(conditions, keys, start);
    if (start !== undefined) checkStart(start, source, keys, conditions);
    const { projection, filter } = expressions;
    if (projection !== undefined) checkKeyPaths(table, nestedIn(projection));
    if (filter !== undefined) {
      const heads = new Set(pathsIn(filter).map(([head]) => head));
      for (const part of [keys.hash, keys.sort])
        if (part !== undefined && heads.has(part.name))
          throw validation(
            `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${part.name}`,
          );
    }
    checkGlobal(source);
    if (filter !== undefined) checkKeyPaths(table, nestedIn(pathsIn(filter)));
    checkSelect(input, projection !== undefined);
    const range = rangeOf(source, keys, conditions, start, input.ScanIndexForward === false);
    return readPage(state, withProjection(source, projection), [range], input, expressions);
  },
});

function checkQuery(input: QueryInput): { expressions: Expressions; conditions: Conditions } {
  checkExpressionMembers(input, ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression']);
  if (input.ExclusiveStartKey !== undefined) {
    const problem = startKeyProblem(input.ExclusiveStartKey);
    if (problem !== undefined) throw validation(problem);
  }
  if (input.KeyConditionExpression === undefined)
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  const expressions = compile(input);
  try {
    return { expressions, conditions: keyConditionsOf(expressions.keyCondition as never) };
  } catch (error) {
    throw error instanceof InvalidKeyCondition ? validation(error.message) : error;
  }
}

function checkConditions(conditions: Conditions, { hash, sort }: Keys, start: Item | undefined): void {
  for (const part of sort === undefined ? [hash] : [hash, sort]) {
    const isHash = part === hash;
    if (start !== undefined) {
      if (attributeOf(start, part.name) === undefined) throw validation('The provided starting key is invalid');
      checkKeyPart(start, part, isHash);
    }
    if (isHash && sort === undefined && conditions.size > 1) throw validation('Query key condition not supported');
    const condition = conditions.get(part.name);
    if (condition === undefined) {
      if (isHash || conditions.size > 1) throw validation(`Query condition missed key schema element: ${part.name}`);
      continue;
    }
    if (condition.values.some((value) => value[part.type] === undefined))
      throw invalidParameter('Condition parameter type does not match schema type');
    if (condition.values.some((value) => value[part.type] === ''))
      throw invalidParameter(
        `The AttributeValue for a key attribute cannot contain an empty ${part.type === 'S' ? 'string' : 'binary'} value. Key: ${part.name}`,
      );
    if (isHash && condition.operator !== 'EQ') throw validation('Query key condition not supported');
  }
}

function checkStart(start: Item, { table }: Source, { hash, sort }: Keys, conditions: Conditions): void {
  try {
    checkKey(keyOf(start, table), table);
  } catch (error) {
    throw error instanceof AwsError ? validation(`The provided starting key is invalid: ${error.message}`) : error;
  }
  const onSort = sort === undefined ? undefined : conditions.get(sort.name);
  const wanted = hashValue(conditions, hash);
  const isOther = !isEqual(start[hash.name] as AttributeValue, wanted);
  if (sort === undefined || onSort === undefined) {
    if (isOther) throw validation('The provided starting key is outside query boundaries based on provided conditions');
    return;
  }
  if (!fulfils(start[sort.name] as AttributeValue, onSort))
    throw validation('The provided starting key does not match the range key predicate');
  if (isOther) throw validation('The query can return at most one row and cannot be restarted');
}

/** Value of the partition key, which {@link checkConditions} has required. */
function hashValue(conditions: Conditions, { name }: KeyPart): AttributeValue {
  return (conditions.get(name) as KeyCondition).values[0] as AttributeValue;
}

/** Range of the keys that meet the conditions. */
function rangeOf(
  source: Source,
  { hash, sort }: Keys,
  conditions: Conditions,
  start: Item | undefined,
  reverse: boolean,
): RowRange {
  const { table, index } = source;
  const number = index?.info.number ?? table.info.number;
  const value = hashValue(conditions, hash);
  const prefix = partitionPrefix(number, value, hash.type);
  const seen = start === undefined ? undefined : storedKeyOf(source, start);
  const condition = sort === undefined ? undefined : conditions.get(sort.name);
  const bounds =
    condition === undefined
      ? { from: prefix, to: after(prefix) }
      : boundsOf(
          condition,
          (bytes) => Buffer.concat([prefix, bytes]),
          index !== undefined,
          (one) => scalarBytes(one, sort?.type ?? 'S'),
        );
  return { ...bounds, after: seen, reverse };
}

/** Bounds of a sort key: a table's keys end with it, an index's continue after it. */
function boundsOf(
  { operator, values }: KeyCondition,
  within: (bytes: Buffer) => Buffer,
  goesOn: boolean,
  bytesOf: (value: AttributeValue) => Buffer,
): { from: Buffer; to: Buffer } {
  const all = within(Buffer.alloc(0));
  const at = (value: AttributeValue) => within(goesOn ? keyPart(bytesOf(value)) : bytesOf(value));
  const behind = (value: AttributeValue) => (goesOn ? after(at(value)) : Buffer.concat([at(value), Buffer.of(0)]));
  const [first, second = first] = values as readonly [AttributeValue, AttributeValue?];
  switch (operator) {
    case 'EQ':
      return { from: at(first), to: behind(first) };
    case 'LT':
      return { from: all, to: at(first) };
    case 'LE':
      return { from: all, to: behind(first) };
    case 'GT':
      return { from: behind(first), to: after(all) };
    case 'GE':
      return { from: at(first), to: after(all) };
    case 'BETWEEN':
      return { from: at(first), to: behind(second) };
    case 'BEGINS_WITH': {
      const beginning = within(goesOn ? keyPartPrefix(bytesOf(first)) : bytesOf(first));
      return { from: beginning, to: after(beginning) };
    }
  }
}
