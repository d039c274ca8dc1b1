import type { HiveType } from '../../core/hive-types';
import { type Json, JsonNumber, JsonObject } from './json';
import type { Column } from './line-converter';
import type { SerDe } from './serde';

/** A string, with simple escapes; none of those that need a closer look (half surrogates). */
const PLAIN = '[^"\\\\\\x00-\\x1f]*';
const ESCAPE = '\\\\(?:["\\\\/bfnrt]|u(?:[0-9a-ce-fA-CE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}))';
const STRING = `"${PLAIN}(?:${ESCAPE}${PLAIN})*"`;
const DIGITS = (most: number) => `-?(?:0|[1-9]\\d{0,${most - 1}})`;
const NUMBER = '-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,12})?(?:[eE][+-]?\\d{1,2})?';
/** A number that is far from the end of 32 bits' range. */
const FLOAT = '-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,12})?';
const DAY = '(?!0000)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])';
const TIMESTAMP = `"${DAY} (?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?"`;
const ANY = `(?:${STRING}|${NUMBER}|true|false)`;

/** A pattern for more of them takes longer to compile than it saves. */
const MAX_KEYS = 200;
/** Digits that each integer type takes whatever they are. */
const SAFE_DIGITS: Readonly<Record<string, number>> = { tinyint: 2, smallint: 4, int: 9, bigint: 18 };

/**
 * A pattern for records of the same build as a sample: the same keys in the same order, each with a value that its
 * column takes as it stands. A record that matches needs no parsing here: its text goes to DuckDB as it came. It is
 * what makes most records cost a quarter of a microsecond.
 * @returns undefined if the sample's columns or values are of a kind that needs a closer look each time.
 */
export function templateOf(sample: Json, columns: ReadonlyMap<string, Column>, serde: SerDe): RegExp | undefined {
  if (!(sample instanceof JsonObject) || sample.size === 0 || sample.size > MAX_KEYS) return undefined;
  const read = new Set([...columns.keys()].map((name) => serde.keyOf(name).toLowerCase()));
  const members: string[] = [];
  for (const [key, value] of sample) {
    const column = columns.get(key);
    const isPlain = column !== undefined && serde.keyOf(column.name) === key;
    const spelled = key.toLowerCase().replaceAll('.', '_');
    // DuckDB finds a column by its name; a key that the SerDe maps, or spells otherwise, needs a closer look.
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
      // How DuckDB writes a fraction or a large number as text is its own way; whole numbers keep their digits.
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
