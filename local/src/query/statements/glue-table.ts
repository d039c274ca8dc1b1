import type { Column, Table, TableInput } from '@aws-sdk/client-glue';
import { AwsError } from '../../core/errors';
import { formatHiveType, HiveTypeError, parseHiveType } from '../../core/hive-types';
import { ownEntry } from '../../core/own-entry';
import { getTable } from '../../services/glue/operations/get-table';
import { updateTable } from '../../services/glue/operations/update-table';
import type { Session } from '../session';
import type { ColumnDefinition, TableDefinition, TableName } from '../sql/statement';
import { locate } from '../tables/bind';
import { ddl, hiveSemantic, hiveTableNotFound } from './hive-errors';

const PARQUET_SERDE = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';
const LAZY_SERDE = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';
const TEXT_INPUT = 'org.apache.hadoop.mapred.TextInputFormat';
const TEXT_OUTPUT = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat';

interface StorageFormat {
  readonly input: string;
  readonly output: string;
  readonly serde: string;
}

/** Formats and SerDes of STORED AS. */
export const STORAGE_FORMATS: Readonly<Record<string, StorageFormat>> = {
  PARQUET: {
    input: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    output: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serde: PARQUET_SERDE,
  },
  TEXTFILE: { input: TEXT_INPUT, output: TEXT_OUTPUT, serde: LAZY_SERDE },
  JSON: { input: TEXT_INPUT, output: TEXT_OUTPUT, serde: 'org.openx.data.jsonserde.JsonSerDe' },
};

/** Database and name of a table in a statement. */
export function placeOf(name: TableName, session: Session): [database: string, table: string] {
  return locate(name.parts, { ...session, database: session.database ?? 'default' }, name.at);
}

export async function maybeTable(name: TableName, session: Session): Promise<Table | undefined> {
  const [DatabaseName, Name] = placeOf(name, session);
  try {
    return (await session.cloud.call(getTable, { DatabaseName, Name }, session.caller)).Table;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'EntityNotFoundException') return undefined;
    throw error;
  }
}

/** Reads a table of DDL. @throws QueryError in Hive's words if it doesn't exist */
export async function ddlTable(name: TableName, session: Session): Promise<Table> {
  const found = await maybeTable(name, session);
  if (found === undefined) throw hiveTableNotFound(...placeOf(name, session));
  return found;
}

/** Stores a table's next version. */
export async function changeTable(table: Table, changes: Partial<TableInput>, session: Session): Promise<void> {
  const { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters } = table;
  const before = { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters };
  const TableInput = { ...before, ...changes } as TableInput & { Name: string };
  await ddl(
    session.cloud.call(updateTable, { DatabaseName: table.DatabaseName as string, TableInput }, session.caller),
  );
}

/** Converts columns. @throws QueryError for a type that isn't Hive's */
export function toGlueColumns(columns: readonly ColumnDefinition[]): Column[] {
  return columns.map(({ name, type, comment }) => {
    try {
      return { Name: name, Type: formatHiveType(parseHiveType(type)), Comment: comment };
    } catch (error) {
      if (!(error instanceof HiveTypeError)) throw error;
      throw hiveSemantic(`Column ${name} has a type that is not supported: ${type}`);
    }
  });
}

/** Converts a definition. @throws QueryError if Hive would refuse it */
export function toTableInput(name: string, definition: TableDefinition): TableInput & { Name: string } {
  if (definition.location === undefined)
    throw hiveSemantic('No location specified: CREATE EXTERNAL TABLE needs a LOCATION');
  if (!/^s3:\/\/[^/]+\//.test(definition.location))
    throw hiveSemantic(`LOCATION is not a folder of S3: ${definition.location}`);
  const stored = definition.storedAs ?? 'TEXTFILE';
  const known = typeof stored === 'string' ? ownEntry(STORAGE_FORMATS, stored) : undefined;
  if (known === undefined && typeof stored === 'string') throw hiveSemantic(`STORED AS ${stored} is not supported`);
  const format = known ?? { ...(stored as { input: string; output: string }), serde: definition.serde ?? LAZY_SERDE };
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Description: definition.comment,
    Parameters: { EXTERNAL: 'TRUE', ...definition.properties },
    PartitionKeys: toGlueColumns(definition.partitionKeys),
    StorageDescriptor: {
      Columns: toGlueColumns(definition.columns),
      Location: definition.location,
      InputFormat: format.input,
      OutputFormat: format.output,
      BucketColumns: definition.buckets && [...definition.buckets.columns],
      NumberOfBuckets: definition.buckets?.count,
      SerdeInfo: {
        SerializationLibrary: definition.serde ?? format.serde,
        Parameters: { 'serialization.format': '1', ...definition.serdeProperties },
      },
    },
  };
}
