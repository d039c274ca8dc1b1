import type { HiveType } from '../../core/hive-types';
import { simple, type TrinoType, timestamp } from './type';

/** The type of a Hive table's column in queries ("Data types in Amazon Athena"). */
export function fromHive(type: HiveType): TrinoType {
  switch (type.kind) {
    case 'primitive':
      switch (type.name) {
        case 'int':
          return simple('integer');
        case 'string':
          return { kind: 'varchar' };
        case 'binary':
          return simple('varbinary');
        case 'float':
          return simple('real');
        case 'timestamp':
          return timestamp(3);
        default:
          return simple(type.name);
      }
    case 'decimal':
      return { kind: 'decimal', precision: type.precision, scale: type.scale };
    case 'char':
      return { kind: 'char', length: type.length };
    case 'varchar':
      return { kind: 'varchar', length: type.length };
    case 'array':
      return { kind: 'array', of: fromHive(type.of) };
    case 'map':
      return { kind: 'map', key: fromHive(type.key), value: fromHive(type.value) };
    case 'struct':
      return {
        kind: 'row',
        fields: type.fields.map((field) => ({ name: field.name.toLowerCase(), type: fromHive(field.type) })),
      };
  }
}

/** The Hive type for a type's values; undefined if no Hive table can hold them. */
export function toHive(type: TrinoType): string | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'bigint':
    case 'double':
    case 'date':
      return type.kind;
    case 'integer':
      return 'int';
    case 'real':
      return 'float';
    case 'varbinary':
      return 'binary';
    case 'varchar':
      return type.length === undefined || type.length > 65_535 || type.length === 0
        ? 'string'
        : `varchar(${type.length})`;
    case 'char':
      return type.length <= 255 ? `char(${type.length})` : undefined;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'timestamp':
      return 'timestamp';
    case 'array': {
      const of = toHive(type.of);
      return of && `array<${of}>`;
    }
    case 'map': {
      const [key, value] = [toHive(type.key), toHive(type.value)];
      return key && value && `map<${key},${value}>`;
    }
    case 'row': {
      const fields = type.fields.map((field, index) => [field.name ?? `field${index}`, toHive(field.type)] as const);
      return fields.every(([, of]) => of !== undefined)
        ? `struct<${fields.map(([name, of]) => `${name}:${of}`).join(',')}>`
        : undefined;
    }
    default:
      return undefined;
  }
}
