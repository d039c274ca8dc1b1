import type { Column, Table } from '@aws-sdk/client-glue';
import { formatHiveType, type HiveType } from '../../core/hive-types';
import { QueryError } from '../errors';
import { hiveColumns } from './scan';

const WIDTHS: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 3, bigint: 4 };
const FLOATING = /^(float|double)$/;

/** Whether a partition's type can be read as its table's, as Trino's Hive connector coerces. */
function canCoerce(from: HiveType, to: HiveType): boolean {
  const [given, wanted] = [formatHiveType(from), formatHiveType(to)];
  if (given === wanted) return true;
  if (isText(to)) return isText(from) || from.kind === 'decimal' || (from.kind === 'primitive' && given !== 'binary');
  if (isText(from)) return wanted in WIDTHS || FLOATING.test(wanted) || /^(boolean|date|timestamp)$/.test(wanted);
  if (given in WIDTHS) {
    const widens = (WIDTHS[wanted] ?? 0) > (WIDTHS[given] as number);
    return widens || FLOATING.test(wanted) || to.kind === 'decimal';
  }
  if (FLOATING.test(given) || from.kind === 'decimal') return FLOATING.test(wanted) || to.kind === 'decimal';
  if (from.kind === 'array' && to.kind === 'array') return canCoerce(from.of, to.of);
  if (from.kind === 'map' && to.kind === 'map') return canCoerce(from.key, to.key) && canCoerce(from.value, to.value);
  if (from.kind === 'struct' && to.kind === 'struct') {
    return to.fields.every(({ name, type }) => {
      const field = from.fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
      return field === undefined || canCoerce(field.type, type);
    });
  }
  return false;
}

const isText = (type: HiveType) =>
  type.kind === 'char' || type.kind === 'varchar' || (type.kind === 'primitive' && type.name === 'string');

/**
 * Checks a partition's schema. @throws QueryError `HIVE_PARTITION_SCHEMA_MISMATCH` for a column with an incompatible
 * type
 */
export function checkPartition(table: Table, name: string, own: readonly Column[] | undefined): void {
  const StorageDescriptor = { Columns: [...(own ?? [])] };
  const declared = new Map(hiveColumns({ StorageDescriptor }).map((column) => [column.name, column.type]));
  for (const { name: column, type } of hiveColumns(table)) {
    const found = declared.get(column);
    if (found === undefined || canCoerce(found, type)) continue;
    throw new QueryError(
      'HIVE_PARTITION_SCHEMA_MISMATCH',
      'There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. ' +
        `The column '${column}' in table '${table.DatabaseName}.${table.Name}' is declared as type '${formatHiveType(type)}', ` +
        `but partition '${name}' declared column '${column}' as type '${formatHiveType(found)}'.`,
    );
  }
}
