import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { Cursor } from '../sql/cursor';
import { mapType, simple, someType, type TrinoType, timestamp, VARCHAR, zoned } from '../types/type';
import { fieldNames, physicalName } from './physical';

/** DuckDB's own types, in which Iceberg's files and metadata tables are read and written. */
const NAMES: Readonly<Record<string, TrinoType>> = {
  boolean: simple('boolean'),
  tinyint: simple('tinyint'),
  smallint: simple('smallint'),
  integer: simple('integer'),
  bigint: simple('bigint'),
  float: simple('real'),
  double: simple('double'),
  date: simple('date'),
  time: { kind: 'time', precision: 6 },
  timestamp: timestamp(6),
  timestamptz: zoned(6),
  varchar: VARCHAR,
  uuid: simple('uuid'),
  blob: simple('varbinary'),
};

/** The query type of one of DuckDB's types, such as `STRUCT("a" INTEGER[])`. */
export function fromNativeType(text: string): TrinoType {
  const cursor = new Cursor(text);
  const type = read(cursor);
  cursor.end();
  return type;
}

function read(cursor: Cursor): TrinoType {
  let type = readOne(cursor);
  while (cursor.accept('[', ']')) type = { kind: 'array', of: type };
  return type;
}

function readOne(cursor: Cursor): TrinoType {
  const name = cursor.next().value.toLowerCase();
  if (name === 'timestamp' && cursor.accept('WITH', 'TIME', 'ZONE')) return zoned(6);
  if (name === 'decimal') {
    cursor.take('(');
    const [precision = 38, scale = 0] = cursor.list(() => cursor.integer());
    cursor.take(')');
    return { kind: 'decimal', precision, scale };
  }
  if (name === 'map') {
    cursor.take('(');
    const key = read(cursor);
    cursor.take(',');
    const value = read(cursor);
    cursor.take(')');
    return { kind: 'map', key, value };
  }
  if (name === 'struct') {
    cursor.take('(');
    const fields = cursor.list(() => ({ name: cursor.next().value.toLowerCase(), type: read(cursor) }));
    cursor.take(')');
    return { kind: 'row', fields };
  }
  const known = NAMES[name];
  if (known === undefined) throw new Error(`not a type of a column: ${name}`);
  return known;
}

const differs = ({ kind }: TrinoType): boolean =>
  kind === 'time' || kind === 'timestamp with time zone' || kind === 'uuid';

/** Converts a column of DuckDB's own type to the representation in queries. */
export function fromNative(sql: string, type: TrinoType): string {
  if (!someType(type, differs)) return `CAST(${sql} AS ${physicalName(type)})`;
  return convert(sql, type, 0, (value, { kind }) => {
    if (kind === 'time') return `(epoch_us(${value}) * 1000000)`;
    if (kind === 'uuid') return `CAST(${value} AS VARCHAR)`;
    return `CASE WHEN ${value} IS NOT NULL THEN {'t': timezone('UTC', ${value}), 'p': CAST(0 AS INTEGER), 'z': 'UTC'} END`;
  });
}

/** Converts a value of a query to DuckDB's own type, for writing files. */
export function toNative(sql: string, type: TrinoType): string {
  if (!someType(type, differs)) return sql;
  return convert(sql, type, 0, (value, { kind }) => {
    if (kind === 'time') return `(TIME '00:00:00' + to_microseconds(${value} // 1000000))`;
    if (kind === 'uuid') return `CAST(${value} AS UUID)`;
    return `timezone('UTC', (${value}).t)`;
  });
}

function convert(sql: string, type: TrinoType, depth: number, leaf: (sql: string, type: TrinoType) => string): string {
  if (!someType(type, differs)) return sql;
  const item = quoteIdentifier(`-> n${depth}`);
  switch (type.kind) {
    case 'array':
      return `list_transform(${sql}, lambda ${item}: ${convert(item, type.of, depth + 1, leaf)})`;
    case 'map': {
      const [key, value] = [
        convert(`${item}.key`, type.key, depth + 1, leaf),
        convert(`${item}.value`, type.value, depth + 1, leaf),
      ];
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${item}: {'key': ${key}, 'value': ${value}}))`;
    }
    case 'row': {
      const names = fieldNames(type);
      const fields = type.fields.map((field, index) => {
        const name = quoteLiteral(names[index] as string);
        return `${name}: ${convert(`struct_extract(${sql}, ${name})`, field.type, depth, leaf)}`;
      });
      return `CASE WHEN ${sql} IS NOT NULL THEN {${fields.join(', ')}} END`;
    }
    default:
      return leaf(sql, type);
  }
}

/** The type with millisecond precision, that of metadata. */
export const toMillis = (type: TrinoType): TrinoType =>
  mapType(type, (part) => (part.kind.startsWith('timestamp') ? ({ ...part, precision: 3 } as TrinoType) : part));
