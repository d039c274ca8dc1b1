import { icebergTable } from '../../../catalog/iceberg';
import type { HiveType } from '../../../core/hive-types';
import { HiveTypeError, parseHiveType } from '../../../core/hive-types';
import { splitS3Uri } from '../../../core/s3-uri';
import { createMetadata, icebergTableInput, type NewColumn, type NewPartition } from '../../../iceberg/create';
import { formatMetadata, type TableMetadata } from '../../../iceberg/format/metadata';
import { orRemove } from '../../../iceberg/table/changes';
import { addSnapshot } from '../../../iceberg/table/snapshots';
import { metadataPath } from '../../../iceberg/table/table';
import { type FileWriter, writeDataFiles } from '../../../iceberg/table/write-files';
import { createTable } from '../../../services/glue/operations/create-table';
import { listObjectsV2 } from '../../../services/s3/operations/list-objects';
import { notSupported, QueryError } from '../../errors';
import { namedColumns, withBoundQuery } from '../../run';
import type { Expression } from '../../sql/ast';
import { Cursor } from '../../sql/cursor';
import { partitionTerm } from '../../sql/parse-ddl';
import type { Statement } from '../../sql/statement';
import { SqlSyntaxError } from '../../sql/tokens';
import type { StatementOutcome } from '../../statement-protocol';
import { toHive } from '../../types/hive';
import { mapType, type TrinoType, timestamp, typeName } from '../../types/type';
import type { StatementContext } from '../context';
import { maybeTable, placeOf } from '../glue-table';
import { ddl, hiveSemantic } from '../hive-errors';
import { checkOutputNames } from '../output-names';
import { noResult } from '../text-result';
import { commitOptions, withWriter } from './context';
import { checkProperties } from './properties';

type Of<K extends Statement['kind']> = Statement & { kind: K };

/**
 * CREATE TABLE … TBLPROPERTIES ('table_type' = 'ICEBERG'): writes the table's first metadata and registers it in the
 * catalog.
 */
export async function createIcebergTable(
  statement: Of<'create-iceberg-table'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  const { table_type, ...properties } = statement.definition.properties;
  if (table_type?.toUpperCase() !== 'ICEBERG') {
    throw hiveSemantic(
      "A table without EXTERNAL must be an Iceberg table: add TBLPROPERTIES ('table_type'='ICEBERG'), or use CREATE EXTERNAL TABLE",
    );
  }
  checkProperties(properties);
  const { location, comment } = statement.definition;
  if (location === undefined) throw hiveSemantic('No location specified: an Iceberg table needs a LOCATION');
  const [DatabaseName, name] = placeOf(statement.table, session);
  if ((await maybeTable(statement.table, session)) !== undefined) {
    if (statement.ifNotExists) return noResult(context);
    throw new QueryError(
      'FAILED',
      `Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Table ${name} already exists)`,
    );
  }
  await checkFolder(location, context);
  const columns = statement.definition.columns.map((column): NewColumn => ({ ...column, type: icebergType(column) }));
  await withWriter(context, async (writer) => {
    const { partitions } = statement;
    const metadata = createMetadata({ location, columns, partitions, properties }, session.cloud.clock.now());
    await publish(DatabaseName, name, metadata, writer, context, comment);
  });
  return noResult(context);
}

/** CREATE TABLE … WITH (table_type = 'ICEBERG') AS …: table and rows appear at once. */
export async function createIcebergTableAs(
  statement: Of<'create-table-as'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  const [DatabaseName, name] = placeOf(statement.table, session);
  if ((await maybeTable(statement.table, session)) !== undefined) {
    if (statement.ifNotExists) return noResult(context, 0);
    throw new QueryError(
      'TABLE_ALREADY_EXISTS',
      `line ${statement.table.at.line}:${statement.table.at.column}: Destination table 'awsdatacatalog.${DatabaseName}.${name}' already exists`,
    );
  }
  checkOutputNames(statement.query);
  const { location, partitions, properties } = settingsOf(statement.properties, statement);
  await checkFolder(location, context);
  const shown = statement.withData
    ? statement.query
    : { ...statement.query, limit: { kind: 'number' as const, value: '0', at: statement.table.at } };
  const rows = await withWriter(context, (writer) =>
    withBoundQuery(shown, session, context.run, async (query) => {
      const columns = query.columns.map(
        ({ name: column, type }): NewColumn => ({ name: column, type: storedType(type) }),
      );
      const metadata = createMetadata({ location, columns, partitions, properties }, session.cloud.clock.now());
      const source = { sql: namedColumns(query).sql, files: query.sources.files, beside: query.sources };
      await context.writes.begin({ folder: `${metadata.location}/` });
      const files = await writeDataFiles(source, metadata, writer);
      const written = files.reduce((sum, { recordCount }) => sum + recordCount, 0);
      const table = icebergTable(session.cloud, session.caller, { DatabaseName, Name: name });
      await orRemove(table, files, async () => {
        const change = {
          operation: 'append' as const,
          added: files,
          removed: new Set<string>(),
          summary: commitOptions(context).summary,
        };
        const full = await addSnapshot(table, metadata, change, session.cloud.clock.now(), []);
        await context.writes.commit(written, () => publish(DatabaseName, name, full, writer, context));
      });
      return written;
    }),
  );
  return noResult(context, rows);
}

/** The column type for a result's type. @throws QueryError if no table can hold it */
function storedType(type: TrinoType): HiveType {
  // Iceberg stores the instants of zoned times; the catalog shows timestamps.
  const found = toHive(mapType(type, (part) => (part.kind === 'timestamp with time zone' ? timestamp(6) : part)));
  if (found === undefined) throw notSupported(`Type not supported for Iceberg: ${typeName(type)}`);
  return parseHiveType(found);
}

async function publish(
  DatabaseName: string,
  name: string,
  metadata: TableMetadata,
  writer: FileWriter,
  { session }: StatementContext,
  Description?: string,
): Promise<void> {
  const location = metadataPath(metadata.location, undefined);
  await writer.storage.write(location, Buffer.from(formatMetadata(metadata)));
  const TableInput = icebergTableInput(name, metadata, location, Description === undefined ? {} : { Description });
  try {
    await ddl(session.cloud.call(createTable, { DatabaseName, TableInput }, session.caller));
  } catch (error) {
    await writer.storage.remove([location]).catch(() => {});
    throw error;
  }
}

/** Iceberg's type of a column: it has no integers below 32 bits, and no lengths of strings. */
function icebergType({ name, type }: { name: string; type: string }): HiveType {
  if (/^(tinyint|smallint|char|varchar)\b/.test(type)) {
    throw hiveSemantic(`Column ${name} has a type that Iceberg tables don't have: ${type}`);
  }
  try {
    return parseHiveType(type);
  } catch (error) {
    if (!(error instanceof HiveTypeError)) throw error;
    throw hiveSemantic(`Column ${name} has a type that is not supported: ${type}`);
  }
}

async function checkFolder(location: string, { session }: StatementContext): Promise<void> {
  const { Bucket, Key } = splitS3Uri(location.endsWith('/') ? location : `${location}/`);
  if (Bucket === '') throw hiveSemantic(`LOCATION is not a folder of S3: ${location}`);
  const { KeyCount } = await ddl(
    session.cloud.call(listObjectsV2, { Bucket, Prefix: Key, MaxKeys: 1 }, session.caller),
  );
  if ((KeyCount ?? 0) > 0)
    throw new QueryError('ICEBERG_FILESYSTEM_ERROR', `Cannot create a table on a non-empty location: ${location}`);
}

type Settings = Readonly<Record<string, Expression>>;

function settingsOf(
  settings: Settings,
  { table }: Of<'create-table-as'>,
): { location: string; partitions: NewPartition[]; properties: Record<string, string> } {
  const { table_type: _type, is_external, location, partitioning, ...others } = settings;
  const invalid = (detail: string) => new QueryError('INVALID_TABLE_PROPERTY', detail, table.at);
  if (is_external?.kind !== 'boolean' || is_external.value) {
    throw invalid('is_external must be set to false for an Iceberg table');
  }
  if (location?.kind !== 'string') throw invalid('An Iceberg table needs the property location');
  const terms = partitioning === undefined ? [] : partitioning.kind === 'array' ? partitioning.items : undefined;
  if (terms === undefined) throw invalid('partitioning must be an ARRAY');
  const partitions = terms.map((term) => {
    if (term.kind !== 'string') throw invalid('partitioning must be an ARRAY of texts');
    try {
      const cursor = new Cursor(term.value, 'hive');
      const found = partitionTerm(cursor);
      cursor.end();
      return found;
    } catch (error) {
      if (!(error instanceof SqlSyntaxError)) throw error;
      throw invalid(`Unable to parse partitioning value: ${term.value}`);
    }
  });
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(others)) {
    if (value.kind !== 'string' && value.kind !== 'number')
      throw invalid(`The property ${name} must be a text or a number`);
    properties[name] = value.value;
  }
  checkProperties(properties);
  return { location: location.value, partitions, properties };
}
