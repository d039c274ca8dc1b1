import type { Partition, Table } from '@aws-sdk/client-glue';
import { parseHiveType } from '../../core/hive-types';
import { getPartitions } from '../../services/glue/operations/get-partitions';
import type { BoundTable, TableColumn } from '../analyse/context';
import { tableNotFound } from '../errors';
import type { Session } from '../session';
import type { Relation } from '../sql/ast';
import { fromHive } from '../types/hive';
import { castOf } from '../values/cast';
import { literalSql, physicalName } from '../values/physical';
import type { Value } from '../values/value';
import { NULL_PARTITION } from './pruning';

/**
 * The rows of a Hive table's `"table$partitions"`: its partition keys' values. @throws QueryError for a table without
 * partition keys
 */
export async function partitionRows(
  table: Table,
  node: Relation & { kind: 'table' },
  { cloud, caller }: Session,
): Promise<Omit<BoundTable, 'names'>> {
  const columns = (table.PartitionKeys ?? []).map(
    ({ Name = '', Type = 'string' }): TableColumn => ({
      name: Name.toLowerCase(),
      type: fromHive(parseHiveType(Type)),
      hidden: false,
    }),
  );
  if (columns.length === 0) throw tableNotFound(`awsdatacatalog.${table.DatabaseName}.${node.parts.at(-1)}`, node.at);
  const partitions: Partition[] = [];
  const place = { DatabaseName: table.DatabaseName as string, TableName: table.Name as string };
  let NextToken: string | undefined;
  do {
    const page = await cloud.call(getPartitions, { ...place, NextToken }, caller);
    partitions.push(...(page.Partitions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const rows = partitions.map(({ Values = [] }) =>
    columns.map(({ type }, index) => literalSql(valueOfKey(Values[index], type), type)).join(', '),
  );
  if (rows.length > 0) return { columns, sql: `SELECT * FROM (VALUES ${rows.map((row) => `(${row})`).join(', ')})` };
  const nulls = columns.map(({ type }) => `CAST(NULL AS ${physicalName(type)})`);
  return { columns, sql: `SELECT ${nulls.join(', ')} WHERE FALSE` };
}

function valueOfKey(text: string | undefined, type: TableColumn['type']): Value {
  if (text === undefined || text === NULL_PARTITION) return null;
  return castOf({ kind: 'varchar' }, type, { now: 0 })?.(text) ?? null;
}
