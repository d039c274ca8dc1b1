import type { Column, Table } from '@aws-sdk/client-glue';
import { parseHiveType, quoteLiteral } from '../../core/hive-types';
import { getDatabases } from '../../services/glue/operations/get-database';
import { getTables } from '../../services/glue/operations/get-table';
import { trinoTypeOf } from '../result/type-names';
import type { Session } from './bind';

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
            quoteLiteral(trinoTypeOf(parseHiveType(column.Type ?? 'string'))),
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

async function databases({ cloud, caller }: Session): Promise<string[]> {
  const { DatabaseList } = await cloud.call(getDatabases, {}, caller);
  return (DatabaseList ?? []).map((database) => database.Name as string);
}

async function tables(session: Session): Promise<Table[]> {
  const found: Table[] = [];
  for (const DatabaseName of await databases(session)) {
    const { TableList } = await session.cloud.call(getTables, { DatabaseName }, session.caller);
    found.push(...(TableList ?? []));
  }
  return found;
}

function rows(names: string, values: readonly (readonly string[])[]): string {
  const columnNames = names.split(', ');
  if (values.length === 0) return `SELECT ${columnNames.map((name) => `NULL AS ${name}`).join(', ')} WHERE FALSE`;
  return `SELECT * FROM (VALUES ${values.map((row) => `(${row.join(', ')})`).join(', ')}) AS v(${names})`;
}
