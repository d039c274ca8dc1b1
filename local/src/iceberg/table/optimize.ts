import { CONTENT, type ManifestEntry } from '../format/manifests';
import { currentSnapshot, type TableMetadata } from '../format/metadata';
import { type CommitOptions, checkConflicts, orRemove } from './changes';
import type { Predicate } from './pruning';
import { deletedFrom, planScan, positionDeletes, type ScanPlan, scan } from './scan';
import { addSnapshot } from './snapshots';
import type { IcebergTable } from './table';
import { type FileWriter, writeDataFiles } from './write-files';

/** OPTIMIZE's choice of files (Athena's "Creating Iceberg tables", table properties). */
interface Thresholds {
  /** Fewest files to rewrite; with fewer, none is. */
  readonly dataFiles: number;
  /** Number of delete files from which a data file is rewritten. */
  readonly deleteFiles: number;
  /** Bytes; smaller and larger files are rewritten. */
  readonly minBytes: number;
  readonly maxBytes: number;
}

const TARGET_BYTES = 536_870_912;

function thresholdsOf({ properties }: TableMetadata): Thresholds {
  const number = (name: string, otherwise: number) => Number(properties[name] ?? otherwise);
  const target = number('write_target_data_file_size_bytes', TARGET_BYTES);
  return {
    dataFiles: number('optimize_rewrite_data_file_threshold', 5),
    deleteFiles: number('optimize_rewrite_delete_file_threshold', 2),
    minBytes: number('optimize_rewrite_min_data_file_size_bytes', 0.75 * target),
    maxBytes: number('optimize_rewrite_max_data_file_size_bytes', 1.8 * target),
  };
}

/**
 * Rewrites small files, and those with deleted rows, into fewer ones with the current partitioning.
 * @param predicates conditions on partition columns that bound the rewriting
 * @returns the number of rewritten data files
 * @throws CommitConflict if another commit deleted rows of the same files
 */
export async function optimize(
  table: IcebergTable,
  predicates: readonly Predicate[],
  writer: FileWriter,
  options: CommitOptions,
): Promise<number> {
  const { metadata: base } = await table.load();
  const plan = await planScan(table, base, currentSnapshot(base), predicates);
  const chosen = choose(plan, base);
  if (chosen.length === 0) return 0;
  const part: ScanPlan = { ...plan, data: chosen };
  const rows = await scan(part, table, base, writer.engine);
  const files = await writeDataFiles(rows, base, { ...writer, maxPartitions: Number.POSITIVE_INFINITY });
  const replaced = new Set(chosen.map(({ file }) => file.path));
  const sequence = base['last-sequence-number'];
  await orRemove(table, files, () =>
    table.commit(async (metadata, abandoned) => {
      await checkConflicts(table, base, metadata, replaced, 'appends-allowed');
      const dangling = await danglingDeletes(table, metadata, replaced, writer);
      const removed = new Set([...replaced, ...dangling]);
      const change = {
        operation: 'replace' as const,
        added: files,
        removed,
        dataSequenceNumber: sequence,
        summary: options.summary,
      };
      return addSnapshot(table, metadata, change, options.now(), abandoned);
    }, options.retries),
  );
  return chosen.length;
}

function choose(plan: ScanPlan, metadata: TableMetadata): readonly ManifestEntry[] {
  const { dataFiles, deleteFiles, minBytes, maxBytes } = thresholdsOf(metadata);
  const deletesOf = ({ file, sequenceNumber }: ManifestEntry) =>
    plan.positionDeletes.filter((each) => (deletedFrom(each.file) ?? file.path) === file.path).length +
    plan.equalityDeletes.filter((each) => each.sequenceNumber > sequenceNumber).length;
  const deleted = plan.data.filter((entry) => deletesOf(entry) >= deleteFiles);
  const misfits = plan.data.filter(({ file }) => file.size < minBytes || file.size > maxBytes);
  const candidates = new Set([...deleted, ...(misfits.length >= dataFiles ? misfits : [])]);
  const stale = plan.data.filter(({ file }) => file.specId !== metadata['default-spec-id']);
  if (stale.length >= dataFiles) for (const entry of stale) candidates.add(entry);
  return plan.data.filter((entry) => candidates.has(entry));
}

/** Position delete files for replaced data files only. */
async function danglingDeletes(
  table: IcebergTable,
  metadata: TableMetadata,
  replaced: ReadonlySet<string>,
  { engine }: FileWriter,
): Promise<string[]> {
  const live = await table.liveEntries(currentSnapshot(metadata), metadata);
  const left = live.filter(({ file }) => file.content === CONTENT.data && !replaced.has(file.path));
  const remaining = new Set(left.map(({ file }) => file.path));
  const found: string[] = [];
  for (const { file, sequenceNumber } of live) {
    if (file.content === CONTENT.equalityDeletes) {
      if (!left.some((entry) => entry.sequenceNumber < sequenceNumber)) found.push(file.path);
      continue;
    }
    if (file.content !== CONTENT.positionDeletes) continue;
    const only = deletedFrom(file);
    const about = only === undefined ? await pathsIn(file.path, table, engine) : [only];
    if (!about.some((path) => remaining.has(path))) found.push(file.path);
  }
  return found;
}

async function pathsIn(path: string, table: IcebergTable, engine: FileWriter['engine']): Promise<string[]> {
  const local = await table.storage.local(path);
  const sql = `SELECT DISTINCT file_path FROM ${positionDeletes([local.path])}`;
  const rows = await engine.rows({ sql, files: [local.path] });
  return rows.map((row) => String(row.file_path));
}
