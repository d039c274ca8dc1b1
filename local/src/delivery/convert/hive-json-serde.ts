import type { HiveType } from '../../core/hive-types';
import {
  dateOnly,
  jodaTimestamp,
  sqlTimestamp,
  type TimestampReader,
} from '../../services/firehose/language/timestamps';
import { CoercionError, mismatch, shown } from './coercion-error';
import { type Json, JsonNumber, JsonObject } from './json';
import type { Members, SerDe, Value } from './serde';

const NOT_NUMERIC = 'not numeric, can not use numeric value accessors';

/**
 * The Apache Hive JSON SerDe, as Firehose uses it: JSON types must match the columns', except for scalars in a string
 * column. Its errors are those of HCatalog's JsonSerDe and of the JSON parser below it.
 */
export class HiveJsonSerDe implements SerDe {
  readonly name = 'Hive';
  private readonly formats: readonly TimestampReader[];
  private readonly takesMillis: boolean;

  /** @param timestampFormats patterns of Joda-Time, or `millis` @throws Error for an unsupported one */
  constructor(timestampFormats: readonly string[]) {
    this.formats = timestampFormats.length === 0 ? [sqlTimestamp] : timestampFormats.map(readerOf);
    this.takesMillis = timestampFormats.includes('millis');
  }

  keyOf(name: string): string {
    return name;
  }

  number(value: Value, _type: HiveType): string {
    if (value instanceof JsonNumber) return value.text;
    throw mismatch(`Current token (${tokenOf(value)}) ${NOT_NUMERIC}`);
  }

  boolean(value: Value): boolean {
    if (typeof value === 'boolean') return value;
    // Java's Boolean.valueOf on the token's text.
    if (typeof value === 'string') return value.toLowerCase() === 'true';
    throw value instanceof JsonNumber
      ? mismatch(`The number ${shown(value.text)} can not be read as boolean.`)
      : invalidField();
  }

  text(value: Value): string {
    if (typeof value === 'string') return value;
    if (value instanceof JsonNumber) return value.text;
    if (typeof value === 'boolean') return String(value);
    throw invalidField();
  }

  binary(value: Value): string {
    if (typeof value === 'string') return value;
    throw invalidField();
  }

  timestamp(value: Value): string {
    const text = typeof value === 'string' ? value : this.takesMillis && value instanceof JsonNumber ? value.text : '';
    const found = this.read(text);
    if (found === undefined) throw mismatch(`${this.describe(value)} can not be read as timestamp.`);
    return found;
  }

  date(value: Value): string {
    const text = typeof value === 'string' ? value : '';
    const found = dateOnly(text) ?? this.read(text)?.slice(0, 10);
    if (found === undefined) throw mismatch(`${this.describe(value)} can not be read as date.`);
    return found;
  }

  elements(value: Value): readonly Json[] {
    if (Array.isArray(value)) return value;
    throw mismatch('java.io.IOException: Start of Array expected');
  }

  members(value: Value): Members {
    const byName = new Map<string, Json>();
    for (const [key, member] of this.object(value)) byName.set(key.toLowerCase(), member);
    return (name) => byName.get(name);
  }

  entries(value: Value): JsonObject {
    return this.object(value);
  }

  private object(value: Value): JsonObject {
    if (value instanceof JsonObject) return value;
    throw mismatch('java.io.IOException: Start of Object expected');
  }

  private read(text: string): string | undefined {
    for (const format of this.formats) {
      const found = format(text);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private describe(value: Value): string {
    if (value instanceof JsonNumber) return `The number ${shown(value.text)}`;
    return typeof value === 'string' ? `The string "${shown(value)}"` : `The token ${tokenOf(value)}`;
  }
}

/** The JSON parser's name of the token it found. */
function tokenOf(value: Value): string {
  if (typeof value === 'string') return 'VALUE_STRING';
  if (typeof value === 'boolean') return value ? 'VALUE_TRUE' : 'VALUE_FALSE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}

function invalidField(): CoercionError {
  return new CoercionError('One or more fields have incorrect format. Exception when validating field (root)');
}

function readerOf(format: string): TimestampReader {
  const reader = jodaTimestamp(format);
  if (reader === undefined) throw new Error(`The timestamp format ${format} is not supported.`);
  return reader;
}
