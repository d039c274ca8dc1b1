import type { HiveType } from '../../core/hive-types';
import { type Json, JsonNumber, JsonObject } from './json';
import type { Column } from './line-converter';
import type { SerDe } from './serde';

/** A string with simple escapes; unpaired surrogates and the like are left to the parser. */
const PLAIN = '[^"\\\\\\x00-\\x1f]*';
const ESCAPE = '\\\\(?:["\\\\/bfnrt]|u(?:[0-9a-ce-fA-CE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}))';
const STRING = `"${PLAIN}(?:${ESCAPE}${PLAIN})*"`;
const DIGITS = (most: number) => `-?(?:0|[1-9]\\d{0,${most - 1}})`;
const NUMBER = '-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,12})?(?:[eE][+-]?\\d{1,2})?';
/** A number far within the range of 32 bits. */
const FLOAT = '-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,12})?';
const DAY = '(?!0000)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])';
const TIMESTAMP = `"${DAY} (?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?"`;
const ANY = `(?:${STRING}|${NUMBER}|true|false)`;

/** Most keys of a pattern: compiling a longer one takes more time than it saves. */
const MAX_KEYS = 200;
/** Digits that fit each integer type in any case. */
const SAFE_DIGITS: Readonly<Record<string, number>> = { tinyint: 2, smallint: 4, int: 9, bigint: 18 };

/**
 * A pattern of records with the same structure as a sample: the same keys in the same order, each with a value that its
 * column takes unchanged. A matching record isn't parsed: its text goes to DuckDB as it is, at a quarter of a
 * microsecond per record.
 * @returns undefined if the sample's columns or values must be parsed each time
 */
export function templateOf(sample: Json, columns: ReadonlyMap<string, Column>, serde: SerDe): RegExp | undefined {
  if (!(sample instanceof JsonObject) || sample.size === 0 || sample.size > MAX_KEYS) return undefined;
  const read = new Set([...columns.keys()].map((name) => serde.keyOf(name).toLowerCase()));
  const members: string[] = [];
  for (const [key, value] of sample) {
    const column = columns.get(key);
    const isPlain = column !== undefined && serde.keyOf(column.name) === key;
    const spelled = key.toLowerCase().replaceAll('.', '_');
    // DuckDB finds a column by its name: a key that the SerDe maps, or spells differently, must be parsed.
    if (!isPlain && (columns.has(spelled) || read.has(key.toLowerCase()))) return undefined;
    const pattern = column === undefined ? ANY : valuePattern(column.type, value, serde);
    if (pattern === undefined) return undefined;
    members.push(`${literal(Buffer.from(JSON.stringify(key)).toString('latin1'))} ?: ?(?:${pattern}|null)`);
  }
  return new RegExp(`^\\{ ?${members.join(' ?, ?')} ?\\}[ \\r\\n]*$`);
}

function valuePattern(type: HiveType, value: Json, serde: SerDe): string | undefined {
  if (type.kind !== 'primitive') return undefined;
  switch (type.name) {
    case 'string':
      // DuckDB prints fractions and large numbers in a format of its own; integers keep their digits.
      if (value instanceof JsonNumber) return DIGITS(18);
      return typeof value === 'boolean' ? 'true|false' : STRING;
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return DIGITS(SAFE_DIGITS[type.name] as number);
    case 'float':
      return FLOAT;
    case 'double':
      return NUMBER;
    case 'boolean':
      return 'true|false';
    case 'date':
      return `"${DAY}"`;
    case 'timestamp':
      return takesSqlTimestamps(serde) ? TIMESTAMP : undefined;
    default:
      return undefined;
  }
}

function takesSqlTimestamps(serde: SerDe): boolean {
  try {
    return serde.timestamp('2000-01-02 03:04:05') === '2000-01-02 03:04:05.000000';
  } catch {
    return false;
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
