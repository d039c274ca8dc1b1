import { currentSnapshot, type Snapshot, type TableMetadata } from '../format/metadata';
import type { IcebergTable } from './table';

/** Retention of VACUUM (Athena's "VACUUM", table properties). */
interface Retention {
  readonly snapshotAgeMs: number;
  readonly minSnapshots: number;
  readonly metadataFiles: number;
}

function retentionOf({ properties }: TableMetadata): Retention {
  return {
    snapshotAgeMs: Number(properties.vacuum_max_snapshot_age_seconds ?? 432_000) * 1000,
    minSnapshots: Math.max(1, Number(properties.vacuum_min_snapshots_to_keep ?? 1)),
    metadataFiles: Math.max(1, Number(properties.vacuum_max_metadata_files_to_keep ?? 100)),
  };
}

/** Age below which a file without a snapshot may belong to a commit in progress. */
const MIN_ORPHAN_AGE_MS = 300_000;

export interface VacuumResult {
  readonly expiredSnapshots: number;
  readonly removedFiles: number;
}

/**
 * Expires old snapshots, then removes every file below the table's location that no snapshot refers to: files of
 * expired snapshots at once, orphans of failed or killed writers once they are as old as snapshots may get.
 */
export async function vacuum(table: IcebergTable, now: () => number): Promise<VacuumResult> {
  const { metadata: before } = await table.load();
  const known = await filesOf(table, before);
  let expired = 0;
  const after = await table.commit(async (metadata) => {
    const next = withoutExpired(metadata, now());
    expired = metadata.snapshots.length - next.snapshots.length;
    return next;
  });
  const kept = await filesOf(table, after);
  const { entry, metadata: current } = await table.load();
  // Files of a commit in between, which `kept` lacks.
  for (const uri of await filesOf(table, current)) kept.add(uri);
  kept.add(entry.metadataLocation);
  const oldest = now() - Math.max(retentionOf(current).snapshotAgeMs, MIN_ORPHAN_AGE_MS);
  const removed: string[] = [];
  for (const { uri, lastModified } of await table.storage.list(`${current.location}/`)) {
    if (kept.has(uri)) continue;
    if (known.has(uri) || lastModified.getTime() <= oldest) removed.push(uri);
  }
  await table.storage.remove(removed);
  return { expiredSnapshots: expired, removedFiles: removed.length };
}

function withoutExpired(metadata: TableMetadata, now: number): TableMetadata {
  const { snapshotAgeMs, minSnapshots, metadataFiles } = retentionOf(metadata);
  const lineage = ancestors(metadata);
  const pinned = new Set(
    Object.entries(metadata.refs).flatMap(([name, ref]) => (name === 'main' ? [] : [ref['snapshot-id']])),
  );
  const young = (snapshot: Snapshot) => snapshot['timestamp-ms'] > now - snapshotAgeMs;
  const kept = new Set<bigint>();
  lineage.forEach((snapshot, index) => {
    if (index < minSnapshots || young(snapshot)) kept.add(snapshot['snapshot-id']);
  });
  const snapshots = metadata.snapshots.filter(
    (each) => kept.has(each['snapshot-id']) || pinned.has(each['snapshot-id']),
  );
  const ids = new Set(snapshots.map((each) => each['snapshot-id']));
  // The log holds the current snapshot of each time; a gap makes it useless for earlier times.
  const log = metadata['snapshot-log'];
  const gap = log.map((entry) => ids.has(entry['snapshot-id'])).lastIndexOf(false);
  return {
    ...metadata,
    snapshots,
    'snapshot-log': log.slice(gap + 1),
    'metadata-log': metadata['metadata-log'].slice(-metadataFiles),
  };
}

/** The current snapshot and its ancestors, newest first. */
export function ancestors(metadata: TableMetadata): Snapshot[] {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]));
  const found: Snapshot[] = [];
  for (let next = currentSnapshot(metadata); next !== undefined; ) {
    found.push(next);
    const parent = next['parent-snapshot-id'];
    next = parent === undefined ? undefined : byId.get(parent);
  }
  return found;
}

/** All files that a table's metadata refers to. */
async function filesOf(table: IcebergTable, metadata: TableMetadata): Promise<Set<string>> {
  const found = new Set(metadata['metadata-log'].map((entry) => entry['metadata-file']));
  const seen = new Set<string>();
  for (const snapshot of metadata.snapshots) {
    const list = snapshot['manifest-list'];
    if (list !== undefined) found.add(list);
    for (const manifest of await table.manifestsOf(snapshot, metadata)) {
      found.add(manifest.path);
      if (seen.has(manifest.path)) continue;
      seen.add(manifest.path);
      for (const { file, status } of await table.entriesOf(manifest, metadata)) {
        // Files that a manifest marks as deleted belong to earlier snapshots.
        if (status !== 2) found.add(file.path);
      }
    }
  }
  return found;
}

/** All files of a table, for DROP TABLE: those that its metadata refers to, and all others below its location. */
export async function allFiles(table: IcebergTable): Promise<string[]> {
  const { entry, metadata } = await table.load();
  const named = await filesOf(table, metadata).catch(() => new Set<string>());
  const listed = await table.storage.list(`${metadata.location}/`);
  return [...new Set([...named, ...listed.map(({ uri }) => uri), entry.metadataLocation])];
}
