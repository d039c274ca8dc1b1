import type { Column, TableInput } from '@aws-sdk/client-glue';
import type { HiveType } from '../core/hive-types';
import { IcebergError } from './format/errors';
import { currentSchema, newMetadata, type TableMetadata } from './format/metadata';
import { FieldIds, freshFields, hiveTextOf } from './format/schema';
import { parseTransform, transformAccepts } from './format/transforms';

/** A column of a new table. */
export interface NewColumn {
  readonly name: string;
  readonly type: HiveType;
  readonly comment?: string;
}

/** A partition field of a new table, such as `bucket` of `id` with argument 16. */
export interface NewPartition {
  readonly transform: string;
  readonly column: string;
  readonly argument?: number;
}

/** Metadata of a table without rows. @throws IcebergError for a partition field that its column doesn't support */
export function createMetadata(
  table: {
    readonly location: string;
    readonly columns: readonly NewColumn[];
    readonly partitions: readonly NewPartition[];
    readonly properties: Readonly<Record<string, string>>;
  },
  now: number,
): TableMetadata {
  const ids = new FieldIds();
  const columns = table.columns.map(({ name, type, comment }) => ({ name, type, ...(comment && { doc: comment }) }));
  const fields = freshFields(columns, ids);
  const partitionFields = table.partitions.map(({ transform: name, column, argument }) => {
    const field = fields.find((each) => each.name.toLowerCase() === column);
    if (field === undefined) throw invalid(`Column '${column}' of the partitioning does not exist in the table`);
    const text = transformText(name, argument);
    const transform = parseTransform(text);
    if (!transformAccepts(transform, field.type)) {
      throw invalid(`The partition transform ${name} can't be used with column '${column}' of its type`);
    }
    const suffixes: Readonly<Record<string, string>> = { identity: '', truncate: '_trunc' };
    return {
      sourceId: field.id,
      name: `${field.name}${suffixes[transform.name] ?? `_${transform.name}`}`,
      transform: text,
    };
  });
  const location = table.location.replace(/\/+$/, '');
  const { properties } = table;
  return newMetadata({ location, fields, lastColumnId: ids.highest, partitionFields, properties }, now);
}

function transformText(name: string, argument: number | undefined): string {
  const singular = name.replace(/^(year|month|day|hour)s$/, '$1');
  if (singular === 'bucket' || singular === 'truncate') {
    if (argument === undefined || argument < 1)
      throw invalid(`The partition transform ${name} needs a positive number`);
    return `${singular}[${argument}]`;
  }
  if (!['identity', 'year', 'month', 'day', 'hour'].includes(singular) || argument !== undefined) {
    throw invalid(`Unsupported partition transform: ${name}`);
  }
  return singular;
}

const invalid = (detail: string) => new IcebergError('INVALID_TABLE_PROPERTY', detail);

/** A table's columns for the Glue catalog. */
export function glueColumns(metadata: TableMetadata): Column[] {
  return currentSchema(metadata).fields.map((field) => ({
    Name: field.name.toLowerCase(),
    Type: hiveTextOf(field.type),
    ...(field.doc !== undefined && { Comment: field.doc }),
  }));
}

/** The catalog's entry of a table whose metadata is at `metadataLocation`. */
export function icebergTableInput(
  name: string,
  metadata: TableMetadata,
  metadataLocation: string,
  others: Partial<TableInput> = {},
): TableInput & { Name: string } {
  return {
    ...others,
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    PartitionKeys: [],
    Parameters: { ...others.Parameters, table_type: 'ICEBERG', metadata_location: metadataLocation },
    StorageDescriptor: { ...others.StorageDescriptor, Columns: glueColumns(metadata), Location: metadata.location },
  };
}
