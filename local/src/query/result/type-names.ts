import type { HiveType } from '../../core/hive-types';

/** A result column's type as ResultSetMetadata gives it. */
export interface ColumnType {
  /** Athena's name, such as `varchar` or `array`. */
  readonly name: string;
  readonly precision: number;
  readonly scale: number;
}

/** A Hive type in Trino's words: `array(varchar)`, `row(a integer)`. */
export function trinoTypeOf(type: HiveType): string {
  switch (type.kind) {
    case 'primitive': {
      const names: Readonly<Record<string, string>> = {
        int: 'integer',
        string: 'varchar',
        binary: 'varbinary',
        float: 'real',
        timestamp: 'timestamp(3)',
      };
      return names[type.name] ?? type.name;
    }
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'char':
    case 'varchar':
      return `${type.kind}(${type.length})`;
    case 'array':
      return `array(${trinoTypeOf(type.of)})`;
    case 'map':
      return `map(${trinoTypeOf(type.key)}, ${trinoTypeOf(type.value)})`;
    case 'struct':
      return `row(${type.fields.map((field) => `${field.name} ${trinoTypeOf(field.type)}`).join(', ')})`;
  }
}
