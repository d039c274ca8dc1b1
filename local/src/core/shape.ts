import { isDate } from 'node:util/types';
import type { Contract, Limit, Rule } from './contract';
import { AwsError } from './errors';
import type { Shape, StructureShape } from './model';

/** How raw members are written: JSON (base64 blobs, epoch seconds), Query (all strings), CBOR (native). */
export type Wire = 'json' | 'query' | 'cbor';

interface Decoding {
  readonly contract: Contract<never>;
  readonly operation: string;
  readonly wire: Wire;
  readonly violations: string[];
}

/**
 * Decodes and checks an operation's input: AWS's model gives the types, the service's contract the limits.
 * @throws AwsError `SerializationException` for a member of the wrong type; the service's error for violated
 * constraints, which lists all of them; `NotImplementedException` for a member that the service refuses, or that
 * isn't in the model: to drop it silently might be to do what the caller asked not to be done.
 */
export function decode(
  contract: Contract<never>,
  operation: string,
  raw: unknown,
  wire: Wire,
): Record<string, unknown> {
  const decoding: Decoding = { contract, operation, wire, violations: [] };
  const value = decodeStructure(contract.modelOf(operation).input, raw ?? {}, '', decoding);
  const { violations } = decoding;
  if (violations.length > 0) {
    const code = contract.options.violationCode ?? (wire === 'query' ? 'ValidationError' : 'ValidationException');
    const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: `;
    throw new AwsError(code, count + violations.join('; '));
  }
  return value;
}

function decodeStructure(shape: StructureShape, raw: unknown, path: string, decoding: Decoding) {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw mismatch(path, raw, 'a structure');
  const source = raw as Record<string, unknown>;
  const value: Record<string, unknown> = {};
  let missing = 0;
  let known = 0;
  for (const rule of decoding.contract.rulesOf(shape)) {
    const { name, shape: type, traits } = rule.member;
    const member = source[decoding.wire === 'json' ? (traits.json ?? name) : name];
    if (member === undefined || member === null) {
      if (rule.required) missing++;
      continue;
    }
    known++;
    if (rule.fate !== 'refused') value[name] = decodeValue(type, rule.limit, member, path, name, decoding);
    else if (!asksForNothing(member)) throw refused(decoding, join(path, name));
  }
  if (missing > 0) reportMissing(decoding.contract.rulesOf(shape), source, path, decoding);
  checkUnknown(shape, source, known, path, decoding);
  return value;
}

function reportMissing(rules: readonly Rule[], source: Record<string, unknown>, path: string, decoding: Decoding) {
  for (const { required, member } of rules) {
    const value = source[member.traits.json ?? member.name];
    if (required && (value === undefined || value === null))
      decoding.violations.push(violation(undefined, join(path, member.name), 'Member must not be null'));
  }
}

/** @throws AwsError `NotImplementedException` for a member that AWS's model hasn't, or hadn't when it was read. */
function checkUnknown(
  shape: StructureShape,
  source: Record<string, unknown>,
  known: number,
  path: string,
  decoding: Decoding,
): void {
  const names = Object.keys(source);
  if (names.length === known) return;
  for (const name of names) {
    const value = source[name];
    if (value === undefined || value === null || shape.members.has(name) || name.startsWith('__')) continue;
    if ([...shape.members.values()].some(({ traits }) => traits.json === name)) continue;
    throw refused(decoding, join(path, name));
  }
}

/** A member that is off or empty changes nothing, so that a client which always sends it isn't refused. */
function asksForNothing(value: unknown): boolean {
  if (value === false || value === 'false' || value === '' || value === 0) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function refused({ contract, operation }: Decoding, path: string): AwsError {
  return new AwsError(
    'NotImplementedException',
    `${contract.service}.${operation}: the member ${path} is not implemented by this local endpoint; ` +
      'docs/local.md lists the members that are ignored or refused.',
    { status: 501 },
  );
}

function decodeValue(
  shape: Shape,
  limit: Limit,
  raw: unknown,
  parent: string,
  name: string,
  decoding: Decoding,
): unknown {
  switch (shape.type) {
    case 'string':
      return decodeString(limit, raw, parent, name, decoding);
    case 'number':
      return decodeNumber(limit, raw, parent, name, decoding);
    case 'boolean':
      if (decoding.wire === 'query' && (raw === 'true' || raw === 'false')) return raw === 'true';
      if (typeof raw !== 'boolean') throw mismatch(join(parent, name), raw, 'a Boolean');
      return raw;
    case 'timestamp':
      return decodeTimestamp(raw, join(parent, name));
    case 'blob': {
      if (shape.traits.streaming !== undefined) return raw;
      const value = decodeBlob(raw, join(parent, name));
      checkRange(limit, value.length, 'have length', '<blob>', parent, name, decoding);
      return value;
    }
    case 'list': {
      if (!Array.isArray(raw)) throw mismatch(join(parent, name), raw, 'a list');
      checkRange(limit, raw.length, 'have length', '<list>', parent, name, decoding);
      const path = join(parent, name);
      const item = shape.of.shape;
      return raw.map((one, index) =>
        decodeValue(item, limit.of ?? NO_LIMIT, one, path, `${index + 1}.member`, decoding),
      );
    }
    case 'map': {
      if (typeof raw !== 'object' || Array.isArray(raw) || raw === null)
        throw mismatch(join(parent, name), raw, 'a map');
      const path = join(parent, name);
      const entries = Object.entries(raw);
      checkRange(limit, entries.length, 'have length', '<map>', parent, name, decoding);
      const item = shape.of.shape;
      return Object.fromEntries(
        entries.map(([key, one]) => [key, decodeValue(item, limit.of ?? NO_LIMIT, one, path, key, decoding)]),
      );
    }
    case 'structure':
      return decodeStructure(shape, raw, join(parent, name), decoding);
    case 'document':
      return raw;
  }
}

const NO_LIMIT: Limit = {};

function decodeString(limit: Limit, raw: unknown, parent: string, name: string, decoding: Decoding): string {
  if (typeof raw !== 'string') throw mismatch(join(parent, name), raw, 'a String');
  const fail = (rule: string) => decoding.violations.push(violation(raw, join(parent, name), rule));
  if (limit.values !== undefined && !limit.values.includes(raw))
    fail(`Member must satisfy enum value set: [${limit.values.join(', ')}]`);
  if (limit.pattern !== undefined && !regexp(limit.pattern).test(raw))
    fail(`Member must satisfy regular expression pattern: ${limit.pattern}`);
  checkRange(limit, raw.length, 'have length', raw, parent, name, decoding);
  return raw;
}

function decodeNumber(limit: Limit, raw: unknown, parent: string, name: string, decoding: Decoding): number {
  const value = decoding.wire === 'query' && typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  if (typeof value !== 'number' || Number.isNaN(value)) throw mismatch(join(parent, name), raw, 'a Number');
  if (limit.double !== true && !Number.isInteger(value)) throw mismatch(join(parent, name), raw, 'an Integer');
  checkRange(limit, value, 'have value', value, parent, name, decoding);
  return value;
}

function checkRange(
  limit: Limit,
  size: number,
  verb: string,
  shown: unknown,
  parent: string,
  name: string,
  { violations }: Decoding,
) {
  if (limit.max !== undefined && size > limit.max) {
    violations.push(violation(shown, join(parent, name), `Member must ${verb} less than or equal to ${limit.max}`));
  }
  if (limit.min !== undefined && size < limit.min) {
    violations.push(violation(shown, join(parent, name), `Member must ${verb} greater than or equal to ${limit.min}`));
  }
}

function decodeTimestamp(raw: unknown, path: string): Date {
  const date = isDate(raw) ? raw : new Date(typeof raw === 'number' ? raw * 1000 : typeof raw === 'string' ? raw : NaN);
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
