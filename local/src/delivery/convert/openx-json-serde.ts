import { formatHiveType, type HiveType } from '../../core/hive-types';
import { dateOnly, openxTimestamp } from '../../services/firehose/language/timestamps';
import { forInputString, mismatch, shown } from './coercion-error';
import { formatJson, type Json, JsonNumber, JsonObject } from './json';
import { formatJavaDouble, isFraction, isJavaNumber, parseJavaInteger } from './numbers';
import type { Deserializer, Members, SerDe, Value } from './serde';

type Settings = NonNullable<Deserializer['OpenXJsonSerDe']>;

/** Classes named in the exceptions of failed casts. */
const JSON_OBJECT = 'org.openx.data.jsonserde.json.JSONObject';
const JSON_ARRAY = 'org.openx.data.jsonserde.json.JSONArray';
const JAVA_TYPES: Readonly<Record<string, string>> = {
  tinyint: 'java.lang.Byte',
  smallint: 'java.lang.Short',
  int: 'java.lang.Integer',
  bigint: 'java.lang.Long',
  float: 'java.lang.Float',
  double: 'java.lang.Double',
};

/**
 * The OpenX JSON SerDe, as Firehose uses it: lenient. Text is parsed as a number, a single value for an array column
 * becomes an array of one, an array fills a struct by position, and a string column takes any value.
 */
export class OpenXJsonSerDe implements SerDe {
  readonly name = 'OpenX';
  private readonly lowersKeys: boolean;
  private readonly dots: boolean;
  private readonly keys: ReadonlyMap<string, string>;

  constructor(settings: Settings) {
    this.lowersKeys = settings.CaseInsensitive ?? true;
    this.dots = settings.ConvertDotsInJsonKeysToUnderscores ?? false;
    const mappings = Object.entries(settings.ColumnToJsonKeyMappings ?? {});
    this.keys = new Map(mappings.map(([column, key]) => [column.toLowerCase(), this.spell(key)]));
  }

  keyOf(name: string): string {
    return this.keys.get(name) ?? name;
  }

  number(value: Value, type: HiveType): string {
    if (value instanceof JsonNumber) return value.text;
    if (typeof value !== 'string') throw cast(value, JAVA_TYPES[formatHiveType(type)] ?? 'java.math.BigDecimal');
    const isWhole = type.kind === 'primitive' && type.name !== 'float' && type.name !== 'double';
    if (isWhole) return parseJavaInteger(value);
    const text = value.trim();
    if (!isJavaNumber(text)) throw forInputString(value);
    return text;
  }

  boolean(value: Value): boolean {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string') return value.toLowerCase() === 'true';
    throw cast(value, 'java.lang.Boolean');
  }

  text(value: Value): string {
    if (typeof value === 'string') return value;
    if (value instanceof JsonNumber) return isFraction(value.text) ? formatJavaDouble(Number(value.text)) : value.text;
    if (typeof value === 'boolean') return String(value);
    return formatJson(this.normalize(value) as Value);
  }

  binary(value: Value): string {
    if (typeof value === 'string') return value;
    throw cast(value, 'java.lang.String');
  }

  timestamp(value: Value): string {
    const found = openxTimestamp(timeText(value));
    if (found === undefined) throw forInputString(this.text(value));
    return found;
  }

  date(value: Value): string {
    const text = timeText(value);
    const found = dateOnly(text) ?? openxTimestamp(text)?.slice(0, 10);
    if (found === undefined) throw forInputString(this.text(value));
    return found;
  }

  elements(value: Value): readonly Json[] | null {
    if (value === '') return null;
    return Array.isArray(value) ? value : [value];
  }

  members(value: Value): Members | null {
    if (isBlank(value)) return null;
    if (Array.isArray(value)) return (_name, index) => value[index];
    if (value instanceof JsonObject) return this.membersByName(value);
    throw mismatch(`Data is not JSONObject  but ${classOf(value)} with value ${shown(this.text(value))}`);
  }

  entries(value: Value): JsonObject | null {
    if (isBlank(value)) return null;
    if (!(value instanceof JsonObject)) throw cast(value, JSON_OBJECT);
    return this.spelled(value);
  }

  private membersByName(object: JsonObject): Members {
    const byKey = this.spelled(object);
    let byDottedKey: Map<string, Json> | undefined;
    if (this.dots) {
      const dotted = [...byKey].filter(([key]) => key.includes('.'));
      byDottedKey = new Map(dotted.map(([key, member]) => [key.replaceAll('.', '_'), member]));
    }
    return (name) => {
      const member = byKey.get(this.keyOf(name));
      return member === undefined ? byDottedKey?.get(name) : member;
    };
  }

  private spelled(object: JsonObject): JsonObject {
    if (!this.lowersKeys) return object;
    const spelled = new JsonObject();
    for (const [key, member] of object) spelled.set(this.spell(key), member);
    return spelled;
  }

  private spell(key: string): string {
    return this.lowersKeys ? key.toLowerCase() : key;
  }

  /** An object or array in its textual form: keys as spelled, numbers without redundant zeros. */
  private normalize(value: Json): Json {
    if (Array.isArray(value)) return value.map((item) => this.normalize(item));
    if (value instanceof JsonNumber && isFraction(value.text)) {
      const text = formatJavaDouble(Number(value.text));
      return new JsonNumber(text.includes('E') ? text : text.replace(/\.?0+$/, ''));
    }
    if (!(value instanceof JsonObject)) return value;
    const normalized = new JsonObject();
    for (const [key, member] of this.spelled(value)) normalized.set(key, this.normalize(member));
    return normalized;
  }
}

/** Whether a value is a string of white space, which stands for a null object. */
function isBlank(value: Value): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function timeText(value: Value): string {
  if (typeof value === 'string') return value;
  return value instanceof JsonNumber ? value.text : '';
}

function cast(value: Value, wanted: string) {
  return mismatch(`${classOf(value)} cannot be cast to ${wanted}`);
}

function classOf(value: Value): string {
  if (typeof value === 'string') return 'java.lang.String';
  if (typeof value === 'boolean') return 'java.lang.Boolean';
  if (value instanceof JsonNumber) return isFraction(value.text) ? 'java.lang.Double' : 'java.lang.Long';
  return Array.isArray(value) ? JSON_ARRAY : JSON_OBJECT;
}
