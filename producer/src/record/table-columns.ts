import type { Column } from './columns';
import { RECORD_FIELDS } from './fields';

/** A column of Glue's catalog. */
interface GlueColumn {
  readonly Name?: string | undefined;
  readonly Type?: string | undefined;
}

/** A table of Glue's catalog, as far as records are made of it. */
export interface GlueTable {
  readonly StorageDescriptor?: { readonly Columns?: readonly GlueColumn[] | undefined } | undefined;
  readonly PartitionKeys?: readonly GlueColumn[] | undefined;
  readonly Parameters?: Readonly<Record<string, string>> | undefined;
}

/** Partition columns that Firehose fills from its prefix; others come from the record. */
const FROM_THE_PREFIX = new Set(['year', 'month', 'day', 'hour', 'datehour', 'date', 'dt']);

/** A table's columns. */
export interface TableColumns {
  readonly columns: readonly Column[];
  /** Whether they are the columns of the article's record, which has a generator of its own. */
  readonly areOwn: boolean;
}

/** The columns that a record of a table has: its own, and the partition columns that are not the prefix's. */
export function columnsOfTable(table: GlueTable): TableColumns {
  const columns = (table.StorageDescriptor?.Columns ?? []).map(asColumn);
  const own = new Set<string>(RECORD_FIELDS.map((field) => field.name));
  const partitions = (table.PartitionKeys ?? [])
    .map(asColumn)
    .filter(({ name }) => !FROM_THE_PREFIX.has(name) && !own.has(name))
    .map((column) => {
      const values = table.Parameters?.[`projection.${column.name}.values`]?.split(',').map((value) => value.trim());
      return values ? { ...column, values } : column;
    });
  const fits = columns.length > 0 && columns.every(({ name, type }) => own.has(name) && type === 'string');
  const there = new Set(columns.map(({ name }) => name));
  const all = [...columns, ...partitions.filter(({ name }) => !there.has(name))];
  return { columns: all, areOwn: fits && partitions.length === 0 };
}

const asColumn = ({ Name = '', Type = 'string' }: GlueColumn): Column => ({ name: Name.toLowerCase(), type: Type });
