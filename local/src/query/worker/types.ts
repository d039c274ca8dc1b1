import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import type { ColumnType } from '../result/type-names';

const NAMES: Readonly<Partial<Record<DuckDBTypeId, readonly [name: string, precision: number]>>> = {
  [DuckDBTypeId.BOOLEAN]: ['boolean', 0],
  [DuckDBTypeId.TINYINT]: ['tinyint', 3],
  [DuckDBTypeId.UTINYINT]: ['smallint', 5],
  [DuckDBTypeId.SMALLINT]: ['smallint', 5],
  [DuckDBTypeId.USMALLINT]: ['integer', 10],
  [DuckDBTypeId.INTEGER]: ['integer', 10],
  [DuckDBTypeId.UINTEGER]: ['bigint', 19],
  [DuckDBTypeId.BIGINT]: ['bigint', 19],
  [DuckDBTypeId.UBIGINT]: ['bigint', 19],
  // DuckDB sums integers into wider ones than Trino does.
  [DuckDBTypeId.HUGEINT]: ['bigint', 19],
  [DuckDBTypeId.FLOAT]: ['float', 17],
  [DuckDBTypeId.DOUBLE]: ['double', 17],
  [DuckDBTypeId.DATE]: ['date', 0],
  [DuckDBTypeId.TIME]: ['time', 3],
  [DuckDBTypeId.TIMESTAMP]: ['timestamp', 3],
  [DuckDBTypeId.TIMESTAMP_S]: ['timestamp', 3],
  [DuckDBTypeId.TIMESTAMP_MS]: ['timestamp', 3],
  [DuckDBTypeId.TIMESTAMP_NS]: ['timestamp', 3],
  [DuckDBTypeId.TIMESTAMP_TZ]: ['timestamp with time zone', 3],
  [DuckDBTypeId.BLOB]: ['varbinary', 1_073_741_824],
  [DuckDBTypeId.UUID]: ['uuid', 0],
  [DuckDBTypeId.INTERVAL]: ['interval day to second', 0],
  [DuckDBTypeId.LIST]: ['array', 0],
  [DuckDBTypeId.ARRAY]: ['array', 0],
  [DuckDBTypeId.MAP]: ['map', 0],
  [DuckDBTypeId.STRUCT]: ['row', 0],
};

/** Athena's name of a column's type in a result. */
export function columnTypeOf(type: DuckDBType): ColumnType {
  if (type.typeId === DuckDBTypeId.DECIMAL) {
    const { width, scale } = type as unknown as { width: number; scale: number };
    return { name: 'decimal', precision: width, scale };
  }
  const found = NAMES[type.typeId];
  if (found !== undefined) return { name: found[0], precision: found[1], scale: 0 };
  if (type.alias === 'JSON') return { name: 'json', precision: 0, scale: 0 };
  return { name: 'varchar', precision: 2_147_483_647, scale: 0 };
}

/** A column's Hive type for what a result column can be stored as. */
export function hiveTypeOf(type: DuckDBType): string {
  const { typeId } = type;
  if (typeId === DuckDBTypeId.LIST || typeId === DuckDBTypeId.ARRAY) {
    return `array<${hiveTypeOf((type as unknown as { valueType: DuckDBType }).valueType)}>`;
  }
  if (typeId === DuckDBTypeId.MAP) {
    const { keyType, valueType } = type as unknown as { keyType: DuckDBType; valueType: DuckDBType };
    return `map<${hiveTypeOf(keyType)},${hiveTypeOf(valueType)}>`;
  }
  if (typeId === DuckDBTypeId.STRUCT) {
    const { entryNames, entryTypes } = type as unknown as { entryNames: string[]; entryTypes: DuckDBType[] };
    return `struct<${entryNames.map((name, index) => `${name === '' ? `field${index}` : name}:${hiveTypeOf(entryTypes[index] as DuckDBType)}`).join(',')}>`;
  }
  const { name, precision, scale } = columnTypeOf(type);
  if (name === 'decimal') return `decimal(${precision},${scale})`;
  const known: Readonly<Record<string, string>> = {
    integer: 'int',
    varchar: 'string',
    varbinary: 'binary',
    json: 'string',
    uuid: 'string',
    time: 'string',
    'timestamp with time zone': 'timestamp',
    'interval day to second': 'string',
  };
  return known[name] ?? name;
}
