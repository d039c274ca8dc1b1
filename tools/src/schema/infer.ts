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

/** Times as text that the Hive SerDe reads without formats: `2026-11-26 04:05:06.789`. */
const HIVE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?$/;
/** ISO 8601 with T, with or without a zone, which the OpenX SerDe parses. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
/** Usual names of numbers of seconds or milliseconds since 1970. */
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
    .split('\n')
    .flatMap((line, index): JsonObject[] => (line.trim() === '' ? [] : [parsed(asFractions(line), index)]));
  if (records.length === 0) throw new ToolError('the sample holds no records.', ExitCode.usage);
  const notes: string[] = [];
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  let iso = false;
  const columns = names.map((name) => {
    const values = records
      .map((record) => record[name])
      .filter((value): value is Json => value !== undefined && value !== null);
    iso ||= values.some((value) => typeof value === 'string' && ISO_TIME.test(value));
    noteEpoch(name, values, notes);
    noteOffset(name, values, notes);
    return { name: columnName(name, notes), type: typeOf(values, name, notes) };
  });
  noteTwice(columns, notes);
  noteWhole(columns, notes);
  return { columns, deserializer: iso ? 'openx' : 'hive', records: records.length, notes };
}

/**
 * A line of JSON in which `21.0` keeps its fraction: parsed, it would be 21, inferred as a bigint, which refuses
 * `21.0`.
 */
function asFractions(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d.*[.eE]/.test(token) && Number.isInteger(Number(token)) ? String(Math.trunc(Number(token)) + 0.5) : token,
  );
}

/** Notes columns of whole numbers: a bigint refuses a fraction that may come later. */
function noteWhole(columns: readonly { readonly name: string; readonly type: string }[], notes: string[]): void {
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

function columnName(name: string, notes: string[]): string {
  const lower = name.toLowerCase();
  if (!/^[a-z_][a-z0-9_]{0,254}$/.test(lower))
    notes.push(`${name} is no column's name: rename it in the records, or leave it out`);
  else if (lower !== name)
    notes.push(`${name} becomes the column ${lower}: both SerDes compare keys without regard to case`);
  return lower;
}

function noteTwice(columns: readonly { readonly name: string }[], notes: string[]): void {
  const names = columns.map(({ name }) => name);
  for (const name of new Set(names.filter((text, index) => names.indexOf(text) !== index))) {
    notes.push(`${name} is there twice, in different cases: Athena knows one of them`);
  }
}

function noteEpoch(name: string, values: readonly Json[], notes: string[]): void {
  const numbers = values.every((value) => typeof value === 'number' && value > 9e8 && value < 4e12);
  if (values.length === 0 || !numbers || !TIME_NAME.test(name)) return;
  const unit = values.every((value) => (value as number) > 9e11) ? 'milliseconds' : 'seconds';
  notes.push(
    `${name} looks like ${unit} since 1970: kept as a number; from_unixtime(${name}${unit === 'seconds' ? '' : ' / 1000.0'}) makes a time of it`,
  );
}

/** Notes times with an offset: by "Choose the JSON deserializer" the OpenX SerDe reads ISO 8601 that ends in Z. */
function noteOffset(name: string, values: readonly Json[], notes: string[]): void {
  const other = values.find((value) => typeof value === 'string' && ISO_TIME.test(value) && !value.endsWith('Z'));
  if (other === undefined) return;
  notes.push(`${name} has times such as ${String(other)}: AWS documents UTC with Z alone, so send them as that`);
}

/** The Hive type that holds all values. */
function typeOf(values: readonly Json[], path: string, notes: string[]): string {
  const kinds = new Set(values.map(kindOf));
  if (kinds.size === 0) {
    notes.push(`${path} is null in every record: string is a guess`);
    return 'string';
  }
  if (kinds.size === 1 && kinds.has('array')) {
    return `array<${typeOf(
      (values as Json[][]).flat().filter((item) => item !== null),
      `${path}[]`,
      notes,
    )}>`;
  }
  if (kinds.size === 1 && kinds.has('object')) return objectType(values.map(asObject), path, notes);
  if ([...kinds].every((kind) => kind === 'bigint' || kind === 'double'))
    return kinds.has('double') ? 'double' : 'bigint';
  if ([...kinds].every((kind) => kind === 'timestamp' || kind === 'date'))
    return kinds.size === 1 ? ([...kinds][0] ?? 'string') : 'timestamp';
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
  return HIVE_TIME.test(value) || ISO_TIME.test(value) ? 'timestamp' : 'string';
}

/** A map if the keys differ from record to record and the values are alike, else a struct. */
function objectType(values: readonly JsonObject[], path: string, notes: string[]): string {
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
    const type = typeOf(keys.flatMap(each), `${path}.*`, notes);
    notes.push(`${path} is taken for a map, as its keys differ from record to record`);
    return `map<string,${type}>`;
  }
  if (values.length === 1) notes.push(`${path} may be a map: one record can't tell it from a struct`);
  return `struct<${keys.map((key) => `${key.toLowerCase()}:${typeOf(each(key), `${path}.${key}`, notes)}`).join(',')}>`;
}
