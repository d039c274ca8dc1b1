import { quoteIdentifier } from '../../core/hive-types';
import type { TableColumn } from '../analyse/context';
import type { TrinoType } from '../types/type';
import { fromNative } from '../values/native';

/** Columns of DuckDB's own types as those of a table in a query. @param typeOf type of a column in queries */
export function nativeColumns(
  columns: readonly { readonly name: string; readonly type: TrinoType; readonly hidden?: boolean }[],
  sql: string,
  typeOf: (type: TrinoType) => TrinoType = (type) => type,
): { columns: TableColumn[]; sql: string } {
  const items = columns.map(
    ({ name, type }) => `${fromNative(quoteIdentifier(name), type)} AS ${quoteIdentifier(name)}`,
  );
  return {
    columns: columns.map(({ name, type, hidden }) => ({
      name: name.toLowerCase(),
      type: typeOf(type),
      hidden: hidden ?? false,
    })),
    sql: `SELECT ${items.join(', ')} FROM (${sql}) AS n`,
  };
}
