import type { Table, TableInput } from '@aws-sdk/client-glue';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CloudAccess } from '../core/cloud';
import { AwsError } from '../core/errors';
import type { Caller } from '../core/operation';
import { splitS3Uri } from '../core/s3-uri';
import { glueColumns } from '../iceberg/create';
import { badMetadata } from '../iceberg/format/errors';
import type { TableMetadata } from '../iceberg/format/metadata';
import type { Catalog, CatalogEntry, EngineRelation, EngineRow, SqlEngine, Storage } from '../iceberg/table/storage';
import { IcebergTable } from '../iceberg/table/table';
import { getTable } from '../services/glue/operations/get-table';
import { updateTable } from '../services/glue/operations/update-table';
import { objectFile } from '../services/s3/object-file';
import { deleteObjects } from '../services/s3/operations/delete-object';
import { bytesOf, getObject } from '../services/s3/operations/get-object';
import { listObjectsV2 } from '../services/s3/operations/list-objects';
import { putObject } from '../services/s3/operations/put-object';

const MAX_DELETES = 1_000;

/** A table's files as S3 objects, with the permissions of the caller's role. */
export class S3Storage implements Storage {
  constructor(
    private readonly cloud: CloudAccess,
    private readonly caller: Caller,
  ) {}

  async read(uri: string): Promise<Buffer> {
    const { Body } = await this.cloud.call(getObject, split(uri), this.caller);
    return bytesOf(Body);
  }

  async write(uri: string, body: Buffer | { path: string; size: number }): Promise<void> {
    await this.cloud.call(putObject, { ...split(uri), Body: body }, this.caller);
  }

  async remove(uris: readonly string[]): Promise<void> {
    const buckets = new Map<string, string[]>();
    for (const uri of uris) {
      const { Bucket, Key } = split(uri);
      buckets.set(Bucket, [...(buckets.get(Bucket) ?? []), Key]);
    }
    for (const [Bucket, keys] of buckets) {
      for (let at = 0; at < keys.length; at += MAX_DELETES) {
        const Objects = keys.slice(at, at + MAX_DELETES).map((Key) => ({ Key }));
        const { Errors } = await this.cloud.call(
          deleteObjects,
          { Bucket, Delete: { Objects, Quiet: true } },
          this.caller,
        );
        const [failed] = Errors ?? [];
        if (failed !== undefined) throw new AwsError(failed.Code ?? 'InternalError', failed.Message ?? '');
      }
    }
  }

  async local(uri: string): Promise<{ path: string; size: number; lastModified: Date }> {
    const { Bucket, Key } = split(uri);
    return objectFile(this.cloud, Bucket, Key, this.caller);
  }

  async list(prefix: string): Promise<{ uri: string; size: number; lastModified: Date }[]> {
    const { Bucket, Key: Prefix } = split(prefix);
    const found: { uri: string; size: number; lastModified: Date }[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.cloud.call(listObjectsV2, { Bucket, Prefix, ContinuationToken }, this.caller);
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        found.push({ uri: `s3://${Bucket}/${Key}`, size: Size, lastModified: LastModified ?? new Date(0) });
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return found;
  }
}

function split(uri: string): { Bucket: string; Key: string } {
  const found = splitS3Uri(uri.replace(/^s3[an]:/, 's3:'));
  if (found.Bucket === '') throw badMetadata(`a file of the table is not on S3: ${uri}`);
  return found;
}

/**
 * The Glue catalog: a table's parameter `metadata_location` names its current metadata, and its version detects
 * concurrent commits.
 */
export class GlueCatalog implements Catalog {
  constructor(
    private readonly cloud: CloudAccess,
    private readonly caller: Caller,
    private readonly database: string,
    private readonly name: string,
  ) {}

  async load(): Promise<CatalogEntry> {
    const table = await this.table();
    return { metadataLocation: metadataLocationOf(table), version: table.VersionId ?? '0' };
  }

  async swap(entry: CatalogEntry, metadataLocation: string, metadata: TableMetadata): Promise<boolean> {
    const table = await this.table();
    if (table.VersionId !== entry.version) return false;
    const { Name, Description, Owner, Retention, PartitionKeys, TableType, ViewOriginalText, ViewExpandedText } = table;
    const TableInput = {
      ...{ Name: Name as string, Description, Owner, Retention, PartitionKeys, TableType },
      ...{ ViewOriginalText, ViewExpandedText },
      StorageDescriptor: { ...table.StorageDescriptor, Columns: glueColumns(metadata) },
      Parameters: {
        ...table.Parameters,
        metadata_location: metadataLocation,
        previous_metadata_location: entry.metadataLocation,
      },
    } as TableInput & { Name: string };
    try {
      const DatabaseName = this.database;
      const input = { DatabaseName, TableInput, VersionId: entry.version, SkipArchive: true };
      await this.cloud.call(updateTable, input, this.caller);
      return true;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ConcurrentModificationException') return false;
      throw error;
    }
  }

  private async table(): Promise<Table> {
    const input = { DatabaseName: this.database, Name: this.name };
    return (await this.cloud.call(getTable, input, this.caller)).Table as Table;
  }
}

/** Whether a table of the catalog is an Iceberg table. */
export const isIceberg = (table: Table | undefined): boolean =>
  table?.Parameters?.table_type?.toUpperCase() === 'ICEBERG' && table.TableType !== 'VIRTUAL_VIEW';

function metadataLocationOf(table: Table): string {
  const location = table.Parameters?.metadata_location;
  if (location === undefined)
    throw badMetadata(`the table ${table.DatabaseName}.${table.Name} has no metadata_location`);
  return location;
}

/** A table of the catalog, with the permissions of the caller's role. */
export function icebergTable(
  cloud: CloudAccess,
  caller: Caller,
  { DatabaseName = '', Name = '' }: Table,
): IcebergTable {
  const catalog = new GlueCatalog(cloud, caller, DatabaseName, Name);
  return new IcebergTable(catalog, new S3Storage(cloud, caller), `${DatabaseName}.${Name}`, () => cloud.clock.now());
}

/** The endpoint's own DuckDB as SQL engine, for deliveries. */
export function connectionEngine(connection: DuckDBConnection): SqlEngine {
  return {
    rows: async ({ sql }: EngineRelation): Promise<readonly EngineRow[]> =>
      (await connection.runAndReadAll(sql)).getRowObjectsJson(),
  };
}
