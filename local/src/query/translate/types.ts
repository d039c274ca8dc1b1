import { quoteIdentifier } from '../../core/hive-types';
import { QueryError } from '../errors';
import type { TypeName } from '../sql/ast';
import { entryOf } from './functions';

const SIMPLE: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  int: 'INTEGER',
  bigint: 'BIGINT',
  real: 'FLOAT',
  float: 'FLOAT',
  double: 'DOUBLE',
  varchar: 'VARCHAR',
  string: 'VARCHAR',
  char: 'VARCHAR',
  varbinary: 'BLOB',
  binary: 'BLOB',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  'timestamp with time zone': 'TIMESTAMPTZ',
  'time with time zone': 'TIMETZ',
  json: 'JSON',
  uuid: 'UUID',
};

/** The DuckDB type of a type's name in Trino's SQL. @throws QueryError for a type that isn't known. */
export function duckdbTypeOf(type: TypeName): string {
  const types = type.args.filter((arg) => typeof arg !== 'number');
  const numbers = type.args.filter((arg) => typeof arg === 'number');
  switch (type.name) {
    case 'decimal':
      return `DECIMAL(${numbers[0] ?? 38}, ${numbers[1] ?? 0})`;
    case 'array':
      if (types.length === 1) return `${duckdbTypeOf((types[0] as { type: TypeName }).type)}[]`;
      break;
    case 'map':
      if (types.length === 2) return `MAP(${types.map((arg) => duckdbTypeOf(arg.type)).join(', ')})`;
      break;
    case 'row':
      return `STRUCT(${types.map((arg, index) => `${quoteIdentifier(arg.field ?? `field${index}`)} ${duckdbTypeOf(arg.type)}`).join(', ')})`;
  }
  const simple = entryOf(SIMPLE, type.name);
  if (simple === undefined) throw new QueryError('TYPE_NOT_FOUND', `Unknown type: ${type.name}`, type.at);
  return simple;
}
