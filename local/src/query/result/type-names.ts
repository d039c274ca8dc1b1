import type { HiveType } from '../../core/hive-types';
import { fromHive } from '../types/hive';
import { type TrinoType, typeName } from '../types/type';

/** A column of a query's result. */
export interface ResultColumn {
  readonly name: string;
  readonly type: TrinoType;
}

/** A result column's type in ResultSetMetadata. */
export interface ColumnType {
  /** Athena's name, such as `varchar` or `array`. */
  readonly name: string;
  readonly precision: number;
  readonly scale: number;
}

const PRECISIONS: Readonly<Partial<Record<TrinoType['kind'], number>>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  real: 17,
  double: 17,
  varbinary: 1_073_741_824,
};
const UNBOUNDED = 2_147_483_647;

/** A column's type in a result's metadata. */
export function columnTypeOf(type: TrinoType): ColumnType {
  const known = PRECISIONS[type.kind];
  if (known !== undefined) return { name: type.kind === 'real' ? 'float' : type.kind, precision: known, scale: 0 };
  switch (type.kind) {
    case 'decimal':
      return { name: 'decimal', precision: type.precision, scale: type.scale };
    case 'varchar':
      return { name: 'varchar', precision: type.length ?? UNBOUNDED, scale: 0 };
    case 'char':
      return { name: 'char', precision: type.length, scale: 0 };
    case 'time':
    case 'timestamp':
    case 'time with time zone':
    case 'timestamp with time zone':
      return { name: type.kind, precision: type.precision, scale: 0 };
    default:
      return { name: type.kind, precision: 0, scale: 0 };
  }
}

/** A Hive type in Trino's notation: `array(varchar)`, `row(a integer)`. */
export const trinoTypeOf = (type: HiveType): string => typeName(fromHive(type));
