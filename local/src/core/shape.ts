import { isDate } from 'node:util/types';
import type { Contract, Limit, Rule } from './contract';
import { AwsError, serialization } from './errors';
import { Memo } from './memo';
import type { Shape, StructureShape, Traits } from './model';

/** Encoding of raw members: JSON (base64 blobs, epoch seconds), Query (all strings), CBOR (native). */
export type Wire = 'json' | 'query' | 'cbor';

/** Most violations that an error lists. */
const MAX_VIOLATIONS = 10;

interface Decoding {
  readonly contract: Contract<never>;
  readonly operation: string;
  readonly wire: Wire;
  readonly violations: string[];
}

/**
 * A value's place in the request, by the structure, list or map that it is in; items of lists by their index. Joined only
 * for a message: joining it for each record takes a fortieth of PutRecords' CPU.
 */
interface Place {
  readonly parent: Place | undefined;
  readonly name: string | number;
}

/**
 * Decodes and checks an operation's input, by the types of AWS's model and the limits of the service's contract.
 * @throws AwsError `SerializationException` for a member of the wrong type; the service's error for violated
 * constraints, which lists all of them; `NotImplementedException` for a member that the service refuses, or that the
 * model lacks: dropping it silently could do what the caller asked not to do
 */
export function decode(
  contract: Contract<never>,
  operation: string,
  raw: unknown,
  wire: Wire,
): Record<string, unknown> {
  const decoding: Decoding = { contract, operation, wire, violations: [] };
  const value = decodeStructure(contract.modelOf(operation).input, raw ?? {}, undefined, decoding);
  const { violations } = decoding;
  if (violations.length > 0) {
    const code = contract.options.violationCode ?? (wire === 'query' ? 'ValidationError' : 'ValidationException');
    const listed = violations.slice(0, MAX_VIOLATIONS);
    const count = `${listed.length} validation error${listed.length === 1 ? '' : 's'} detected: `;
    // The error's name in the Query protocol, for clients that once used it.
    const queryCode = contract.queryNamespace === undefined ? undefined : 'ValidationError';
    throw new AwsError(code, count + listed.join('; '), {
      fields: contract.options.violationFields,
      ...(code === 'ValidationException' && { queryCode }),
    });
  }
  return value;
}

function decodeStructure(shape: StructureShape, raw: unknown, path: Place | undefined, decoding: Decoding) {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw mismatch(raw, 'null');
  const source = raw as Record<string, unknown>;
  const value: Record<string, unknown> = {};
  let missing = 0;
  let known = 0;
  const isJson = decoding.wire === 'json';
  for (const rule of decoding.contract.rulesOf(shape)) {
    const { name } = rule.member;
    const member = source[isJson ? rule.json : name];
    if (member === undefined || member === null) {
      if (rule.required) missing++;
      continue;
    }
    known++;
    if (rule.fate !== 'refused') value[name] = decodeValue(rule.member.shape, rule.limit, member, path, name, decoding);
    else if (!asksForNothing(member)) throw refused(decoding, join(path, name));
  }
  if (missing > 0) reportMissing(decoding.contract.rulesOf(shape), source, path, decoding);
  checkUnknown(shape, source, known, path, decoding);
  return value;
}

function reportMissing(
  rules: readonly Rule[],
  source: Record<string, unknown>,
  path: Place | undefined,
  decoding: Decoding,
) {
  for (const { required, member, json } of rules) {
    const value = source[json];
    if (required && (value === undefined || value === null))
      report(decoding, undefined, join(path, member.name), 'Member must not be null');
  }
}

/** @throws AwsError `NotImplementedException` for a member that AWS's model lacks, or lacked when it was generated */
function checkUnknown(
  shape: StructureShape,
  source: Record<string, unknown>,
  known: number,
  path: Place | undefined,
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

/** Whether a refused member is off or empty and changes nothing: clients that always send it must not be refused. */
function asksForNothing(value: unknown): boolean {
  if (value === false || value === 'false' || value === '' || value === 0) return true;
  return typeof value === 'object' && value !== null && !isDate(value) && Object.keys(value).length === 0;
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
  parent: Place | undefined,
  name: string | number,
  decoding: Decoding,
): unknown {
  switch (shape.type) {
    case 'string':
      return decodeString(limit, raw, parent, name, decoding);
    case 'number':
      return decodeNumber(limit, raw, parent, name, decoding);
    case 'boolean':
      if (decoding.wire === 'query' && (raw === 'true' || raw === 'false')) return raw === 'true';
      if (typeof raw !== 'boolean') throw mismatch(raw, 'an Boolean');
      return raw;
    case 'timestamp':
      return decodeTimestamp(raw, shape.traits, decoding);
    case 'blob': {
      if (shape.traits.streaming !== undefined) return raw;
      const value = decodeBlob(raw);
      checkRange(limit, value.length, 'have length', value, parent, name, decoding);
      return value;
    }
    case 'list': {
      if (!Array.isArray(raw)) throw mismatch(raw, 'list');
      const item = shape.of.shape;
      const shown = item.type === 'string' || raw.length === 0 ? raw : NOT_SHOWN;
      checkRange(limit, raw.length, 'have length', shown, parent, name, decoding);
      const path = { parent, name };
      // Strings are checked as part of their list, structures each in its place.
      const own = item.type === 'string' ? NO_LIMIT : (limit.of ?? NO_LIMIT);
      const list = raw.map((one, index) => decodeValue(item, own, one, path, index, decoding));
      if (item.type === 'string') checkTexts(limit.of, list as string[], 'Member', raw, path, decoding);
      return list;
    }
    case 'map': {
      if (typeof raw !== 'object' || Array.isArray(raw) || raw === null) throw mismatch(raw, 'map');
      const path = { parent, name };
      const entries = Object.entries(raw);
      checkRange(limit, entries.length, 'have length', raw, parent, name, decoding);
      const item = shape.of.shape;
      const own = item.type === 'string' ? NO_LIMIT : (limit.of ?? NO_LIMIT);
      const map = Object.fromEntries(
        entries.map(([key, one]) => [key, decodeValue(item, own, one, path, key, decoding)]),
      );
      checkTexts(limit.keys, Object.keys(map), 'Map keys', raw, path, decoding);
      if (item.type === 'string')
        checkTexts(limit.of, Object.values(map) as string[], 'Map value', raw, path, decoding);
      return map;
    }
    case 'structure':
      return decodeStructure(shape, raw, { parent, name }, decoding);
    case 'document':
      return raw;
  }
}

const NO_LIMIT: Limit = {};
/** Placeholder for what AWS doesn't print: a list of structures, and the values of some members. */
const NOT_SHOWN = Symbol('not shown');

function decodeString(
  limit: Limit,
  raw: unknown,
  parent: Place | undefined,
  name: string | number,
  decoding: Decoding,
): string {
  if (typeof raw !== 'string') throw mismatch(raw, 'an String');
  const isOther = limit.values !== undefined && !limit.values.includes(raw);
  const isUnlike = limit.pattern !== undefined && !wholes.get(limit.pattern).test(raw);
  if (isOther || isUnlike) {
    const shown = limit.unprinted === true ? NOT_SHOWN : raw;
    const place = join(parent, name);
    if (isOther) report(decoding, shown, place, `Member must satisfy enum value set: [${limit.values?.join(', ')}]`);
    if (isUnlike) report(decoding, shown, place, `Member must satisfy regular expression pattern: ${limit.pattern}`);
  }
  checkRange(limit, raw.length, 'have length', raw, parent, name, decoding);
  return raw;
}

/** Checks the strings of a list or map: one violation for all of them, with all constraints. */
function checkTexts(
  limit: Limit | undefined,
  texts: readonly string[],
  what: 'Member' | 'Map keys' | 'Map value',
  whole: unknown,
  { parent, name }: Place,
  decoding: Decoding,
): void {
  if (limit === undefined || texts.every((text) => fits(limit, text))) return;
  const { min, max, pattern, values } = limit;
  const rules = [
    ...(max === undefined ? [] : [`Member must have length less than or equal to ${max}`]),
    ...(min === undefined ? [] : [`Member must have length greater than or equal to ${min}`]),
    ...(pattern === undefined ? [] : [`Member must satisfy regular expression pattern: ${pattern}`]),
    ...(values === undefined ? [] : [`Member must satisfy enum value set: [${values.join(', ')}]`]),
  ];
  report(decoding, whole, join(parent, name), `${what} must satisfy constraint: [${rules.join(', ')}]`);
}

function fits({ min = 0, max = Number.POSITIVE_INFINITY, pattern, values }: Limit, text: string): boolean {
  if (text.length < min || text.length > max) return false;
  return (pattern === undefined || wholes.get(pattern).test(text)) && (values === undefined || values.includes(text));
}

const UNLIMITED: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

function decodeNumber(
  limit: Limit,
  raw: unknown,
  parent: Place | undefined,
  name: string | number,
  decoding: Decoding,
): number {
  const wanted = limit.double === true ? 'an Double' : 'an Integer';
  // Three double values are strings in JSON: the operation checks them itself.
  const unlimited = limit.double === true && typeof raw !== 'object' && UNLIMITED.has(String(raw));
  const text = typeof raw === 'string' && raw.trim() !== '' && (unlimited || decoding.wire === 'query');
  const value = text ? Number(raw) : raw;
  if (typeof value !== 'number' || (Number.isNaN(value) && !unlimited)) throw mismatch(raw, wanted);
  if (limit.double !== true && !Number.isInteger(value)) {
    // AWS's JSON parser truncates fractions; a string can't have one.
    if (decoding.wire !== 'json' || !Number.isFinite(value)) throw mismatch(raw, wanted);
    return decodeNumber(limit, Math.trunc(value), parent, name, decoding);
  }
  checkRange(limit, value, 'have value', value, parent, name, decoding);
  return value;
}

function checkRange(
  limit: Limit,
  size: number,
  verb: string,
  shown: unknown,
  parent: Place | undefined,
  name: string | number,
  decoding: Decoding,
) {
  if (limit.max !== undefined && !(size <= limit.max)) {
    report(decoding, shown, join(parent, name), `Member must ${verb} less than or equal to ${limit.max}`);
  }
  if (limit.min !== undefined && !(size >= limit.min)) {
    report(decoding, shown, join(parent, name), `Member must ${verb} greater than or equal to ${limit.min}`);
  }
}

function decodeTimestamp(raw: unknown, { format }: Traits, { wire, contract }: Decoding): Date {
  // Times as strings: in JSON only if the model says so; in REST also from headers and parameters.
  const texts = wire !== 'json' || format !== undefined || contract.model.protocol.name === 'rest-json';
  const readable = isDate(raw) || typeof raw === 'number' || (texts && typeof raw === 'string');
  if (!readable) throw mismatch(raw, 'milliseconds since epoch');
  const date = isDate(raw) ? raw : new Date(typeof raw === 'number' ? raw * 1000 : raw);
  if (Number.isNaN(date.getTime())) throw mismatch(raw, 'milliseconds since epoch');
  return date;
}

function decodeBlob(raw: unknown): Buffer {
  if (Buffer.isBuffer(raw)) return raw;
  if (raw instanceof Uint8Array) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (typeof raw !== 'string') throw mismatch(raw, 'a Blob');
  const bytes = Buffer.from(raw, 'base64');
  const { length } = raw;
  const padding = raw.charCodeAt(length - 1) !== EQUALS_SIGN ? 0 : raw.charCodeAt(length - 2) === EQUALS_SIGN ? 2 : 1;
  // Base64 of whole groups is decoded as it is; others are checked, to report the error.
  if (length % 4 !== 0 || bytes.length !== (length / 4) * 3 - padding) checkBase64(raw);
  if (padding !== 0) checkPadding(raw, padding);
  return bytes;
}

const EQUALS_SIGN = 0x3d;

/** @throws AwsError `SerializationException` for invalid base64 */
function checkBase64(text: string): void {
  const fail = (why: string) => serialization(`'${text}' can not be converted to a Blob: ${why}`);
  if (text.length % 4 !== 0)
    throw fail(`Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`);
  const wrong = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ''))?.[0];
  if (wrong !== undefined) throw fail(`Invalid Base64 character: '${wrong}'`);
}

// Unused bits of the last character must be zero: four before `==`, two before `=`.
function checkPadding(text: string, padding: 1 | 2): void {
  const last = text.charAt(text.length - padding - 1);
  if (!(padding === 2 ? 'AQgw' : 'AEIMQUYcgkosw048').includes(last))
    throw serialization(`'${text}' can not be converted to a Blob: Invalid last non-pad Base64 character dectected`);
}

const wholes = new Memo((pattern: string) => new RegExp(`^(?:${pattern})$`, 'u'));

// AWS's messages have member names in lower camel case: 'records.1.member.data'.
function join(parent: Place | undefined, name: string | number): string {
  const own = typeof name === 'number' ? `${name + 1}.member` : name.charAt(0).toLowerCase() + name.slice(1);
  return parent === undefined ? own : `${join(parent.parent, parent.name)}.${own}`;
}

function report({ violations, contract }: Decoding, value: unknown, path: string, rule: string): void {
  const hidden = value === NOT_SHOWN || contract.options.valuesUnprinted === true;
  const shown = value === undefined ? ' null' : hidden ? '' : ` '${shownIn(value)}'`;
  const [member = '', ...rest] = path.split('.');
  const place = [contract.options.shownAs?.[member] ?? member, ...rest].join('.');
  violations.push(`Value${shown} at '${place}' failed to satisfy constraint: ${rule}`);
}

/** A value in AWS's messages. */
function shownIn(value: unknown): string {
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (Array.isArray(value)) return `[${value.map(shownIn).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, one]) => `${key}=${shownIn(one)}`);
  return `{${entries.join(', ')}}`;
}

/** Java class of a JSON value in AWS's messages. */
function classOf(raw: unknown): string {
  if (typeof raw === 'boolean') return 'class java.lang.Boolean';
  return typeof raw === 'number'
    ? 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber'
    : 'class java.lang.String';
}

/** The error for a value of the wrong type, in AWS's wording. @param wanted expected type, such as `an Integer` */
function mismatch(raw: unknown, wanted: string): AwsError {
  if (Array.isArray(raw)) return serialization('Start of list found where not expected');
  if (typeof raw === 'object' && raw !== null)
    return serialization('Start of structure or map found where not expected.');
  const expected = /^(list|map|null)$/.exec(wanted)?.[1];
  if (expected === 'null') return serialization('Expected null');
  if (expected !== undefined) return serialization(`Expected ${expected} or null`);
  const shown = wanted === 'an Boolean' && typeof raw === 'string' ? `'${raw}'` : classOf(raw);
  return serialization(`${shown} can not be converted to ${wanted}`);
}
