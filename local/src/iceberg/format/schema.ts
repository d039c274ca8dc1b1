import type { HiveType } from '../../core/hive-types';
import { quoteIdentifier } from '../../core/hive-types';
import { ownEntry } from '../../core/own-entry';
import { IcebergError } from './errors';

/** Iceberg's types ("Iceberg Table Spec": Schemas and Data Types), in metadata.json's form. */
export type IcebergType = string | StructType | ListType | MapType;

export interface StructType {
  readonly type: 'struct';
  readonly fields: readonly Field[];
}

export interface ListType {
  readonly type: 'list';
  readonly 'element-id': number;
  readonly 'element-required': boolean;
  readonly element: IcebergType;
}

export interface MapType {
  readonly type: 'map';
  readonly 'key-id': number;
  readonly key: IcebergType;
  readonly 'value-id': number;
  readonly 'value-required': boolean;
  readonly value: IcebergType;
}

export interface Field {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: IcebergType;
  readonly doc?: string;
}

export interface Schema extends StructType {
  readonly 'schema-id': number;
  readonly 'identifier-field-ids'?: readonly number[];
}

const DECIMAL = /^decimal\((\d+),\s*(\d+)\)$/;
const FIXED = /^fixed\[(\d+)\]$/;

export function decimalOf(type: IcebergType): { precision: number; scale: number } | undefined {
  const match = typeof type === 'string' ? DECIMAL.exec(type) : null;
  return match === null ? undefined : { precision: Number(match[1]), scale: Number(match[2]) };
}

const PRIMITIVES: Readonly<Record<string, { duckdb: string; hive: string }>> = {
  boolean: { duckdb: 'BOOLEAN', hive: 'boolean' },
  int: { duckdb: 'INTEGER', hive: 'int' },
  long: { duckdb: 'BIGINT', hive: 'bigint' },
  float: { duckdb: 'FLOAT', hive: 'float' },
  double: { duckdb: 'DOUBLE', hive: 'double' },
  date: { duckdb: 'DATE', hive: 'date' },
  time: { duckdb: 'TIME', hive: 'string' },
  timestamp: { duckdb: 'TIMESTAMP', hive: 'timestamp' },
  timestamptz: { duckdb: 'TIMESTAMPTZ', hive: 'timestamp' },
  string: { duckdb: 'VARCHAR', hive: 'string' },
  uuid: { duckdb: 'UUID', hive: 'string' },
  binary: { duckdb: 'BLOB', hive: 'binary' },
};

function primitive(type: string): { duckdb: string; hive: string } {
  const decimal = decimalOf(type);
  if (decimal !== undefined) {
    const args = `${decimal.precision},${decimal.scale}`;
    return { duckdb: `DECIMAL(${args})`, hive: `decimal(${args})` };
  }
  if (FIXED.test(type)) return { duckdb: 'BLOB', hive: 'binary' };
  const found = ownEntry(PRIMITIVES, type);
  if (found === undefined) throw new IcebergError('NOT_SUPPORTED', `Iceberg's type ${type} is not supported`);
  return found;
}

/** The DuckDB type for an Iceberg type's values. @throws IcebergError for a type of a later format version */
export function duckdbTypeOf(type: IcebergType): string {
  if (typeof type === 'string') return primitive(type).duckdb;
  switch (type.type) {
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteIdentifier(field.name)} ${duckdbTypeOf(field.type)}`).join(', ')})`;
    case 'list':
      return `${duckdbTypeOf(type.element)}[]`;
    case 'map':
      return `MAP(${duckdbTypeOf(type.key)}, ${duckdbTypeOf(type.value)})`;
  }
}

/** The type in the Glue catalog, which has no zones, times or UUIDs. */
export function hiveTextOf(type: IcebergType): string {
  if (typeof type === 'string') return primitive(type).hive;
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${hiveTextOf(field.type)}`).join(',')}>`;
    case 'list':
      return `array<${hiveTextOf(type.element)}>`;
    case 'map':
      return `map<${hiveTextOf(type.key)},${hiveTextOf(type.value)}>`;
  }
}

/** Allocates field ids that no schema of the table has used. */
export class FieldIds {
  constructor(private last = 0) {}

  next(): number {
    return ++this.last;
  }

  /** The highest allocated id: the table's `last-column-id`. */
  get highest(): number {
    return this.last;
  }
}

/** An Iceberg type for a Hive type, with new ids for nested fields. */
export function fromHiveType(type: HiveType, ids: FieldIds): IcebergType {
  switch (type.kind) {
    case 'primitive': {
      const widened: Readonly<Record<string, string>> = { bigint: 'long', tinyint: 'int', smallint: 'int' };
      return widened[type.name] ?? type.name;
    }
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'char':
    case 'varchar':
      return 'string';
    case 'array': {
      const id = ids.next();
      return { type: 'list', 'element-id': id, 'element-required': false, element: fromHiveType(type.of, ids) };
    }
    case 'map': {
      const [keyId, valueId] = [ids.next(), ids.next()];
      const key = fromHiveType(type.key, ids);
      const value = fromHiveType(type.value, ids);
      return { type: 'map', 'key-id': keyId, key, 'value-id': valueId, 'value-required': false, value };
    }
    case 'struct': {
      const numbered = type.fields.map((field) => ({ field, id: ids.next() }));
      return {
        type: 'struct',
        fields: numbered.map(({ field, id }) => ({
          id,
          name: field.name,
          required: false,
          type: fromHiveType(field.type, ids),
        })),
      };
    }
  }
}

/** Columns with new ids, the top level's first, as Iceberg's writers number them. */
export function freshFields(
  columns: readonly { name: string; type: HiveType; doc?: string }[],
  ids: FieldIds,
): Field[] {
  const numbered = columns.map((column) => ({ column, id: ids.next() }));
  return numbered.map(({ column, id }) => ({
    id,
    name: column.name,
    required: false,
    type: fromHiveType(column.type, ids),
    ...(column.doc !== undefined && { doc: column.doc }),
  }));
}

/** Whether a column can change from type `from` to `to` without rewriting files (the spec's type promotion). */
export function canPromote(from: IcebergType, to: IcebergType): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return JSON.stringify(from) === JSON.stringify(to);
  if (from === to || (from === 'int' && to === 'long') || (from === 'float' && to === 'double')) return true;
  const [before, after] = [decimalOf(from), decimalOf(to)];
  return (
    before !== undefined && after !== undefined && before.scale === after.scale && after.precision >= before.precision
  );
}

/** Fields of all levels by id, with elements, keys and values. */
export function fieldsById(type: StructType): Map<number, { readonly name: string; readonly type: IcebergType }> {
  const found = new Map<number, { name: string; type: IcebergType }>();
  const visit = (id: number, name: string, inner: IcebergType): void => {
    found.set(id, { name, type: inner });
    if (typeof inner === 'string') return;
    if (inner.type === 'struct') for (const field of inner.fields) visit(field.id, `${name}.${field.name}`, field.type);
    else if (inner.type === 'list') visit(inner['element-id'], `${name}.element`, inner.element);
    else {
      visit(inner['key-id'], `${name}.key`, inner.key);
      visit(inner['value-id'], `${name}.value`, inner.value);
    }
  };
  for (const field of type.fields) visit(field.id, field.name, field.type);
  return found;
}

/** The FIELD_IDS option of DuckDB's COPY. */
export function fieldIdsOption(fields: readonly Field[]): string {
  return `{${fields.map(({ name, id, type }) => `${quoteIdentifier(name)}: ${idsOf(id, type)}`).join(', ')}}`;
}

function idsOf(id: number, type: IcebergType): string {
  if (typeof type === 'string') return String(id);
  const inner =
    type.type === 'struct'
      ? type.fields.map((field) => `${quoteIdentifier(field.name)}: ${idsOf(field.id, field.type)}`)
      : type.type === 'list'
        ? [`element: ${idsOf(type['element-id'], type.element)}`]
        : [`key: ${idsOf(type['key-id'], type.key)}`, `value: ${idsOf(type['value-id'], type.value)}`];
  return `{__duckdb_field_id: ${id}, ${inner.join(', ')}}`;
}
