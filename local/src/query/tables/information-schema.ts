import type { Column, Table } from '@aws-sdk/client-glue';
import { HiveTypeError, parseHiveType, quoteLiteral } from '../../core/hive-types';
import type { BoundTable } from '../analyse/context';
import { trinoTypeOf } from '../result/type-names';
import type { Session } from '../session';
import { BIGINT, VARCHAR } from '../types/type';
import { allDatabases, allTables, CATALOG } from './catalog';
import { viewDefinition } from './view';

const CATALOG_SQL = quoteLiteral(CATALOG);

/** A table of `information_schema`; undefined for any other name. */
export async function informationSchema(session: Session, parts: readonly string[]): Promise<BoundTable | undefined> {
  const [name = '', schema] = [...parts].reverse();
  if (schema !== 'information_schema') return undefined;
  switch (name) {
    case 'schemata':
      return rows(
        name,
        'catalog_name, schema_name',
        (await databases(session)).map((database) => [CATALOG_SQL, quoteLiteral(database)]),
      );
    case 'tables':
      return rows(
        name,
        'table_catalog, table_schema, table_name, table_type',
        (await tables(session)).map((table) => [
          ...keys(table),
          quoteLiteral(table.TableType === 'VIRTUAL_VIEW' ? 'VIEW' : 'BASE TABLE'),
        ]),
      );
    case 'columns':
      return rows(
        name,
        'table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, data_type, comment, extra_info',
        (await tables(session)).flatMap((table) =>
          columns(table).map((column, index) => [
            ...keys(table),
            quoteLiteral(column.Name ?? ''),
            `CAST(${index + 1} AS BIGINT)`,
            'CAST(NULL AS VARCHAR)',
            "'YES'",
            quoteLiteral(typeName(column.Type ?? 'string')),
            textOrNull(column.Comment),
            textOrNull((table.PartitionKeys ?? []).includes(column) ? 'partition key' : undefined),
          ]),
        ),
      );
    case 'views':
      return rows(
        name,
        'table_catalog, table_schema, table_name, view_definition',
        (await tables(session)).flatMap((table) => {
          const view = viewDefinition(table);
          return view === undefined ? [] : [[...keys(table), quoteLiteral(view.originalSql)]];
        }),
      );
    default:
      return undefined;
  }
}

const columns = (table: Table): Column[] => [
  ...(table.StorageDescriptor?.Columns ?? []),
  ...(table.PartitionKeys ?? []),
];
const textOrNull = (text: string | undefined) => (text === undefined ? 'CAST(NULL AS VARCHAR)' : quoteLiteral(text));
const keys = (table: Table) => [CATALOG_SQL, quoteLiteral(table.DatabaseName ?? ''), quoteLiteral(table.Name ?? '')];

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

/** A column's type; a type that isn't Hive's is shown as in the catalog. */
function typeName(type: string): string {
  try {
    return trinoTypeOf(parseHiveType(type));
  } catch (error) {
    if (error instanceof HiveTypeError) return type;
    throw error;
  }
}

/** A table of strings, apart from `ordinal_position`; the values are SQL. */
function rows(schemaTable: string, names: string, values: readonly (readonly string[])[]): BoundTable {
  const columns = names
    .split(', ')
    .map((name) => ({ name, type: name === 'ordinal_position' ? BIGINT : VARCHAR, hidden: false }));
  const empty = columns.map(({ type }) => (type === BIGINT ? 'CAST(NULL AS BIGINT)' : 'CAST(NULL AS VARCHAR)'));
  const sql =
    values.length === 0
      ? `SELECT ${empty.join(', ')} WHERE FALSE`
      : `SELECT * FROM (VALUES ${values.map((row) => `(${row.join(', ')})`).join(', ')}) AS v(${names})`;
  return { names: [CATALOG, 'information_schema', schemaTable], columns, sql };
}
