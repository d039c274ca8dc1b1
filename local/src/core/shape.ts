import { isDate } from 'node:util/types';
import { AwsError } from './errors';

/**
 * What an operation accepts, as data: the field types and constraints of AWS's service models. One interpreter
 * ({@link decode}) turns a request's raw members into typed input and reports every violation in AWS's wording.
 */
export type Shape =
  | {
      readonly type: 'string';
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: string;
      readonly values?: readonly string[];
    }
  | { readonly type: 'integer' | 'number'; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean' | 'timestamp' | 'any' }
  | { readonly type: 'blob'; readonly min?: number; readonly max?: number }
  | { readonly type: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly type: 'map'; readonly of: Shape; readonly max?: number }
  | StructureShape;

/** A structure; members that are not listed are dropped, as AWS's services drop unknown members. */
export interface StructureShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

type Limits = { min?: number; max?: number };

export const string = (limits: Limits & { pattern?: string; values?: readonly string[] } = {}): Shape => ({
  type: 'string',
  ...limits,
});
export const integer = (limits: Limits = {}): Shape => ({ type: 'integer', ...limits });
export const number = (limits: Limits = {}): Shape => ({ type: 'number', ...limits });
export const boolean: Shape = { type: 'boolean' };
export const timestamp: Shape = { type: 'timestamp' };
/** Passed through as it came: for members that are stored and returned but never looked into. */
export const any: Shape = { type: 'any' };
export const blob = (limits: Limits = {}): Shape => ({ type: 'blob', ...limits });
export const list = (of: Shape, limits: Limits = {}): Shape => ({ type: 'list', of, ...limits });
export const map = (of: Shape, limits: { max?: number } = {}): Shape => ({ type: 'map', of, ...limits });
/** @param required names of the members that must be there, separated by spaces. @default none */
export const structure = (members: Readonly<Record<string, Shape>>, required = ''): StructureShape => ({
  type: 'structure',
  members,
  required: required === '' ? [] : required.split(' '),
});

/** How raw members are written: JSON (base64 blobs, epoch seconds), Query (all strings), CBOR (native). */
export type Wire = 'json' | 'query' | 'cbor';

/**
 * Decodes and checks a request's members.
 * @param violationCode the service's error for violated constraints. @default the protocol's own
 * @throws AwsError `SerializationException` for a member of the wrong type, `violationCode` that lists every
 * violated constraint.
 */
export function decode(
  shape: StructureShape,
  raw: unknown,
  wire: Wire,
  violationCode = wire === 'query' ? 'ValidationError' : 'ValidationException',
): Record<string, unknown> {
  const violations: string[] = [];
  const value = decodeStructure(shape, raw ?? {}, '', wire, violations);
  if (violations.length > 0) {
    const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: `;
    throw new AwsError(violationCode, count + violations.join('; '));
  }
  return value;
}

function decodeStructure(shape: StructureShape, raw: unknown, path: string, wire: Wire, violations: string[]) {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw mismatch(path, raw, 'a structure');
  const source = raw as Record<string, unknown>;
  const value: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = source[name];
    if (member === undefined || member === null) continue;
    value[name] = decodeValue(shape.members[name] as Shape, member, path, name, wire, violations);
  }
  for (const name of shape.required) {
    if (value[name] === undefined) violations.push(violation(undefined, join(path, name), 'Member must not be null'));
  }
  return value;
}

function decodeValue(
  shape: Shape,
  raw: unknown,
  parent: string,
  name: string,
  wire: Wire,
  violations: string[],
): unknown {
  switch (shape.type) {
    case 'string':
      if (typeof raw !== 'string') throw mismatch(join(parent, name), raw, 'a String');
      if (shape.values !== undefined && !shape.values.includes(raw)) {
        violations.push(
          violation(raw, join(parent, name), `Member must satisfy enum value set: [${shape.values.join(', ')}]`),
        );
      }
      if (shape.pattern !== undefined && !regexp(shape.pattern).test(raw)) {
        violations.push(
          violation(raw, join(parent, name), `Member must satisfy regular expression pattern: ${shape.pattern}`),
        );
      }
      checkRange(shape, raw.length, 'have length', raw, parent, name, violations);
      return raw;
    case 'integer':
    case 'number': {
      const value = wire === 'query' && typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      if (typeof value !== 'number' || Number.isNaN(value)) throw mismatch(join(parent, name), raw, 'a Number');
      if (shape.type === 'integer' && !Number.isInteger(value)) throw mismatch(join(parent, name), raw, 'an Integer');
      checkRange(shape, value, 'have value', value, parent, name, violations);
      return value;
    }
    case 'boolean':
      if (wire === 'query' && (raw === 'true' || raw === 'false')) return raw === 'true';
      if (typeof raw !== 'boolean') throw mismatch(join(parent, name), raw, 'a Boolean');
      return raw;
    case 'timestamp':
      return decodeTimestamp(raw, join(parent, name));
    case 'blob': {
      const value = decodeBlob(raw, join(parent, name));
      checkRange(shape, value.length, 'have length', '<blob>', parent, name, violations);
      return value;
    }
    case 'list': {
      if (!Array.isArray(raw)) throw mismatch(join(parent, name), raw, 'a list');
      checkRange(shape, raw.length, 'have length', '<list>', parent, name, violations);
      const path = join(parent, name);
      return raw.map((item, index) => decodeValue(shape.of, item, path, `${index + 1}.member`, wire, violations));
    }
    case 'map': {
      if (typeof raw !== 'object' || Array.isArray(raw) || raw === null)
        throw mismatch(join(parent, name), raw, 'a map');
      const path = join(parent, name);
      const entries = Object.entries(raw);
      checkRange(shape, entries.length, 'have length', '<map>', parent, name, violations);
      return Object.fromEntries(
        entries.map(([key, item]) => [key, decodeValue(shape.of, item, path, key, wire, violations)]),
      );
    }
    case 'structure':
      return decodeStructure(shape, raw, join(parent, name), wire, violations);
    case 'any':
      return raw;
  }
}

function checkRange(
  limits: Limits,
  size: number,
  verb: string,
  shown: unknown,
  parent: string,
  name: string,
  violations: string[],
) {
  if (limits.max !== undefined && size > limits.max) {
    violations.push(violation(shown, join(parent, name), `Member must ${verb} less than or equal to ${limits.max}`));
  }
  if (limits.min !== undefined && size < limits.min) {
    violations.push(violation(shown, join(parent, name), `Member must ${verb} greater than or equal to ${limits.min}`));
  }
}

function decodeTimestamp(raw: unknown, path: string): Date {
  const date = isDate(raw) ? raw : typeof raw === 'number' ? new Date(raw * 1000) : new Date(String(raw));
  if (Number.isNaN(date.getTime())) throw mismatch(path, raw, 'a Timestamp');
  return date;
}

function decodeBlob(raw: unknown, path: string): Buffer {
  if (Buffer.isBuffer(raw)) return raw;
  if (raw instanceof Uint8Array) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (typeof raw !== 'string') throw mismatch(path, raw, 'a Blob');
  return Buffer.from(raw, 'base64');
}

const compiled = new Map<string, RegExp>();

function regexp(pattern: string): RegExp {
  let found = compiled.get(pattern);
  if (found === undefined) {
    found = new RegExp(`^(?:${pattern})$`, 'u');
    compiled.set(pattern, found);
  }
  return found;
}

// AWS names members in lower camel case in its messages: 'records.1.member.data'.
function join(parent: string, name: string): string {
  const own = name.charAt(0).toLowerCase() + name.slice(1);
  return parent === '' ? own : `${parent}.${own}`;
}

function violation(value: unknown, path: string, rule: string): string {
  const shown = value === undefined ? 'null' : `'${String(value)}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`;
}

function mismatch(path: string, raw: unknown, wanted: string): AwsError {
  const got = Array.isArray(raw) ? 'a list' : raw === null ? 'null' : `a ${typeof raw}`;
  return new AwsError(
    'SerializationException',
    `${path === '' ? 'The request' : path}: ${got} can not be converted to ${wanted}`,
  );
}
