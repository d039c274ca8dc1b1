import type { Contract, Limit, Rule } from '../../../core/contract';
import { AwsError, serialization } from '../../../core/errors';
import type { Shape, StructureShape } from '../../../core/model';
import { isOf, type Owner, parseArn } from '../../../core/owner';
import { tableNameIn } from '../arn';
import { resourceNotFound, validation } from '../errors';
import {
  collectionInPlace,
  convertBlob,
  convertBoolean,
  convertNumber,
  convertString,
  notAMap,
  notAStructure,
  scalarInPlace,
  structureInPlace,
} from './type-errors';
import { checkValueTypes } from './value-types';

/** Most violations that an error lists. */
const MAX_VIOLATIONS = 10;
/** Operations on tables, which check the table's name first. */
const TABLE_OPERATIONS: ReadonlySet<string> = new Set([
  'CreateTable',
  'UpdateTable',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'UpdateTimeToLive',
  'DescribeContinuousBackups',
  'UpdateContinuousBackups',
]);
const LONGS: ReadonlySet<string> = new Set(['ReadCapacityUnits', 'WriteCapacityUnits']);

interface Decoding {
  readonly contract: Contract<never>;
  readonly caller: Owner;
  readonly operation: string;
  readonly violations: string[];
  /** Refusal of a member or table, reported if nothing else is wrong. */
  refusal?: AwsError;
}

/**
 * Decodes and checks a request as DynamoDB does: types first, then all constraints, in its own words. Attribute values
 * stay in wire format, binary as base64.
 * @throws AwsError `SerializationException`, `ValidationException`, `ResourceNotFoundException` for the ARN of another
 *   account's or region's table, `NotImplementedException` for a refused member
 */
export function decodeRequest(
  contract: Contract<never>,
  operation: string,
  raw: unknown,
  caller: Owner,
): Record<string, unknown> {
  const decoding: Decoding = { contract, caller, operation, violations: [] };
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw serialization('Unexpected field type');
  const value = structure(contract.modelOf(operation).input, raw, '', decoding);
  if (TABLE_OPERATIONS.has(operation)) checkTableName(value.TableName);
  const { violations } = decoding;
  if (violations.length > 0) {
    const listed = violations.slice(0, MAX_VIOLATIONS);
    throw validation(
      `${listed.length} validation error${listed.length === 1 ? '' : 's'} detected: ${listed.join('; ')}`,
    );
  }
  if (decoding.refusal !== undefined) throw decoding.refusal;
  return value;
}

function checkTableName(name: unknown): void {
  if (name === undefined) throw validation("The parameter 'TableName' is required but was not present in the request");
  if (typeof name === 'string' && (name.length < 3 || name.length > 255))
    throw validation('TableName must be at least 3 characters long and at most 255 characters long');
}

function structure(shape: StructureShape, raw: object, path: string, decoding: Decoding): Record<string, unknown> {
  const source = raw as Record<string, unknown>;
  const value: Record<string, unknown> = {};
  let known = 0;
  for (const rule of decoding.contract.rulesOf(shape)) {
    const { name } = rule.member;
    const present = Object.hasOwn(source, name) ? source[name] : undefined;
    if (present === undefined || present === null) {
      if (rule.required) violate(decoding, undefined, join(path, name), 'Member must not be null');
      continue;
    }
    known++;
    const decoded = decodeMember(rule, present, path, decoding);
    // Kept beside the name: a ConsumedCapacity names the table as the request does.
    if (name === 'TableName' && decoded !== present) value.TableArn = present;
    if (rule.fate !== 'refused') value[name] = decoded;
    else if (!isNothing(present)) decoding.refusal ??= refused(decoding, join(path, name));
  }
  if (known < Object.keys(source).length) checkUnknown(shape, source, path, decoding);
  return value;
}

function checkUnknown(shape: StructureShape, source: Record<string, unknown>, path: string, decoding: Decoding): void {
  for (const name of Object.keys(source))
    if (!shape.members.has(name) && source[name] !== null && !name.startsWith('__'))
      decoding.refusal ??= refused(decoding, join(path, name));
}

function isNothing(value: unknown): boolean {
  return value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

function refused({ operation }: Decoding, path: string): AwsError {
  return new AwsError(
    'NotImplementedException',
    `dynamodb.${operation}: the member ${path} is not implemented by this local endpoint; ` +
      'docs/local.md lists the members that are ignored or refused. Expressions do what the legacy parameters did.',
    { status: 501 },
  );
}

function decodeMember({ member, limit }: Rule, raw: unknown, path: string, decoding: Decoding): unknown {
  const { name } = member;
  if (name === 'TableName' && typeof raw === 'string' && raw.startsWith('arn:'))
    return decodeMember({ member, limit } as Rule, nameInArn(raw, decoding), path, decoding);
  const value = decode(member.shape, member.target, name, raw, join(path, name), 'field', decoding);
  check(limit, value, join(path, name), decoding);
  if (name === 'RequestItems') checkRequestItems(value as object, join(path, name), decoding);
  return value;
}

/** The name in the ARN of a table, which must be the caller's; for another ARN a text that is no table's name. */
function nameInArn(text: string, decoding: Decoding): string {
  const arn = parseArn(text);
  if (arn !== undefined && !isOf(decoding.caller, arn)) decoding.refusal ??= resourceNotFound();
  return tableNameIn(text) ?? text.slice(4);
}

/** Position of a value: a structure's member, or an entry of a list or map; their errors differ. */
type Place = 'field' | 'entry';

function decode(
  shape: Shape,
  target: string,
  name: string,
  raw: unknown,
  path: string,
  place: Place,
  decoding: Decoding,
): unknown {
  switch (shape.type) {
    case 'string':
      return convertString(raw);
    case 'boolean':
      return convertBoolean(raw);
    case 'number':
      return convertNumber(raw, LONGS.has(name) ? 'Long' : shape.traits.double === undefined ? 'Integer' : 'Double');
    case 'blob':
      return convertBlob(raw);
    case 'timestamp':
      if (typeof raw !== 'number') throw serialization('STRING_VALUE cannot be converted to Date');
      return new Date(raw * 1000);
    case 'list': {
      if (typeof raw !== 'object' || raw === null) throw collectionInPlace(place);
      if (!Array.isArray(raw)) throw structureInPlace();
      const { shape: item, target: itemTarget } = shape.of;
      return raw
        .filter((one) => one !== null)
        .map((one, index) => decode(item, itemTarget, name, one, `${path}.${index + 1}.member`, 'entry', decoding));
    }
    case 'map': {
      if (typeof raw !== 'object' || raw === null) throw collectionInPlace(place);
      if (Array.isArray(raw)) throw notAMap(shape.of);
      const { shape: item, target: itemTarget } = shape.of;
      const entries = Object.entries(raw).filter(([, one]) => one !== null);
      // Items are checked in place: there may be many of them.
      if (itemTarget === 'AttributeValue') {
        for (const [, one] of entries) checkValueTypes(one, 'entry');
        return entries.length === Object.keys(raw).length ? raw : Object.fromEntries(entries);
      }
      return Object.fromEntries(
        entries.map(([key, one]) => [
          key,
          decode(item, itemTarget, name, one, `${path}.${key}.member`, 'entry', decoding),
        ]),
      );
    }
    case 'structure':
      if (target === 'AttributeValue') return checkValueTypes(raw, place);
      if (typeof raw !== 'object' || raw === null) throw scalarInPlace(place);
      if (Array.isArray(raw)) throw notAStructure(target);
      return structure(shape, raw, path, decoding);
    case 'document':
      return raw;
  }
}

function check(limit: Limit, value: unknown, path: string, decoding: Decoding): void {
  const fail = (rule: string) => violate(decoding, value, path, rule);
  if (typeof value === 'string') {
    if (limit.values !== undefined && !limit.values.includes(value))
      fail(`Member must satisfy enum value set: [${limit.values.join(', ')}]`);
    if (limit.pattern !== undefined && !new RegExp(`^${limit.pattern}$`).test(value))
      fail(`Member must satisfy regular expression pattern: ${limit.pattern}`);
  }
  const size =
    typeof value === 'string' || Array.isArray(value)
      ? value.length
      : typeof value === 'object' && value !== null
        ? Object.keys(value).length
        : Number(value);
  const verb = typeof value === 'number' ? 'have value' : 'have length';
  if (limit.min !== undefined && size < limit.min) fail(`Member must ${verb} greater than or equal to ${limit.min}`);
  if (limit.max !== undefined && size > limit.max) fail(`Member must ${verb} less than or equal to ${limit.max}`);
}

const LENGTH = (limit: { min: number; max: number }) =>
  `Member must have length less than or equal to ${limit.max}, Member must have length greater than or equal to ${limit.min}`;

/**
 * Checks the map of BatchGetItem and BatchWriteItem: its keys are names or ARNs of tables, which the answer repeats; its
 * lists are limited in length.
 */
function checkRequestItems(items: object, path: string, decoding: Decoding): void {
  for (const [given, value] of Object.entries(items)) {
    const name = given.startsWith('arn:') ? nameInArn(given, decoding) : given;
    if (!/^[a-zA-Z0-9_.-]+$/.test(name) || name.length < 3 || name.length > 255)
      violate(
        decoding,
        items,
        path,
        `Map keys must satisfy constraint: [${LENGTH({ min: 3, max: 255 })}, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]`,
      );
    if (Array.isArray(value) && (value.length < 1 || value.length > 25))
      violate(decoding, items, path, `Map value must satisfy constraint: [${LENGTH({ min: 1, max: 25 })}]`);
  }
}

function violate({ violations }: Decoding, value: unknown, path: string, rule: string): void {
  const shown = value === undefined ? 'null' : `'${shownValue(value)}'`;
  violations.push(`Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`);
}

function shownValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shownValue).join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function join(parent: string, name: string): string {
  const own = name.charAt(0).toLowerCase() + name.slice(1);
  return parent === '' ? own : `${parent}.${own}`;
}
