import type { HivePrimitive, HiveType } from '../../core/hive-types';
import type { Column } from './line-converter';

type SchemaElement = import('hyparquet', { with: { 'resolution-mode': 'import' }}).SchemaElement;
type Leaf = Omit<SchemaElement, 'name'>;

const PRIMITIVES: Readonly<Record<HivePrimitive, Leaf>> = {
  boolean: { type: 'BOOLEAN' },
  tinyint: { type: 'INT32', converted_type: 'INT_8' },
  smallint: { type: 'INT32', converted_type: 'INT_16' },
  int: { type: 'INT32', converted_type: 'INT_32' },
  bigint: { type: 'INT64', converted_type: 'INT_64' },
  float: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  binary: { type: 'BYTE_ARRAY' },
  date: { type: 'INT32', converted_type: 'DATE' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
  },
};

/** Parquet's schema of a table's columns: every column and member is optional, arrays and maps have three levels. */
export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  const elements = columns.flatMap(({ name, type }) => elementsOf(name, type, 'OPTIONAL'));
  return [{ name: 'hive_schema', num_children: columns.length, repetition_type: 'REQUIRED' }, ...elements];
}

function elementsOf(name: string, type: HiveType, repetition_type: 'OPTIONAL' | 'REQUIRED'): SchemaElement[] {
  switch (type.kind) {
    case 'primitive':
      return [{ name, repetition_type, ...PRIMITIVES[type.name] }];
    case 'decimal':
      return [{ name, repetition_type, ...decimal(type.precision, type.scale) }];
    case 'char':
    case 'varchar':
      return [{ name, repetition_type, ...PRIMITIVES.string }];
    case 'array':
      return [
        { name, repetition_type, num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...elementsOf('element', type.of, 'OPTIONAL'),
      ];
    case 'map':
      return [
        { name, repetition_type, num_children: 1, converted_type: 'MAP' },
        { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
        ...elementsOf('key', type.key, 'REQUIRED'),
        ...elementsOf('value', type.value, 'OPTIONAL'),
      ];
    case 'struct':
      return [
        { name, repetition_type, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elementsOf(field.name, field.type, 'OPTIONAL')),
      ];
  }
}

function decimal(precision: number, scale: number): Leaf {
  const type = precision <= 9 ? 'INT32' : precision <= 18 ? 'INT64' : 'FIXED_LEN_BYTE_ARRAY';
  const length = type === 'FIXED_LEN_BYTE_ARRAY' ? { type_length: 16 } : {};
  return { type, ...length, converted_type: 'DECIMAL', precision, scale };
}

/** Number of Parquet columns of a table: one for each value that isn't an array, map or struct. */
export function countLeaves(columns: readonly Column[]): number {
  return columns.reduce((sum, { type }) => sum + leavesOf(type), 0);
}

function leavesOf(type: HiveType): number {
  if (type.kind === 'array') return leavesOf(type.of);
  if (type.kind === 'map') return leavesOf(type.key) + leavesOf(type.value);
  if (type.kind === 'struct') return type.fields.reduce((sum, field) => sum + leavesOf(field.type), 0);
  return 1;
}
