import type { HiveType } from '../../core/hive-types';
import { type Json, JsonNumber, type JsonObject } from './json';

const DAY_MS = 86_400_000;

/** Converts a value of a JSON line, as `coerce` writes it, for the Parquet writer. */
export function parquetValue(value: Json, type: HiveType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'primitive':
      return primitive(value, type.name);
    case 'decimal':
      return unscaled(textOf(value), type.scale);
    case 'char':
    case 'varchar':
      return textOf(value);
    case 'array':
      return (value as Json[]).map((item) => parquetValue(item, type.of));
    case 'map':
      return [...(value as JsonObject)].map(([key, item]) => ({
        key: parquetValue(key, type.key),
        value: parquetValue(item, type.value),
      }));
    case 'struct': {
      const object = value as JsonObject;
      const members = Object.create(null) as Record<string, unknown>;
      for (const field of type.fields) members[field.name] = parquetValue(object.get(field.name) ?? null, field.type);
      return members;
    }
  }
}

function primitive(value: Exclude<Json, null>, name: (HiveType & { kind: 'primitive' })['name']): unknown {
  switch (name) {
    case 'boolean':
      return value === true || value === 'true';
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'float':
    case 'double':
      return Number(textOf(value));
    case 'bigint':
      return BigInt(textOf(value));
    case 'string':
      return textOf(value);
    case 'binary':
      return Buffer.from(textOf(value));
    case 'date':
      return epochMillis(textOf(value)) / DAY_MS;
    case 'timestamp':
      return epochMicros(textOf(value));
  }
}

function textOf(value: Exclude<Json, null>): string {
  if (typeof value === 'string') return value;
  return value instanceof JsonNumber ? value.text : String(value);
}

function epochMillis(day: string): number {
  const date = new Date(0);
  const [year = 1970, month = 1, dayOfMonth = 1] = day.split('-').map(Number);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  return date.getTime();
}

/** @param text `yyyy-MM-dd HH:mm:ss`, optionally with a fraction of up to six digits */
function epochMicros(text: string): bigint {
  const [day = '', time = ''] = text.split(' ');
  const [clock = '', fraction = ''] = time.split('.');
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  const millis = epochMillis(day) + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

function unscaled(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(scale, '0')}`);
}
