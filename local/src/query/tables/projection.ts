import type { Table } from '@aws-sdk/client-glue';
import { linearPattern } from '../../core/patterns';
import { QueryError } from '../errors';

/** One projected partition key: the format and range of its values. */
export interface ProjectedKey {
  readonly name: string;
  /** Source of a regular expression, without groups, for a value. */
  readonly pattern: string;
  /** Fixed number of characters of the values, if any. */
  readonly width?: number;
  /** Whether no value contains this character. */
  excludes(character: string): boolean;
  /** Whether the projection includes this value. */
  accepts(value: string): boolean;
  /** A query's value in the format of locations: `2` as `02` with two digits. */
  written(value: string): string;
  /** The column's value of a location's text. */
  read(text: string): string;
  /** Whether its values come from the query only. */
  readonly injected: boolean;
}

/** A table's partition projection (Athena's "Set up partition projection"). */
export interface Projection {
  readonly keys: readonly ProjectedKey[];
  /** Location of a partition, with `${key}` placeholders; ends in a slash. */
  readonly template: string;
}

/**
 * Parses a table's projection from its parameters; undefined if it has none.
 * @throws QueryError in Athena's wording for an incomplete projection
 */
export function projectionOf(table: Table, now: number): Projection | undefined {
  const parameters = table.Parameters ?? {};
  if (parameters['projection.enabled']?.toLowerCase() !== 'true') return undefined;
  const names = (table.PartitionKeys ?? []).map((key) => (key.Name as string).toLowerCase());
  const keys = (table.PartitionKeys ?? []).map((key, index) => {
    const name = names[index] as string;
    return projectedKey(name, key.Type ?? 'string', setting(parameters, name), now);
  });
  const location = withSlash(table.StorageDescriptor?.Location ?? '');
  const template =
    parameters['storage.location.template'] ?? location + names.map((name) => `${name}=\${${name}}/`).join('');
  return { keys, template: withSlash(template) };
}

export function withSlash(location: string): string {
  return location.endsWith('/') ? location : `${location}/`;
}

type Setting = (name: string) => string | undefined;

const setting =
  (parameters: Readonly<Record<string, string>>, key: string): Setting =>
  (name) =>
    parameters[`projection.${key}.${name}`];

const isSlash = (character: string) => character === '/';
const AS_IS = { written: (value: string) => value, read: (text: string) => text };

function projectedKey(name: string, type: string, read: Setting, now: number): ProjectedKey {
  switch (read('type')?.toLowerCase()) {
    case 'enum':
      return enumKey(name, required(name, 'values', read));
    case 'integer':
      return integerKey(name, required(name, 'range', read), Number(read('interval') ?? 1), read('digits'));
    case 'date':
      return dateKey(name, required(name, 'range', read), required(name, 'format', read), type, read, now);
    case 'injected':
      return { name, pattern: '[^/]+', excludes: isSlash, accepts: (text) => text !== '', ...AS_IS, injected: true };
    default:
      throw invalid(
        `Table is configured for partition projection, but the type of column ${name} is not supported: ${read('type') ?? 'not set'}`,
      );
  }
}

function required(key: string, name: string, read: Setting): string {
  const value = read(name);
  if (value === undefined) throw invalid(`Table property projection.${key}.${name} is missing`);
  return value;
}

const invalid = (detail: string) => new QueryError('INVALID_TABLE_PROPERTY', detail);
const escapeText = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function enumKey(name: string, list: string): ProjectedKey {
  const values = new Set(list.split(',').map((value) => value.trim()));
  const pattern = `(?:${[...values].map(escapeText).join('|')})`;
  const excludes = (character: string) => ![...values].some((value) => value.includes(character));
  return { name, pattern, excludes, accepts: (value) => values.has(value), ...AS_IS, injected: false };
}

function integerKey(name: string, range: string, interval: number, digits: string | undefined): ProjectedKey {
  const [low = Number.NaN, high = Number.NaN] = range.split(',').map((bound) => Number(bound.trim()));
  if (Number.isNaN(low) || Number.isNaN(high) || !(interval > 0))
    throw invalid(`Table property projection.${name}.range is not valid: ${range}`);
  const write = (value: number) => (digits === undefined ? String(value) : String(value).padStart(Number(digits), '0'));
  const written = (text: string) => (/^-?\d+$/.test(text) ? write(Number(text)) : text);
  return {
    name,
    pattern: '-?\\d+',
    excludes: (character) => !/[-\d]/.test(character),
    accepts: (text) => {
      const value = Number(text);
      return value >= low && value <= high && (value - low) % interval === 0 && write(value) === text;
    },
    written,
    read: AS_IS.read,
    injected: false,
  };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  MILLIS: 1,
  MILLISECONDS: 1,
  SECONDS: 1_000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
  WEEKS: 604_800_000,
};

function dateKey(name: string, range: string, format: string, type: string, read: Setting, now: number): ProjectedKey {
  const layout = dateLayout(name, format);
  const bounds = range.split(',').map((bound) => dateBound(bound.trim(), layout, now));
  const [from, high] = bounds;
  // A lower bound of NOW lies within a partition, which is then the first.
  const low = from === undefined ? undefined : startOf(from, layout.unit);
  if (low === undefined || high === undefined)
    throw invalid(`Table property projection.${name}.range is not valid: ${range}`);
  const unit = unitName(read('interval.unit') ?? layout.unit);
  const step = Number(read('interval') ?? 1);
  return {
    name,
    pattern: layout.pattern,
    width: layout.width,
    excludes: () => false,
    accepts: (text) => {
      const time = layout.parse(text);
      // The upper bound's partition is the last.
      return time !== undefined && time >= low && time <= high && aligned(low, time, step, unit);
    },
    // A column of type date has dates, whatever the locations' format.
    ...(type === 'date' ? { written: layout.ofDate, read: layout.toDate } : AS_IS),
    injected: false,
  };
}

function unitName(unit: string): string {
  const upper = unit.toUpperCase();
  return upper.endsWith('S') ? upper : `${upper}S`;
}

function aligned(low: number, time: number, step: number, unit: string): boolean {
  if (unit === 'MONTHS' || unit === 'YEARS') {
    const [from, to] = [new Date(low), new Date(time)];
    const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
    return months % (unit === 'YEARS' ? step * 12 : step) === 0;
  }
  return (time - low) % (step * (UNIT_MS[unit] ?? 1)) === 0;
}

/** Start of the year, month, day, … of a time. */
function startOf(time: number, unit: string): number {
  const date = new Date(time);
  if (unit === 'YEARS') return Date.UTC(date.getUTCFullYear(), 0, 1);
  if (unit === 'MONTHS') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  const width = UNIT_MS[unit] ?? 1;
  return Math.floor(time / width) * width;
}

interface DateLayout {
  readonly pattern: string;
  /** Number of characters in the format; undefined if it varies. */
  readonly width: number | undefined;
  /** Unit of the format's finest field. */
  readonly unit: string;
  /** Parses to milliseconds since the epoch; undefined if the text doesn't match. */
  parse(text: string): number | undefined;
  /** Converts `2026-01-31` to the format. */
  ofDate(date: string): string;
  toDate(text: string): string;
}

const FIELDS: readonly (readonly [letters: RegExp, field: number, unit: string])[] = [
  [/^y+/, 0, 'YEARS'],
  [/^M+/, 1, 'MONTHS'],
  [/^d+/, 2, 'DAYS'],
  [/^H+/, 3, 'HOURS'],
  [/^m+/, 4, 'MINUTES'],
  [/^s+/, 5, 'SECONDS'],
  [/^S+/, 6, 'MILLIS'],
];

/** Compiles Java's date pattern, such as `yyyy/MM/dd/HH` or `yyyy-MM-dd'T'HH`. */
function dateLayout(key: string, format: string): DateLayout {
  const order: number[] = [];
  const pieces: ((date: string) => string)[] = [];
  let [pattern, unit, rest] = ['', 'YEARS', format];
  let [finest, width] = [0, 0];
  while (rest !== '') {
    const quoted = /^'([^']*)'/.exec(rest);
    const field = FIELDS.find(([letters]) => letters.test(rest));
    const run = quoted?.[0] ?? field?.[0].exec(rest)?.[0] ?? rest.charAt(0);
    if (quoted !== null) {
      pattern += escapeText(quoted[1] as string);
      width += (quoted[1] as string).length;
      pieces.push(() => quoted[1] as string);
    } else if (field !== undefined) {
      // A single letter matches any number of digits, of which no field has more than nine.
      pattern += run.length === 1 ? '(\\d{1,9})' : `(\\d{${run.length}})`;
      width = run.length === 1 ? Number.NaN : width + run.length;
      order.push(field[1]);
      pieces.push((date) => String(Number(date.split('-')[field[1]] ?? 0)).padStart(run.length, '0'));
      if (field[1] >= finest) [finest, unit] = [field[1], field[2]];
    } else if (/[A-Za-z]/.test(run))
      throw invalid(`Table property projection.${key}.format is not supported: ${format}`);
    else {
      pattern += escapeText(run);
      width += run.length;
      pieces.push(() => run);
    }
    rest = rest.slice(run.length);
  }
  // A regular expression for fields of fixed width, which match in one way only; an automaton handles others.
  const fixed = Number.isNaN(width) ? undefined : new RegExp(`^${pattern}$`);
  const varying = fixed === undefined ? linearPattern(pattern) : undefined;
  const parse = (text: string) => {
    const match = fixed?.exec(text)?.slice(1) ?? (varying?.matches(text) ? varying.groupsAtStart(text) : undefined);
    if (match === undefined) return undefined;
    const fields = [1970, 1, 1, 0, 0, 0, 0];
    order.forEach((field, index) => {
      fields[field] = Number(match[index]);
    });
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0] = fields;
    return Date.UTC(year, month - 1, day, hour, minute, second, milli);
  };
  return {
    pattern: pattern.replaceAll('(\\d', '(?:\\d'),
    width: Number.isNaN(width) ? undefined : width,
    unit,
    parse,
    ofDate: (date) => (/^\d{4}-\d{2}-\d{2}$/.test(date) ? pieces.map((piece) => piece(date)).join('') : date),
    toDate: (text) => new Date(parse(text) ?? Number.NaN).toISOString().slice(0, 10),
  };
}

/** Parses `NOW`, `NOW-3YEARS`, `NOW+1DAYS`, or a date in the format. */
function dateBound(text: string, layout: DateLayout, now: number): number | undefined {
  const relative = /^NOW\s*(?:([+-])\s*(\d+)\s*([A-Z]+))?$/i.exec(text);
  if (relative === null) return layout.parse(text);
  const [, sign, count = '0', unit = 'DAYS'] = relative;
  const amount = Number(count) * (sign === '-' ? -1 : 1);
  const name = unitName(unit);
  if (name !== 'MONTHS' && name !== 'YEARS') return now + amount * (UNIT_MS[name] ?? Number.NaN);
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() + amount * (name === 'YEARS' ? 12 : 1));
  return date.getTime();
}
