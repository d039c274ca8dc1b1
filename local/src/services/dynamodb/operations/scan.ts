import { AwsError } from '../../../core/errors';
import { operationOf } from '../contract';
import { validation } from '../errors';
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
import { checkExpressionMembers, compile, type ExpressionInput, nestedIn, pathsIn } from '../items/request';
import { startKeyProblem } from '../items/start-key';
import { after, numberPrefix } from '../storage/keys';
import type { RowRange } from '../storage/rows';
import type { Item } from '../values/attribute-value';

export type ScanInput = ReadInput & ExpressionInput & { readonly Segment?: number; readonly TotalSegments?: number };

/** Number of hash ranges that segments are made of. */
const HASHES = 4096;

export const scan = operationOf<ScanInput, Page>('Scan', {
  permissions: onSource('Scan'),
  handle: (input, { state, caller }) => {
    checkExpressionMembers(input, ['ProjectionExpression', 'FilterExpression']);
    const { ExclusiveStartKey: start } = input;
    const problem = start === undefined ? undefined : startKeyProblem(start);
    if (problem !== undefined) throw validation(problem);
    checkSegments(input);
    const expressions = compile(input);
    const table = state.active(caller, input.TableName);
    const source = sourceOf(table, input);
    if (start !== undefined) checkStartNames(start, source);
    checkGlobal(source);
    if (start !== undefined) checkStart(start, source);
    const range = rangeOf(source, start, input);
    const { projection, filter } = expressions;
    if (projection !== undefined) checkKeyPaths(table, nestedIn(projection));
    if (filter !== undefined) checkKeyPaths(table, nestedIn(pathsIn(filter)));
    checkSelect(input, projection !== undefined);
    return readPage(state, withProjection(source, projection), [range], input, expressions);
  },
});

function checkSegments({ Segment, TotalSegments }: ScanInput): void {
  if (Segment !== undefined && TotalSegments === undefined)
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  if (TotalSegments === undefined) return;
  if (Segment === undefined)
    throw validation(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  if (Segment >= TotalSegments)
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
}

const INVALID_START = 'The provided starting key is invalid';

function checkStartNames(start: Item, source: Source): void {
  if (Object.keys(start).length !== startKeyNames(source).length)
    throw validation(
      source.index === undefined
        ? `${INVALID_START}: The provided key element does not match the schema`
        : INVALID_START,
    );
  const { index } = source;
  if (index === undefined) return;
  for (const part of index.sort === undefined ? [index.hash] : [index.hash, index.sort]) {
    if (attributeOf(start, part.name) === undefined) throw validation(INVALID_START);
    checkKeyPart(start, part, part === index.hash);
  }
}

function checkStart(start: Item, { table }: Source): void {
  try {
    checkKey(keyOf(start, table), table);
  } catch (error) {
    throw error instanceof AwsError ? validation(`${INVALID_START}: ${error.message}`) : error;
  }
}

/** A segment's part of the hash range, after the last page. */
function rangeOf(source: Source, start: Item | undefined, { Segment = 0, TotalSegments = 1 }: ScanInput): RowRange {
  const { table, index } = source;
  const number = index?.info.number ?? table.info.number;
  const prefix = numberPrefix(number);
  const bound = (segment: number): Buffer => {
    const part = Math.ceil((HASHES * segment) / TotalSegments);
    return part >= HASHES ? after(prefix) : Buffer.concat([prefix, Buffer.of(part >> 4, (part & 0xf) << 4)]);
  };
  const range = { from: bound(Segment), to: bound(Segment + 1) };
  if (start === undefined) return range;
  const seen = storedKeyOf(source, start);
  if (Buffer.compare(seen, range.from) < 0 || Buffer.compare(seen, range.to) >= 0)
    throw validation(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${TotalSegments} Segment: ${Segment}`,
    );
  return { ...range, after: seen };
}
