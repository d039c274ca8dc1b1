import type { Owner } from '../../../core/owner';
import { validation } from '../errors';
import type { BoundCondition } from '../expressions/condition';
import type { CapacityDetail } from '../items/capacity';
import { type Page, readPage, type Source, sourceOf, storedKeyOf, withProjection } from '../items/read';
import { compile } from '../items/request';
import type { DynamoState } from '../state';
import { after, numberPrefix, partitionPrefix } from '../storage/keys';
import type { RowRange } from '../storage/rows';
import type { KeyPart } from '../table';
import { type AttributeValue, compareValues, type Item } from '../values/attribute-value';
import type { Statement } from './parser';

export type Select = Extract<Statement, { kind: 'SELECT' }>;

export interface SelectOptions {
  /** Last key of the previous page. */
  readonly start: Item | undefined;
  readonly limit: number | undefined;
  readonly capacity: CapacityDetail;
}

/**
 * Runs one page of a SELECT. A WHERE clause that restricts the partition key by `=`, `IN`, or an OR of these reads only
 * those partitions; any other scans the table ("PartiQL select statements for DynamoDB").
 */
export function runSelect(state: DynamoState, owner: Owner, statement: Select, options: SelectOptions): Page {
  const { tableName: TableName, indexName, placeholders, where, projection } = statement;
  const table = state.active(owner, TableName);
  const expressions = compile({
    ...(where !== undefined && { FilterExpression: where }),
    ...(projection !== undefined && { ProjectionExpression: projection }),
    ...placeholders,
  });
  const input = {
    TableName,
    ReturnConsumedCapacity: options.capacity,
    ...(indexName !== undefined && { IndexName: indexName }),
    ...(options.limit !== undefined && { Limit: options.limit }),
  };
  const source = sourceOf(table, input);
  const { hash } = source.index ?? table;
  const values = expressions.filter === undefined ? undefined : valuesOf(expressions.filter, hash.name);
  if (statement.descending && values === undefined)
    throw validation('Must have WHERE clause in the statement when using ORDER BY clause.');
  const ranges = rangesOf(source, hash, values, statement.descending);
  const left = options.start === undefined ? ranges : following(ranges, storedKeyOf(source, options.start));
  return readPage(state, withProjection(source, expressions.projection), left, input, expressions);
}

/** The values of an attribute for which a condition can be true. @returns undefined if it can be with any value */
function valuesOf(condition: BoundCondition, name: string): readonly AttributeValue[] | undefined {
  switch (condition.kind) {
    case 'and':
      return valuesOf(condition.left, name) ?? valuesOf(condition.right, name);
    case 'or': {
      const [left, right] = [valuesOf(condition.left, name), valuesOf(condition.right, name)];
      return left === undefined || right === undefined ? undefined : [...left, ...right];
    }
    case 'in':
    case 'compare': {
      if (condition.kind === 'compare' && condition.comparator !== '=') return undefined;
      const [left, ...right] = condition.args;
      if (left?.kind !== 'path' || left.path.length > 1 || left.path[0] !== name) return undefined;
      const values = right.flatMap((operand) => (operand.kind === 'value' ? [operand.value] : []));
      return values.length === right.length ? values : undefined;
    }
    default:
      return undefined;
  }
}

/** The partitions of some values in the order of the values, or the whole table or index. */
function rangesOf(
  { table, index }: Source,
  { type }: KeyPart,
  values: readonly AttributeValue[] | undefined,
  reverse: boolean,
): RowRange[] {
  const number = index?.info.number ?? table.info.number;
  const rangeOf = (prefix: Buffer): RowRange => ({ from: prefix, to: after(prefix), reverse });
  if (values === undefined) return [rangeOf(numberPrefix(number))];
  // No item has a key of another type.
  const own = values.filter((value) => value[type] !== undefined).sort((a, b) => compareValues(a, b) ?? 0);
  const distinct = own.filter((value, at) => at === 0 || compareValues(value, own[at - 1] as AttributeValue) !== 0);
  const ranges = distinct.map((value) => rangeOf(partitionPrefix(number, value, type)));
  return reverse ? ranges.reverse() : ranges;
}

/** The rest of the ranges after a key. @throws AwsError for a key outside of them, from another statement's token */
function following(ranges: readonly RowRange[], key: Buffer): RowRange[] {
  const at = ranges.findIndex(({ from, to }) => Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0);
  const range = ranges[at];
  if (range === undefined) throw validation('Given NextToken is invalid');
  return [{ ...range, after: key }, ...ranges.slice(at + 1)];
}
