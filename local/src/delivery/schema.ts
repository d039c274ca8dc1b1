import type { Column as GlueColumn } from '@aws-sdk/client-glue';
import type { Cloud } from '../core/cloud';
import { type HiveType, HiveTypeError, parseHiveType } from '../core/hive-types';
import type { Caller } from '../core/operation';
import type { DeliveryStream, DestinationSettings } from '../services/firehose/state';
import { getTable } from '../services/glue/operations/get-table';
import { getTableVersion, getTableVersions } from '../services/glue/operations/get-table-versions';
import type { Column } from './convert/line-converter';
import type { CatalogTable } from './error-record';
import { asDeliveryFailure, DeliveryFailure } from './failure';
import { callerOf } from './role';

export interface Schema {
  readonly columns: readonly Column[];
  readonly table: CatalogTable;
}

type SchemaSettings = NonNullable<
  NonNullable<DestinationSettings['DataFormatConversionConfiguration']>['SchemaConfiguration']
>;

/**
 * Reads the table's columns from the Glue catalog with the schema's role. Makes the three calls whose permissions
 * Firehose's documentation lists ("Grant Firehose access to AWS Glue for data format conversion").
 * @throws DeliveryFailure
 */
export async function readSchema(cloud: Cloud, stream: DeliveryStream, settings: SchemaSettings): Promise<Schema> {
  const assumed = await callerOf(cloud, stream, settings.RoleARN ?? stream.destination.RoleARN);
  const caller: Caller = { ...assumed, region: settings.Region ?? assumed.region };
  const table = {
    ...(settings.CatalogId === undefined ? {} : { CatalogId: settings.CatalogId }),
    DatabaseName: settings.DatabaseName ?? '',
  };
  const name = settings.TableName ?? '';
  const found = await asDeliveryFailure('Glue', async () => {
    await cloud.call(getTable, { ...table, Name: name }, caller);
    await cloud.call(getTableVersions, { ...table, TableName: name, MaxResults: 1 }, caller);
    const version = settings.VersionId === 'LATEST' ? {} : { VersionId: settings.VersionId };
    return cloud.call(getTableVersion, { ...table, TableName: name, ...version }, caller);
  });
  const columns = found.TableVersion?.Table?.StorageDescriptor?.Columns ?? [];
  if (columns.length === 0) {
    throw invalidSchema(`the table ${table.DatabaseName}.${name} has no columns.`);
  }
  const parsed = columns.map(columnOf);
  checkNames(parsed);
  return {
    columns: parsed,
    table: {
      catalogId: settings.CatalogId ?? caller.accountId,
      databaseName: table.DatabaseName,
      tableName: name,
      region: caller.region,
      versionId: settings.VersionId ?? 'LATEST',
    },
  };
}

/** Refuses names that differ by case only: Parquet's readers and Hive take them for one. @throws DeliveryFailure */
function checkNames(columns: readonly Column[]): void {
  const twice = duplicate(columns.map(({ name }) => name));
  if (twice !== undefined) throw invalidSchema(`the table has the column ${twice} twice.`);
  for (const { name, type } of columns) checkMembers(name, type);
}

function checkMembers(column: string, type: HiveType): void {
  if (type.kind === 'array') checkMembers(column, type.of);
  if (type.kind === 'map') {
    checkMembers(column, type.key);
    checkMembers(column, type.value);
    if (['array', 'map', 'struct'].includes(type.key.kind))
      throw invalidSchema(`column ${column}: a map's key is of a primitive type.`);
  }
  if (type.kind !== 'struct') return;
  const twice = duplicate(type.fields.map(({ name }) => name.toLowerCase()));
  if (twice !== undefined) throw invalidSchema(`column ${column}: a struct has the member ${twice} twice.`);
  for (const field of type.fields) checkMembers(column, field.type);
}

function duplicate(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

function invalidSchema(reason: string): DeliveryFailure {
  return new DeliveryFailure('DataFormatConversion.InvalidSchema', `The schema is invalid: ${reason}`);
}

function columnOf({ Name, Type }: GlueColumn): Column {
  try {
    return { name: (Name ?? '').toLowerCase(), type: parseHiveType(Type ?? 'string') };
  } catch (error) {
    if (!(error instanceof HiveTypeError)) throw error;
    throw invalidSchema(`column ${Name}: ${error.message}`);
  }
}
