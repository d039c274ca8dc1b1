import type { Column, Table } from '@aws-sdk/client-glue';
import { HiveTypeError, parseHiveType, quoteLiteral } from '../../core/hive-types';
import { trinoTypeOf } from '../result/type-names';
import type { Session } from './bind';
import { allDatabases, allTables } from './catalog';

const CATALOG = quoteLiteral('awsdatacatalog');

/** The rows of a table of `information_schema` as a DuckDB query; undefined for any other name. */
export async function informationSchema(session: Session, parts: readonly string[]): Promise<string | undefined> {
  const [name = '', schema] = [...parts].reverse();
  if (schema !== 'information_schema') return undefined;
  switch (name) {
    case 'schemata':
      return rows(
        'catalog_name, schema_name',
        (await databases(session)).map((database) => [CATALOG, quoteLiteral(database)]),
      );
    case 'tables':
      return rows(
        'table_catalog, table_schema, table_name, table_type',
        (await tables(session)).map((table) => [
          ...keys(table),
          quoteLiteral(table.TableType === 'VIRTUAL_VIEW' ? 'VIEW' : 'BASE TABLE'),
        ]),
      );
    case 'columns':
      return rows(
        'table_catalog, table_schema, table_name, column_name, ordinal_position, is_nullable, data_type',
        (await tables(session)).flatMap((table) =>
          columns(table).map((column, index) => [
            ...keys(table),
            quoteLiteral(column.Name ?? ''),
            `CAST(${index + 1} AS BIGINT)`,
            "'YES'",
            quoteLiteral(typeName(column.Type ?? 'string')),
          ]),
        ),
      );
    default:
      return undefined;
  }
}

const columns = (table: Table): Column[] => [
  ...(table.StorageDescriptor?.Columns ?? []),
  ...(table.PartitionKeys ?? []),
];
const keys = (table: Table) => [CATALOG, quoteLiteral(table.DatabaseName ?? ''), quoteLiteral(table.Name ?? '')];

async function databases(session: Session): Promise<string[]> {
  const found: string[] = [];
  for await (const { Name } of allDatabases(session)) found.push(Name as string);
  return found;
}

async function tables(session: Session): Promise<Table[]> {
  const found: Table[] = [];
  for (const database of await databases(session)) {
    for await (const table of allTables(database, session)) found.push(table);
  }
  return found;
}

/** A type that isn't Hive's is shown as the catalog has it. */
function typeName(type: string): string {
  try {
    return trinoTypeOf(parseHiveType(type));
  } catch (error) {
    if (error instanceof HiveTypeError) return type;
    throw error;
  }
}

function rows(names: string, values: readonly (readonly string[])[]): string {
  const columnNames = names.split(', ');
  if (values.length === 0) return `SELECT ${columnNames.map((name) => `NULL AS ${name}`).join(', ')} WHERE FALSE`;
  return `SELECT * FROM (VALUES ${values.map((row) => `(${row.join(', ')})`).join(', ')}) AS v(${names})`;
}
