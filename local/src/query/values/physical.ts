import {
  BIGINT,
  BLOB,
  BOOLEAN,
  blobValue,
  DATE,
  DuckDBDateValue as DateValue,
  DECIMAL,
  DuckDBDecimalValue as DecimalValue,
  DOUBLE,
  type DuckDBBlobValue,
  type DuckDBDateValue,
  type DuckDBDecimalValue,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  MAP,
  mapValue,
  SMALLINT,
  STRUCT,
  structValue,
  TIMESTAMP,
  TINYINT,
  DuckDBTimestampValue as TimestampValue,
  VARCHAR,
} from '@duckdb/node-api';
import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import type { RowType, TrinoType } from '../types/type';
import { floorDiv, timestampText } from './calendar';
import type { OffsetTime, Value, ZonedValue } from './value';

/**
 * DuckDB's representation of Trino's types. Types that DuckDB lacks are composed: a timestamp with time zone is its
 * instant and its zone, times are picoseconds, intervals are numbers.
 */
const PICOS_PER_MICRO = 1_000_000n;

/** Finest precision of DuckDB's timestamps; finer ones keep the remaining digits in another field. */
export const MICRO_PRECISION = 6;

const NAMES: Readonly<Partial<Record<TrinoType['kind'], string>>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  real: 'FLOAT',
  double: 'DOUBLE',
  varchar: 'VARCHAR',
  char: 'VARCHAR',
  json: 'VARCHAR',
  uuid: 'VARCHAR',
  varbinary: 'BLOB',
  ipaddress: 'BLOB',
  date: 'DATE',
  time: 'BIGINT',
  'time with time zone': 'STRUCT(t BIGINT, o SMALLINT)',
  'timestamp with time zone': 'STRUCT(t TIMESTAMP, p INTEGER, z VARCHAR)',
  'interval day to second': 'BIGINT',
  'interval year to month': 'INTEGER',
  unknown: 'INTEGER',
};

/** The DuckDB type for a type's values, as SQL. */
export function physicalName(type: TrinoType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'timestamp':
      return type.precision <= MICRO_PRECISION ? 'TIMESTAMP' : 'STRUCT(t TIMESTAMP, p INTEGER)';
    case 'array':
      return `${physicalName(type.of)}[]`;
    case 'map':
      return `MAP(${physicalName(type.key)}, ${physicalName(type.value)})`;
    case 'row': {
      const names = fieldNames(type);
      return `STRUCT(${type.fields.map((field, index) => `${quoteIdentifier(names[index] as string)} ${physicalName(field.type)}`).join(', ')})`;
    }
    default:
      return NAMES[type.kind] ?? 'VARCHAR';
  }
}

/** The names of a row's fields in DuckDB, which must be unique. */
export function fieldNames({ fields }: RowType): string[] {
  const taken = new Set<string>();
  return fields.map(({ name }, index) => {
    let chosen = name?.toLowerCase() ?? `field${index}`;
    while (chosen === '' || taken.has(chosen)) chosen += '_';
    taken.add(chosen);
    return chosen;
  });
}

/** The type of {@link physicalName}, as an object of DuckDB's client. */
export function physicalType(type: TrinoType): DuckDBType {
  switch (type.kind) {
    case 'boolean':
      return BOOLEAN;
    case 'tinyint':
      return TINYINT;
    case 'smallint':
      return SMALLINT;
    case 'integer':
    case 'unknown':
    case 'interval year to month':
      return INTEGER;
    case 'bigint':
    case 'time':
    case 'interval day to second':
      return BIGINT;
    case 'real':
      return FLOAT;
    case 'double':
      return DOUBLE;
    case 'varbinary':
    case 'ipaddress':
      return BLOB;
    case 'date':
      return DATE;
    case 'decimal':
      return DECIMAL(type.precision, type.scale);
    case 'timestamp':
      return type.precision <= MICRO_PRECISION ? TIMESTAMP : STRUCT({ t: TIMESTAMP, p: INTEGER });
    case 'timestamp with time zone':
      return STRUCT({ t: TIMESTAMP, p: INTEGER, z: VARCHAR });
    case 'time with time zone':
      return STRUCT({ t: BIGINT, o: SMALLINT });
    case 'array':
      return LIST(physicalType(type.of));
    case 'map':
      return MAP(physicalType(type.key), physicalType(type.value));
    case 'row': {
      const names = fieldNames(type);
      return STRUCT(
        Object.fromEntries(type.fields.map((field, index) => [names[index] as string, physicalType(field.type)])),
      );
    }
    default:
      return VARCHAR;
  }
}

type Read = (value: DuckDBValue) => Value;
type Write = (value: Value) => DuckDBValue;

const nullOr =
  <A, B>(convert: (value: A) => B) =>
  (value: A | null): B | null =>
    value === null || value === undefined ? null : convert(value);

/** Converts DuckDB's values of a type, NULL included. */
export function readerOf(type: TrinoType): Read {
  return nullOr(readerFor(type) as (value: DuckDBValue) => Value) as Read;
}

function readerFor(type: TrinoType): (value: never) => Value {
  switch (type.kind) {
    case 'decimal':
      return (value: DuckDBDecimalValue) => value.value;
    case 'date':
      return (value: DuckDBDateValue) => value.days;
    case 'varbinary':
    case 'ipaddress':
      return (value: DuckDBBlobValue) => value.bytes;
    case 'timestamp':
      if (type.precision <= MICRO_PRECISION) return (value: DuckDBTimestampValue) => value.micros * PICOS_PER_MICRO;
      return (value: DuckDBStructValue) => picosOf(value);
    case 'timestamp with time zone':
      return (value: DuckDBStructValue) => ({ picos: picosOf(value), zone: value.entries.z as string });
    case 'time with time zone':
      return (value: DuckDBStructValue) => ({ picos: value.entries.t as bigint, offset: value.entries.o as number });
    case 'array': {
      const item = readerOf(type.of);
      return (value: DuckDBListValue) => value.items.map(item);
    }
    case 'map': {
      const [key, item] = [readerOf(type.key), readerOf(type.value)];
      return (value: DuckDBMapValue) => value.entries.map((entry) => [key(entry.key), item(entry.value)]);
    }
    case 'row': {
      const names = fieldNames(type);
      const fields = type.fields.map((field) => readerOf(field.type));
      return (value: DuckDBStructValue) =>
        fields.map((read, index) => read(value.entries[names[index] as string] ?? null));
    }
    default:
      return (value) => value;
  }
}

function picosOf({ entries }: DuckDBStructValue): bigint {
  return (entries.t as DuckDBTimestampValue).micros * PICOS_PER_MICRO + BigInt(entries.p as number);
}

/** Converts a type's values for DuckDB, NULL included. */
export function writerOf(type: TrinoType): Write {
  return nullOr(writerFor(type) as (value: Value) => DuckDBValue) as Write;
}

function writerFor(type: TrinoType): (value: never) => DuckDBValue {
  switch (type.kind) {
    case 'decimal':
      return (value: bigint) => new DecimalValue(value, type.precision, type.scale);
    case 'date':
      return (value: number) => new DateValue(value);
    case 'varbinary':
    case 'ipaddress':
      return (value: Uint8Array) => blobValue(value);
    case 'timestamp':
      if (type.precision <= MICRO_PRECISION) return (value: bigint) => new TimestampValue(value / PICOS_PER_MICRO);
      return (value: bigint) => structValue(split(value));
    case 'timestamp with time zone':
      return (value: ZonedValue) => structValue({ ...split(value.picos), z: value.zone });
    case 'time with time zone':
      return (value: OffsetTime) => structValue({ t: value.picos, o: value.offset });
    case 'array': {
      const item = writerOf(type.of);
      return (value: Value[]) => listValue(value.map(item));
    }
    case 'map': {
      const [key, item] = [writerOf(type.key), writerOf(type.value)];
      return (value: Value[][]) => mapValue(value.map(([k = null, v = null]) => ({ key: key(k), value: item(v) })));
    }
    case 'row': {
      const names = fieldNames(type);
      const fields = type.fields.map((field) => writerOf(field.type));
      return (value: Value[]) =>
        structValue(
          Object.fromEntries(fields.map((write, index) => [names[index] as string, write(value[index] ?? null)])),
        );
    }
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double':
    case 'time':
    case 'interval day to second':
    case 'interval year to month':
      return (value) => value;
    default:
      return (value) => String(value);
  }
}

function split(picos: bigint): { t: DuckDBTimestampValue; p: number } {
  const micros = floorDiv(picos, PICOS_PER_MICRO);
  return { t: new TimestampValue(micros), p: Number(picos - micros * PICOS_PER_MICRO) };
}

/** A value as a literal of DuckDB's SQL. */
export function literalSql(value: Value, type: TrinoType): string {
  const name = physicalName(type);
  if (value === null) return `CAST(NULL AS ${name})`;
  switch (type.kind) {
    case 'boolean':
      return value === true ? 'TRUE' : 'FALSE';
    case 'varchar':
    case 'char':
    case 'json':
    case 'uuid':
      return quoteText(value as string);
    case 'varbinary':
    case 'ipaddress':
      return `unhex('${Buffer.from(value as Uint8Array).toString('hex')}')`;
    case 'decimal': {
      const digits = String(value)
        .replace('-', '')
        .padStart(type.scale + 1, '0');
      const sign = (value as bigint) < 0n ? '-' : '';
      return `CAST('${sign}${digits.slice(0, digits.length - type.scale)}.${digits.slice(digits.length - type.scale)}' AS ${name})`;
    }
    case 'date':
      return `(DATE '1970-01-01' + (${value}))`;
    case 'double':
    case 'real':
      return `CAST('${Number.isFinite(value) ? value : String(value).replace('Infinity', 'inf')}' AS ${name})`;
    case 'timestamp':
      return type.precision <= MICRO_PRECISION
        ? microsSql(value as bigint)
        : `{'t': ${microsSql(value as bigint)}, 'p': CAST(${restOf(value as bigint)} AS INTEGER)}`;
    case 'timestamp with time zone': {
      const { picos, zone } = value as ZonedValue;
      return `{'t': ${microsSql(picos)}, 'p': CAST(${restOf(picos)} AS INTEGER), 'z': ${quoteText(zone)}}`;
    }
    case 'time with time zone': {
      const { picos, offset } = value as OffsetTime;
      return `{'t': CAST(${picos} AS BIGINT), 'o': CAST(${offset} AS SMALLINT)}`;
    }
    case 'array':
      return `CAST([${(value as Value[]).map((item) => literalSql(item, type.of)).join(', ')}] AS ${name})`;
    default:
      return `CAST(${value} AS ${name})`;
  }
}

/** DuckDB's SQL can't contain a NUL character. */
const quoteText = (text: string): string =>
  text.includes('\0') ? `(${text.split('\0').map(quoteLiteral).join(' || chr(0) || ')})` : quoteLiteral(text);

const restOf = (picos: bigint): bigint => picos - floorDiv(picos, PICOS_PER_MICRO) * PICOS_PER_MICRO;

function microsSql(picos: bigint): string {
  const text = timestampText(picos, MICRO_PRECISION);
  return /^\d{4}-/.test(text) ? `TIMESTAMP '${text}'` : `make_timestamp(${floorDiv(picos, PICOS_PER_MICRO)})`;
}
