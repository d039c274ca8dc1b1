import { isUtf8 } from 'node:buffer';
import { isIceberg } from '../../catalog/iceberg';
import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { HiveTypeError, parseHiveType } from '../../core/hive-types';
import type { Caller } from '../../core/operation';
import { type IcebergSettings, metadataQuery } from '../../services/firehose/iceberg';
import type { DeliveryStream } from '../../services/firehose/state';
import { getTable } from '../../services/glue/operations/get-table';
import { formatJson, JsonError, parseDocuments } from '../convert/json';
import { LineConverter } from '../convert/line-converter';
import { serdeOf } from '../convert/serde';
import { asDeliveryFailure } from '../failure';
import type { JqResult, JqRunner } from '../partition/jq';
import { callerOf } from '../role';
import type { Piece, Transform, Transformed, TransformInput } from '../transform';

/** A record's operation on its table. */
export type RowOperation = 'insert' | 'update' | 'delete';

/** A line for a table: operation, row, and, with the record's first row only, the source record in base64. */
export interface RowLine {
  readonly operation: RowOperation;
  readonly row: unknown;
  readonly record: string;
}

const OPERATIONS: readonly string[] = ['insert', 'update', 'delete'] satisfies RowOperation[];
const NEWLINE = Buffer.from('\n');

const failure = (code: string, message: string): Transformed => ({
  type: 'iceberg-failed',
  code: `Iceberg.${code}`,
  message,
});

/** A record's table and operation. */
interface Route {
  readonly database: string;
  readonly table: string;
  readonly operation: RowOperation;
}

/**
 * Converts records to rows of their tables ("Route incoming records to different Iceberg tables"). A record without a
 * table, with an unsupported operation, or with a value that doesn't fit a column fails alone.
 */
export async function icebergTransform(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: IcebergSettings,
  jq: JqRunner,
): Promise<Transform> {
  const caller = await callerOf(cloud, stream, settings.RoleARN);
  const tables = new TargetTables(cloud, caller, settings);
  const query = metadataQuery(settings);
  // A configured table that can't be read stops all records; tables named by records are checked one by one.
  for (const { DestinationDatabaseName, DestinationTableName } of settings.DestinationTableConfigurationList ?? []) {
    await tables.find(DestinationDatabaseName, DestinationTableName);
  }
  return {
    schema: undefined,
    table: undefined,
    tables: true,
    apply: async (records) => {
      const routes = await routesOf(records, settings, query, jq);
      return Promise.all(records.map(({ data }, index) => toRow(data, routes[index] as Route | Transformed, tables)));
    },
  };
}

/** The table of each record: by the Lambda processor's otfMetadata, by the query, or the only one. */
async function routesOf(
  records: readonly TransformInput[],
  settings: IcebergSettings,
  query: string | undefined,
  jq: JqRunner,
): Promise<(Route | Transformed)[]> {
  const only = onlyTable(settings);
  const routes = await routesWithoutLambda(
    records.map(({ data }) => data),
    settings,
    query,
    jq,
  );
  return records.map(({ lambda }, index) =>
    lambda?.tableRoute === undefined
      ? (routes[index] as Route | Transformed)
      : routeOf({ value: lambda.tableRoute }, only),
  );
}

async function routesWithoutLambda(
  records: readonly Buffer[],
  settings: IcebergSettings,
  query: string | undefined,
  jq: JqRunner,
): Promise<(Route | Transformed)[]> {
  const only = onlyTable(settings);
  if (query === undefined) return records.map(() => routeOf({ value: null }, only));
  const documents = records.map(documentOf);
  const results = await jq.run(
    query,
    documents.filter((document) => document !== undefined),
  );
  let next = 0;
  return documents.map((document) =>
    document === undefined
      ? failure('MalformedRecord', 'The record is not valid JSON.')
      : routeOf(results[next++] as JqResult, only),
  );
}

function documentOf(record: Buffer): string | undefined {
  if (!isUtf8(record)) return undefined;
  try {
    const [first, ...others] = parseDocuments(record.toString('utf8'));
    return first === undefined || others.length > 0 ? undefined : formatJson(first);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

type TableConfiguration = NonNullable<IcebergSettings['DestinationTableConfigurationList']>[number];

/** The table of records that name none; of several configured tables no record is by itself. */
function onlyTable({
  DestinationTableConfigurationList: tables = [],
}: IcebergSettings): TableConfiguration | undefined {
  return tables.length === 1 ? tables[0] : undefined;
}

function routeOf(result: JqResult, only: TableConfiguration | undefined): Route | Transformed {
  if ('error' in result) return failure('MetadataExtractionFailed', result.error);
  const found = result.value as Readonly<Record<string, unknown>> | null;
  const text = (name: string, otherwise: string | undefined) => {
    const value = found?.[name] ?? otherwise;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const database = text('destinationDatabaseName', only?.DestinationDatabaseName);
  const table = text('destinationTableName', only?.DestinationTableName);
  const operation = text('operation', 'insert')?.toLowerCase();
  if (database === undefined || table === undefined) {
    return failure(
      'InvalidTableName',
      'The record has no destinationDatabaseName or no destinationTableName, and not exactly one table is configured.',
    );
  }
  if (operation === undefined || !OPERATIONS.includes(operation)) {
    return failure(
      'InvalidOperation',
      `The operation must be insert, update or delete, not ${operation ?? 'nothing'}.`,
    );
  }
  return { database, table, operation: operation as RowOperation };
}

async function toRow(record: Buffer, route: Route | Transformed, tables: TargetTables): Promise<Transformed> {
  if (!('operation' in route)) return route;
  const found = await tables.find(route.database, route.table);
  if (!('converter' in found)) return found;
  if (route.operation !== 'insert' && found.uniqueKeys === undefined) {
    return failure(
      'MissingUniqueKeys',
      `The table ${route.database}.${route.table} has no unique keys to ${route.operation} by.`,
    );
  }
  const converted = found.converter.convert(record);
  if (!('lines' in converted)) return { type: 'iceberg-failed', ...converted.failure };
  const raw = record.toString('base64');
  const partitionKeys = { database: route.database, table: route.table };
  const pieces = converted.lines
    .toString('utf8')
    .split('\n')
    .map((row, index): Piece => {
      // The row's text as it is: its numbers may have more digits than JavaScript's.
      const line = `{"operation":"${route.operation}","row":${row},"record":"${index === 0 ? raw : ''}"}`;
      return { data: Buffer.from(line), end: NEWLINE, partitionKeys };
    });
  return { pieces };
}

interface TargetTable {
  readonly converter: LineConverter;
  readonly uniqueKeys: readonly string[] | undefined;
}

/** Tables by name, each read from the catalog once. */
class TargetTables {
  private readonly found = new Map<string, Promise<TargetTable | Transformed>>();

  constructor(
    private readonly cloud: Cloud,
    private readonly caller: Caller,
    private readonly settings: IcebergSettings,
  ) {}

  find(database: string, table: string): Promise<TargetTable | Transformed> {
    const key = JSON.stringify([database, table]);
    let found = this.found.get(key);
    if (found === undefined) {
      found = this.read(database, table);
      found.catch(() => this.found.delete(key));
      this.found.set(key, found);
    }
    return found;
  }

  /** @throws DeliveryFailure if the catalog can't be read; a missing table is the record's fault */
  private async read(database: string, name: string): Promise<TargetTable | Transformed> {
    const missing = (why: string) => failure('NoSuchTable', `${why}: ${database}.${name}.`);
    try {
      const { Table } = await this.cloud.call(getTable, { DatabaseName: database, Name: name }, this.caller);
      if (Table === undefined || !isIceberg(Table)) return missing('The table is not an Iceberg table');
      const columns = (Table.StorageDescriptor?.Columns ?? []).map(({ Name = '', Type = 'string' }) => ({
        name: Name.toLowerCase(),
        type: parseHiveType(Type),
      }));
      return {
        converter: new LineConverter(columns, serdeOf({ OpenXJsonSerDe: {} })),
        uniqueKeys: uniqueKeysOf(this.settings, database, name),
      };
    } catch (error) {
      if (error instanceof HiveTypeError)
        return missing(`The table has a column that is not supported (${error.message})`);
      if (error instanceof AwsError && error.code === 'EntityNotFoundException')
        return missing('There is no such table');
      return asDeliveryFailure('Glue', () => {
        throw error;
      });
    }
  }
}

/** Columns of a table's unique keys for updates and deletes, in lower case. */
export function uniqueKeysOf(
  settings: IcebergSettings,
  database: string,
  table: string,
): readonly string[] | undefined {
  const keys = settings.DestinationTableConfigurationList?.find(
    ({ DestinationDatabaseName, DestinationTableName }) =>
      DestinationDatabaseName.toLowerCase() === database.toLowerCase() &&
      DestinationTableName.toLowerCase() === table.toLowerCase(),
  )?.UniqueKeys?.map((key) => key.toLowerCase());
  // Terraform's provider sends an empty list for none.
  return keys?.length === 0 ? undefined : keys;
}
