import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { asCaller, type Owner } from '../../core/owner';
import { splitS3Uri } from '../../core/s3-uri';
import type { Undo } from '../../query/statements/context';
import { deletePartition } from '../glue/operations/delete-partition';
import { deleteTable } from '../glue/operations/delete-table';
import { getTable } from '../glue/operations/get-table';
import { deleteObjects } from '../s3/operations/delete-object';
import { listObjectsV2 } from '../s3/operations/list-objects';
import { putObject } from '../s3/operations/put-object';
import { AthenaState, type StoredExecution } from './state';

/** Most keys of DeleteObjects. */
const MAX_DELETES = 1_000;

/**
 * Ends every query that a killed process left running: SUCCEEDED if its change of the catalog is stored, else FAILED,
 * with its writes undone.
 */
export async function settleUnfinished(cloud: Cloud): Promise<void> {
  const state = cloud.state(AthenaState);
  for (const [owner, stored] of [...state.unfinished()]) {
    const write = state.writes.get(owner, stored.execution.QueryExecutionId as string);
    if (write?.committed === undefined)
      await state.transaction(() => state.putExecution(owner, stopped(stored, write?.undo, cloud)));
    else await succeed(cloud, owner, stored, write.committed.rows);
  }
  for (const { owner, names, value: write } of [...state.writes.all()]) {
    const id = names[0] as string;
    if (write.committed === undefined && !(await undoWrite(cloud, owner, id, write.undo))) continue;
    await state.writes.remove(owner, id);
  }
}

/** Undoes a write. @returns whether all is removed; the rest is tried again at the next start */
export async function undoWrite(cloud: Cloud, owner: Owner, id: string, undo: Undo | undefined): Promise<boolean> {
  try {
    if (undo !== undefined) await takeBack(cloud, owner, undo);
    return true;
  } catch (error) {
    cloud.options.log(`Athena query ${id}: what it wrote before it failed could not be removed: ${error}`);
    return false;
  }
}

/**
 * The failure of a query whose process was killed; "AthenaError" of the API reference tells the caller that it may be
 * retried.
 */
function stopped(stored: StoredExecution, undo: Undo | undefined, cloud: Cloud): StoredExecution {
  const message = 'The local endpoint stopped while the query was running.';
  const AthenaError = { ErrorCategory: 1, ErrorType: 200, Retryable: true, ErrorMessage: message };
  const Statistics = { ...stored.execution.Statistics, DataManifestLocation: undo?.manifestLocation };
  return ended(stored, { State: 'FAILED', StateChangeReason: message, AthenaError }, cloud, Statistics);
}

function ended(
  stored: StoredExecution,
  status: object,
  cloud: Cloud,
  Statistics = stored.execution.Statistics,
): StoredExecution {
  const { execution } = stored;
  const Status = { ...execution.Status, ...status, CompletionDateTime: new Date(cloud.clock.now()) };
  return { ...stored, execution: { ...execution, Statistics, Status } };
}

/** Ends a query successfully; the result of a statement that writes is empty. */
async function succeed(cloud: Cloud, owner: Owner, stored: StoredExecution, rows: number | undefined): Promise<void> {
  const location = splitS3Uri(stored.execution.ResultConfiguration?.OutputLocation as string);
  const put = (Key: string, text: string) =>
    cloud.call(putObject, { Bucket: location.Bucket, Key, Body: Buffer.from(text) }, asCaller(owner));
  try {
    await put(location.Key, '');
    await put(`${location.Key}.metadata`, JSON.stringify({ ColumnInfo: [] }));
  } catch (error) {
    cloud.options.log(`Athena query ${stored.execution.QueryExecutionId}: its result could not be written: ${error}`);
  }
  const state = cloud.state(AthenaState);
  const next = { ...ended(stored, { State: 'SUCCEEDED' }, cloud), updateCount: rows };
  await state.transaction(() => state.putExecution(owner, next));
}

async function takeBack(cloud: Cloud, owner: Owner, undo: Undo): Promise<void> {
  const caller = asCaller(owner);
  if (undo.table !== undefined) {
    const { DatabaseName, Name, location } = undo.table;
    const found = await unlessGone(cloud.call(getTable, { DatabaseName, Name }, caller));
    // Another statement may have created a table of that name since.
    if (found?.Table?.StorageDescriptor?.Location === location)
      await unlessGone(cloud.call(deleteTable, { DatabaseName, Name }, caller));
  }
  await removeObjects(cloud, owner, undo.objects ?? []);
  if (undo.folder !== undefined) await removeObjects(cloud, owner, await filesOfTable(cloud, owner, undo.folder));
  const { DatabaseName, TableName, values = [] } = undo.partitions ?? {};
  for (const PartitionValues of values) {
    await unlessGone(
      cloud.call(
        deletePartition,
        { DatabaseName: DatabaseName as string, TableName: TableName as string, PartitionValues },
        caller,
      ),
    );
  }
}

async function removeObjects(cloud: Cloud, owner: Owner, uris: readonly string[]): Promise<void> {
  const buckets = new Map<string, { Key: string }[]>();
  for (const { Bucket, Key } of uris.map(splitS3Uri)) buckets.set(Bucket, [...(buckets.get(Bucket) ?? []), { Key }]);
  for (const [Bucket, keys] of buckets) {
    for (let at = 0; at < keys.length; at += MAX_DELETES) {
      const Delete = { Objects: keys.slice(at, at + MAX_DELETES), Quiet: true };
      await unlessGone(cloud.call(deleteObjects, { Bucket, Delete }, asCaller(owner)));
    }
  }
}

/** Data and metadata files in the folder of a new Iceberg table that never reached the catalog. */
async function filesOfTable(cloud: Cloud, owner: Owner, folder: string): Promise<string[]> {
  const { Bucket, Key: Prefix } = splitS3Uri(folder);
  const found: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await unlessGone(cloud.call(listObjectsV2, { Bucket, Prefix, ContinuationToken }, asCaller(owner)));
    const keys = (page?.Contents ?? []).map(({ Key = '' }) => Key);
    const ours = /^(data\/.*\.parquet|metadata\/.*\.(avro|metadata\.json))$/;
    found.push(...keys.filter((key) => ours.test(key.slice(Prefix.length))).map((key) => `s3://${Bucket}/${key}`));
    ContinuationToken = page?.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

/** Undefined if the bucket, table or partition is gone: there is nothing to undo. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AwsError && /^(NoSuchBucket|EntityNotFoundException)$/.test(error.code)) return undefined;
    throw error;
  }
}
