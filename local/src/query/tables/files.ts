import type { Column, Table } from '@aws-sdk/client-glue';
import type { CloudAccess } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { quoteLiteral } from '../../core/hive-types';
import type { Caller } from '../../core/operation';
import { getPartitions } from '../../services/glue/operations/get-partitions';
import { objectFiles } from '../../services/s3/object-file';
import { literalPath } from '../engine/paths';
import { QueryError } from '../errors';
import { fixedPrefixes, LocationTemplate } from './location-template';
import { checkPartition } from './partition-types';
import { type Projection, projectionOf, withSlash } from './projection';
import type { PartitionValues, Pruner } from './pruning';

/** One file of a table, and its partition. */
export interface TableFile {
  readonly path: string;
  /** `s3://bucket/key` */
  readonly uri: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly values: PartitionValues;
  /** Columns of its partition in the catalog. @default the table's */
  readonly columns?: readonly Column[];
}

/** Files as a list in the engine's SQL. */
export const listOf = (files: readonly TableFile[]) =>
  `[${files.map(({ path }) => quoteLiteral(literalPath(path))).join(', ')}]`;

export const pathsOf = (files: readonly TableFile[]) => files.map(({ path }) => path);

const NO_VALUES: PartitionValues = new Map();
/** Most fixed prefixes to list separately. */
const MAX_PREFIXES = 200;
/** Most folders whose partition is cached while a table is listed. */
const MAX_PARTITIONS = 100_000;
const S3_URI = /^s3[an]?:\/\/([^/]+)\/?(.*)$/;

/** Lists the files of a table that a query may need: those of partitions that its WHERE doesn't exclude. */
export async function filesOf(cloud: CloudAccess, caller: Caller, table: Table, pruner: Pruner): Promise<TableFile[]> {
  const pages: TableFile[][] = [];
  for await (const page of filePages(cloud, caller, table, pruner)) pages.push(page);
  return pages.flat();
}

/** Lists files as they are found: a query of a few rows needn't wait for the whole listing. */
export async function* filePages(
  cloud: CloudAccess,
  caller: Caller,
  table: Table,
  pruner: Pruner,
): AsyncGenerator<TableFile[]> {
  const projection = projectionOf(table, cloud.clock.now());
  const partitioned = (table.PartitionKeys ?? []).length > 0;
  const pages = projection
    ? projectedFiles(cloud, caller, projection, pruner)
    : partitioned
      ? registeredFiles(cloud, caller, table, pruner)
      : under(cloud, caller, withSlash(table.StorageDescriptor?.Location ?? ''));
  try {
    yield* pages;
  } catch (error) {
    throw ofS3(error);
  }
}

/** Objects below a location, without empty ones and those that Athena treats as hidden. */
async function* under(
  cloud: CloudAccess,
  caller: Caller,
  location: string,
  values = NO_VALUES,
  columns?: readonly Column[],
): AsyncGenerator<TableFile[]> {
  const [, bucket, prefix = ''] = S3_URI.exec(location) ?? [];
  if (bucket === undefined) throw new QueryError('HIVE_METASTORE_ERROR', `Table location is not valid: ${location}`);
  for await (const files of objectFiles(cloud, bucket, prefix, caller)) {
    yield files.map(({ path, size, lastModified, key }) => ({
      path,
      size,
      lastModified,
      uri: `s3://${bucket}/${key}`,
      values,
      columns,
    }));
  }
}

/** S3's error in Athena's wording. */
function ofS3(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.code.startsWith('AccessDenied')) {
    return new QueryError('PERMISSION_DENIED', `Access denied when reading data from S3: ${error.message}`);
  }
  return new QueryError('GENERIC_INTERNAL_ERROR', `${error.message} (Service: Amazon S3; Error Code: ${error.code})`);
}

async function* registeredFiles(
  cloud: CloudAccess,
  caller: Caller,
  table: Table,
  pruner: Pruner,
): AsyncGenerator<TableFile[]> {
  const keys = (table.PartitionKeys ?? []).map((key) => (key.Name as string).toLowerCase());
  const at = { DatabaseName: table.DatabaseName as string, TableName: table.Name as string };
  let NextToken: string | undefined;
  do {
    const page = await cloud.call(getPartitions, { ...at, NextToken }, caller);
    for (const partition of page.Partitions ?? []) {
      const values = new Map(keys.map((key, index) => [key, partition.Values?.[index] ?? '']));
      const location = partition.StorageDescriptor?.Location;
      if (location === undefined || !pruner.mayMatch(values)) continue;
      const columns = partition.StorageDescriptor?.Columns;
      const name = [...values].map(([key, value]) => `${key}=${value}`).join('/');
      checkPartition(table, name, columns);
      yield* under(cloud, caller, withSlash(location), values, columns);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

/**
 * Lists the objects below the part of the template that the query fixes, and matches them to the template. Listing each
 * location that the projection can name would be 8,784 requests for a year of hours.
 */
async function* projectedFiles(
  cloud: CloudAccess,
  caller: Caller,
  projection: Projection,
  pruner: Pruner,
): AsyncGenerator<TableFile[]> {
  for (const key of projection.keys) {
    if (key.injected && pruner.boundValues(key.name) === undefined) {
      throw new QueryError(
        'CONSTRAINT_VIOLATION',
        `For the injected projected partition column ${key.name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
      );
    }
  }
  const template = new LocationTemplate(projection);
  const partitions = new Map<string, PartitionValues | undefined>();
  /**
   * A partition's values, the same object for all of its files; undefined if the file is in no partition that may
   * match.
   */
  const valuesOf = (uri: string) => {
    const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
    if (partitions.has(folder)) return partitions.get(folder);
    // A template ends with a slash: the folder determines the partition.
    const texts = template.read(folder);
    const values =
      texts && new Map(projection.keys.map(({ name, read }, index) => [name, read(texts[index] as string)]));
    const found = values !== undefined && pruner.mayMatch(values) ? values : undefined;
    if (partitions.size < MAX_PARTITIONS) partitions.set(folder, found);
    return found;
  };
  for (const prefix of prefixesOf(projection, pruner)) {
    for await (const page of under(cloud, caller, prefix)) {
      yield page.flatMap((file) => {
        const values = valuesOf(file.uri);
        return values === undefined ? [] : [{ ...file, values }];
      });
    }
  }
}

const prefixesOf = (projection: Projection, pruner: Pruner) =>
  fixedPrefixes(projection, (key) => pruner.boundValues(key.name)?.map(key.written), MAX_PREFIXES);
