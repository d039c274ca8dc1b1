import type { Column, Table } from '@aws-sdk/client-glue';
import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { quoteLiteral } from '../../core/hive-types';
import type { Caller } from '../../core/operation';
import { getPartitions } from '../../services/glue/operations/get-partitions';
import { objectFile } from '../../services/s3/object-file';
import { listObjectsV2 } from '../../services/s3/operations/list-objects';
import { literalPath } from '../engine/paths';
import { QueryError } from '../errors';
import { fixedPrefixes, LocationTemplate } from './location-template';
import { checkPartition } from './partition-types';
import { type Projection, projectionOf, withSlash } from './projection';
import type { PartitionValues, Pruner } from './pruning';

/** One file of a table and the partition that it is in. */
export interface TableFile {
  readonly path: string;
  /** `s3://bucket/key` */
  readonly uri: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly values: PartitionValues;
  /** The columns that its partition has in the catalog. @default the table's */
  readonly columns?: readonly Column[];
}

interface Listed {
  readonly bucket: string;
  readonly key: string;
  readonly values: PartitionValues;
  readonly columns?: readonly Column[];
}

/** Files as a list in the engine's SQL. */
export const listOf = (files: readonly TableFile[]) =>
  `[${files.map(({ path }) => quoteLiteral(literalPath(path))).join(', ')}]`;

export const pathsOf = (files: readonly TableFile[]) => files.map(({ path }) => path);

const NO_VALUES: PartitionValues = new Map();
/** More fixed prefixes than this are not worth listing one by one. */
const MAX_PREFIXES = 200;
const S3_URI = /^s3[an]?:\/\/([^/]+)\/?(.*)$/;

/** The files of a table that a query may need: those of the partitions that its WHERE doesn't exclude. */
export async function filesOf(cloud: Cloud, caller: Caller, table: Table, pruner: Pruner): Promise<TableFile[]> {
  const projection = projectionOf(table, cloud.clock.now());
  const partitioned = (table.PartitionKeys ?? []).length > 0;
  const listed = projection
    ? await projectedFiles(cloud, caller, projection, pruner)
    : partitioned
      ? await registeredFiles(cloud, caller, table, pruner)
      : await under(cloud, caller, withSlash(table.StorageDescriptor?.Location ?? ''));
  const files: TableFile[] = [];
  for (const { bucket, key, values, columns } of listed) {
    const { path, size, lastModified } = await readable(() => objectFile(cloud, bucket, key, caller));
    files.push({ path, size, lastModified, uri: `s3://${bucket}/${key}`, values, columns });
  }
  return files;
}

/** Everything below a location but what Athena takes for hidden, and empty objects. */
async function under(
  cloud: Cloud,
  caller: Caller,
  location: string,
  values = NO_VALUES,
  columns?: readonly Column[],
): Promise<Listed[]> {
  const [, bucket, prefix = ''] = S3_URI.exec(location) ?? [];
  if (bucket === undefined) throw new QueryError('HIVE_METASTORE_ERROR', `Table location is not valid: ${location}`);
  const found: Listed[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await readable(() =>
      cloud.call(listObjectsV2, { Bucket: bucket, Prefix: prefix, ContinuationToken }, caller),
    );
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      const hidden = Key.slice(prefix.length)
        .split('/')
        .some((part) => /^[_.]/.test(part));
      if (Size > 0 && !hidden) found.push({ bucket, key: Key, values, columns });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

/** @throws QueryError in Athena's wording where S3 refuses. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code.startsWith('AccessDenied')) {
      throw new QueryError('PERMISSION_DENIED', `Access denied when reading data from S3: ${error.message}`);
    }
    throw new QueryError('GENERIC_INTERNAL_ERROR', `${error.message} (Service: Amazon S3; Error Code: ${error.code})`);
  }
}

async function registeredFiles(cloud: Cloud, caller: Caller, table: Table, pruner: Pruner): Promise<Listed[]> {
  const keys = (table.PartitionKeys ?? []).map((key) => (key.Name as string).toLowerCase());
  const at = { DatabaseName: table.DatabaseName as string, TableName: table.Name as string };
  const found: Listed[] = [];
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
      found.push(...(await under(cloud, caller, withSlash(location), values, columns)));
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/**
 * Instead of asking for each location that the projection can name, which are 8,784 a year for hours, what is there
 * is listed below the part of the template that the query fixes, and matched to the template.
 */
async function projectedFiles(cloud: Cloud, caller: Caller, projection: Projection, pruner: Pruner): Promise<Listed[]> {
  for (const key of projection.keys) {
    if (key.injected && pruner.boundValues(key.name) === undefined) {
      throw new QueryError(
        'CONSTRAINT_VIOLATION',
        `For the injected projected partition column ${key.name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
      );
    }
  }
  const template = new LocationTemplate(projection);
  const found: Listed[] = [];
  for (const prefix of prefixesOf(projection, pruner)) {
    for (const { bucket, key } of await under(cloud, caller, prefix)) {
      const texts = template.read(`s3://${bucket}/${key}`);
      if (texts === undefined) continue;
      const values = new Map(projection.keys.map(({ name, read }, index) => [name, read(texts[index] as string)]));
      if (pruner.mayMatch(values)) found.push({ bucket, key, values });
    }
  }
  return found;
}

const prefixesOf = (projection: Projection, pruner: Pruner) =>
  fixedPrefixes(projection, (key) => pruner.boundValues(key.name)?.map(key.written), MAX_PREFIXES);
