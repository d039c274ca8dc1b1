import { CommitConflict } from '../format/errors';
import { CONTENT, type DataFile, type ManifestEntry } from '../format/manifests';
import { currentSchema, currentSnapshot, specOf, type TableMetadata } from '../format/metadata';
import { type Predicate, Pruner } from './pruning';
import { deletedFrom, type ScanPlan } from './scan';
import { addSnapshot } from './snapshots';
import type { EngineRelation } from './storage';
import type { IcebergTable } from './table';
import { type FileWriter, writePositionDeletes } from './write-files';

/** Options of all commits of rows. */
export interface CommitOptions {
  readonly now: () => number;
  /** Further entries of the snapshot's summary. */
  readonly summary?: Readonly<Record<string, string>>;
  /** @default the table's `commit.retry.num-retries` */
  readonly retries?: number;
  /** Called before each attempt: true if the table already contains this commit. */
  readonly done?: (metadata: TableMetadata) => boolean;
}

/** Appends data files, on top of whatever was committed meanwhile. A failed commit removes the files. */
export async function append(
  table: IcebergTable,
  files: readonly DataFile[],
  options: CommitOptions,
): Promise<TableMetadata> {
  return orRemove(table, files, () =>
    table.commit(async (metadata, abandoned) => {
      if (options.done?.(metadata) === true) return undefined;
      const change = {
        operation: 'append' as const,
        added: files,
        removed: new Set<string>(),
        summary: options.summary,
      };
      return addSnapshot(table, metadata, change, options.now(), abandoned);
    }, options.retries),
  );
}

/** Deleted rows and files of added rows, found by a statement in one snapshot. */
export interface RowDelta {
  /** The table's metadata when the statement read it. */
  readonly base: TableMetadata;
  readonly plan: ScanPlan;
  /** Conditions that bound the rows that the statement read and changed. */
  readonly predicates: readonly Predicate[];
  /** Yields `file`, an index into the plan's data files, and `pos`, once for each deleted row. */
  readonly deletedRows: EngineRelation;
  readonly added: readonly DataFile[];
}

/**
 * Commits deleted and added rows as one snapshot, with position deletes; a data file that loses all rows is removed.
 * @returns the number of deleted rows
 * @throws CommitConflict if another commit changed the same rows, or added rows that the statement might have matched
 */
export async function commitRows(
  table: IcebergTable,
  delta: RowDelta,
  writer: FileWriter,
  options: CommitOptions,
): Promise<number> {
  const { base, plan } = delta;
  const { sql } = delta.deletedRows;
  const counting = `SELECT file, count(*) AS n FROM (${sql}) GROUP BY file ORDER BY file`;
  const counts = await writer.engine.rows({ ...delta.deletedRows, sql: counting });
  const emptied = new Set<number>();
  for (const row of counts) {
    const index = Number(row.file);
    if (remaining(plan, plan.data[index] as ManifestEntry) === Number(row.n)) emptied.add(index);
  }
  const touched = new Set(counts.map((row) => (plan.data[Number(row.file)] as ManifestEntry).file.path));
  const removed = new Set([...emptied].map((index) => (plan.data[index] as ManifestEntry).file.path));
  // Position deletes of a removed data file are removed too.
  for (const { file } of plan.positionDeletes) if (removed.has(deletedFrom(file) ?? '')) removed.add(file.path);
  const files = plan.data.map(({ file }) => file);
  const partial = counts.map((row) => Number(row.file)).filter((index) => !emptied.has(index));
  const deletes = await writePositionDeletes(delta.deletedRows, partial, files, base, writer);
  const added = [...delta.added, ...deletes];
  const operation = delta.added.length > 0 ? 'overwrite' : 'delete';
  if (touched.size > 0 || added.length > 0) {
    await orRemove(table, added, () =>
      table.commit(async (metadata, abandoned) => {
        if (options.done?.(metadata) === true) return undefined;
        await checkConflicts(table, base, metadata, touched, delta.predicates);
        const change = {
          operation: touched.size === 0 ? ('append' as const) : (operation as 'delete'),
          added,
          removed,
          summary: options.summary,
        };
        return addSnapshot(table, metadata, change, options.now(), abandoned);
      }, options.retries),
    );
  }
  return counts.reduce((sum, row) => sum + Number(row.n), 0);
}

/** The number of a file's remaining rows; undefined if only reading it would tell. */
function remaining({ positionDeletes, equalityDeletes }: ScanPlan, { file }: ManifestEntry): number | undefined {
  if (equalityDeletes.length > 0) return undefined;
  let rows = file.recordCount;
  for (const { file: deletes } of positionDeletes) {
    const only = deletedFrom(deletes);
    if (only === undefined) return undefined;
    if (only === file.path) rows -= deletes.recordCount;
  }
  return rows;
}

/**
 * Checks that the data which a statement read is unchanged: serializable isolation, as Athena's writes have it.
 * @param touched paths of the data files that lose rows
 * @throws CommitConflict
 */
export async function checkConflicts(
  table: IcebergTable,
  base: TableMetadata,
  now: TableMetadata,
  touched: ReadonlySet<string>,
  predicates: readonly Predicate[] | 'appends-allowed',
): Promise<void> {
  const fail = (why: string) => new CommitConflict(`Failed to commit Iceberg update to table: ${table.name}: ${why}`);
  if (base['table-uuid'] !== now['table-uuid']) throw fail('the table was replaced by another one');
  if (base['current-snapshot-id'] === now['current-snapshot-id']) return;
  const entries = await table.liveEntries(currentSnapshot(now), now);
  const paths = new Set(entries.map(({ file }) => file.path));
  for (const path of touched) if (!paths.has(path)) throw fail(`Missing required files to delete: ${path}`);
  const since = entries.filter(({ sequenceNumber }) => sequenceNumber > base['last-sequence-number']);
  for (const { file } of since) {
    if (file.content === CONTENT.data) {
      if (predicates === 'appends-allowed') continue;
      const pruner = new Pruner(predicates, currentSchema(now));
      if (pruner.fileMayMatch(file, specOf(now, file.specId).fields)) {
        throw fail(`Found conflicting files that can contain records matching the statement's condition: ${file.path}`);
      }
      continue;
    }
    const only = file.content === CONTENT.positionDeletes ? deletedFrom(file) : undefined;
    // An equality delete doesn't name the data files that it applies to, nor does a position delete for several files.
    if (only === undefined ? touched.size > 0 : touched.has(only)) {
      throw fail(`Found new conflicting delete files that can apply to records of the statement: ${file.path}`);
    }
  }
}

/** Removes files if their commit fails, so that they don't stay as orphans. */
export async function orRemove<T>(table: IcebergTable, files: readonly DataFile[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await table.storage.remove(files.map(({ path }) => path)).catch(() => {});
    throw error;
  }
}
