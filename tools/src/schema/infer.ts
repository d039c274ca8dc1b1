import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { asObject, type Json, type JsonObject } from '../shared/json';

/** Table inferred from a sample of records. */
export interface InferredSchema {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The SerDe that parses the records' times; `hive` without times. */
  readonly deserializer: 'hive' | 'openx';
  readonly records: number;
  /** Warnings: facts that the sample can't show, or values that don't fit. */
  readonly notes: readonly string[];
}

/** Times as text that both SerDes read without formats: `2026-11-26 04:05:06.789`. */
const HIVE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?$/;
/** Times that the OpenX SerDe reads besides: ISO 8601 in UTC ("Choose the JSON deserializer"). */
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
/** Other times of ISO 8601, with an offset, without a zone or without seconds, which no SerDe reads by itself. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
/** Usual names of numbers of seconds, milliseconds and so on since 1970. */
const TIME_NAME = /(^|_)(ts|time|timestamp|at|date|epoch)($|_)|(time|timestamp)$/i;
/** Most fields of a struct: an object with more keys, different from record to record, is a map. */
const MOST_FIELDS = 50;

/**
 * Infers columns and types from a sample of records, one JSON object a line.
 *
 * @throws ToolError that names the first line that isn't one
 */
export function inferSchema(text: string): InferredSchema {
  const records = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index): JsonObject[] => (line.trim() === '' ? [] : [parsed(asWritten(line), index)]));
  if (records.length === 0) throw new ToolError('the sample holds no records.', ExitCode.usage);
  const sample: Sample = { notes: [], iso: false };
  const columns = namesOf(records, sample).map(({ name, keys }) => {
    const values = records.flatMap((record) =>
      keys.map((key) => record[key]).filter((value): value is Json => value !== undefined && value !== null),
    );
    noteEpoch(name, values, sample);
    return { name, type: typeOf(values, name, sample) };
  });
  noteWhole(columns, sample);
  return { columns, deserializer: sample.iso ? 'openx' : 'hive', records: records.length, notes: sample.notes };
}

/** What is found out beside the types. */
interface Sample {
  readonly notes: string[];
  /** Whether a column's times, at any depth, need the OpenX SerDe. */
  iso: boolean;
}

/** Columns' names, and the keys that each takes: both SerDes compare them without regard to case. */
function namesOf(records: readonly JsonObject[], { notes }: Sample): { name: string; keys: string[] }[] {
  const byName = new Map<string, string[]>();
  for (const key of new Set(records.flatMap((record) => Object.keys(record)))) {
    const name = key.toLowerCase();
    const keys = byName.get(name);
    if (!/^[a-z_][a-z0-9_]{0,254}$/.test(name)) {
      notes.push(`${key} is left out, as it is no column's name (a-z, 0-9, _): rename it in the records to have it`);
    } else if (keys === undefined) byName.set(name, [key]);
    else keys.push(key);
  }
  for (const [name, keys] of byName) {
    if (keys.length > 1) notes.push(`${keys.join(' and ')} are one column, ${name}: rename one to have both`);
    else if (keys[0] !== name)
      notes.push(`${keys[0]} becomes the column ${name}: both SerDes compare keys without regard to case`);
  }
  return [...byName].map(([name, keys]) => ({ name, keys }));
}

/** Largest bigint, and a number that JavaScript holds exactly and counts as a bigint. */
const [MOST_BIGINT, ANY_BIGINT] = [2n ** 63n - 1n, '9007199254740991'] as const;

/**
 * A line of JSON whose numbers are parsed as what they are written as: `21.0` would be 21, inferred as a bigint, which
 * refuses `21.0`; an id of 19 digits would be rounded, and inferred as a double, which rounds every row.
 */
function asWritten(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => {
    if (token.startsWith('"')) return token;
    const value = Number(token);
    if (/[.eE]/.test(token)) return Number.isInteger(value) ? String(Math.trunc(value) + 0.5) : token;
    if (Number.isSafeInteger(value) || BigInt(token) > MOST_BIGINT || BigInt(token) < -MOST_BIGINT) return token;
    return ANY_BIGINT;
  });
}

/** Notes columns of whole numbers: a bigint refuses a fraction that may come later. */
function noteWhole(columns: readonly { readonly name: string; readonly type: string }[], { notes }: Sample): void {
  const whole = columns.filter(({ type }) => /\bbigint\b/.test(type)).map(({ name }) => name);
  if (whole.length === 0) return;
  notes.push(`${whole.join(', ')}: whole numbers in this sample; write double for bigint where a fraction can come`);
}

function parsed(line: string, index: number): JsonObject {
  try {
    const value = JSON.parse(line) as Json;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Refused below, with other JSON that isn't an object.
  }
  throw new ToolError(`line ${index + 1} is no JSON object: the sample has one record a line.`, ExitCode.usage);
}

/**
 * Numbers since 1970 by their unit: the smallest that a time of this century has, and what makes seconds of them (by a double: a
 * quotient of decimals has tenths alone).
 */
const EPOCHS = [
  { unit: 'microseconds', from: 9e14, seconds: ' / 1e6' },
  { unit: 'milliseconds', from: 9e11, seconds: ' / 1e3' },
  { unit: 'seconds', from: 9e8, seconds: '' },
] as const;

function noteEpoch(name: string, values: readonly Json[], { notes }: Sample): void {
  if (values.length === 0 || !TIME_NAME.test(name)) return;
  const least = values.reduce<number>(
    (min, value) => (typeof value === 'number' ? Math.min(min, value) : Number.NaN),
    Infinity,
  );
  const epoch = EPOCHS.find(({ from }) => least >= from);
  if (epoch === undefined || values.some((value) => Number(value) > epoch.from * 9)) return;
  const { unit, seconds } = epoch;
  notes.push(
    `${name} looks like ${unit} since 1970: kept as a number; from_unixtime(${name}${seconds}) makes a time of it`,
  );
}

/** The Hive type that holds all values. */
function typeOf(values: readonly Json[], path: string, sample: Sample): string {
  const { notes } = sample;
  const kinds = new Set(values.map(kindOf));
  if (kinds.size === 0) {
    notes.push(`${path} is null in every record: string is a guess`);
    return 'string';
  }
  if (kinds.size === 1 && kinds.has('array')) {
    return `array<${typeOf(
      (values as Json[][]).flat().filter((item) => item !== null),
      `${path}[]`,
      sample,
    )}>`;
  }
  if (kinds.size === 1 && kinds.has('object')) return objectType(values.map(asObject), path, sample);
  if ([...kinds].every((kind) => kind === 'bigint' || kind === 'double'))
    return kinds.has('double') ? 'double' : 'bigint';
  if ([...kinds].every((kind) => TIMES.has(kind))) return timeType(kinds, values, path, sample);
  if (kinds.size === 1) return [...kinds][0] ?? 'string';
  notes.push(`${path} holds ${[...kinds].sort().join(' and ')}: string takes them all`);
  return 'string';
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'bigint' : 'double';
  if (typeof value === 'boolean') return 'boolean';
  if (DATE.test(value)) return 'date';
  if (HIVE_TIME.test(value)) return 'timestamp';
  if (ISO_UTC.test(value)) return 'time in UTC';
  return ISO_TIME.test(value) ? 'time' : 'string';
}

const TIMES = new Set(['date', 'timestamp', 'time in UTC', 'time']);

/** The type of times: string, which takes all records, where a SerDe would refuse some as a timestamp. */
function timeType(kinds: ReadonlySet<string>, values: readonly Json[], path: string, sample: Sample): string {
  if (kinds.size === 1 && kinds.has('date')) return 'date';
  if (!kinds.has('time') && !kinds.has('date')) {
    sample.iso ||= kinds.has('time in UTC');
    return 'timestamp';
  }
  const other = values.find((value) => ['time', 'date'].includes(kindOf(value)));
  sample.notes.push(
    `${path} has times such as ${String(other)}, and the SerDes read UTC with Z alone (2026-11-26T04:05:06Z): kept as text${kinds.has('timestamp') ? '' : `; from_iso8601_timestamp(${path}) makes a time of it`}`,
  );
  return 'string';
}

/** A map if the keys differ from record to record and the values are alike, else a struct. */
function objectType(values: readonly JsonObject[], path: string, sample: Sample): string {
  const { notes } = sample;
  const keys = [...new Set(values.flatMap((value) => Object.keys(value)))];
  const each = (key: string) =>
    values.map((value) => value[key]).filter((item): item is Json => item !== undefined && item !== null);
  const scalars = keys.every((key) => each(key).every((item) => typeof item !== 'object'));
  const shared = keys.filter((key) => values.every((value) => key in value)).length;
  const names = keys.every((key) => /^[a-z_][a-z0-9_]*$/i.test(key));
  if (
    keys.length === 0 ||
    !names ||
    keys.length > MOST_FIELDS ||
    (scalars && values.length > 1 && shared < keys.length / 2)
  ) {
    const type = typeOf(keys.flatMap(each), `${path}.*`, sample);
    notes.push(`${path} is taken for a map, as its keys differ from record to record`);
    return `map<string,${type}>`;
  }
  if (values.length === 1) notes.push(`${path} may be a map: one record can't tell it from a struct`);
  return `struct<${keys.map((key) => `${key.toLowerCase()}:${typeOf(each(key), `${path}.${key}`, sample)}`).join(',')}>`;
}
