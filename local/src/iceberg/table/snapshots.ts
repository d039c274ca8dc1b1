import { randomUUID } from 'node:crypto';
import {
  type DataFile,
  describeManifest,
  type Manifest,
  type ManifestEntry,
  STATUS,
  writeManifest,
  writeManifestList,
} from '../format/manifests';
import {
  currentSchema,
  currentSnapshot,
  newSnapshotId,
  type Snapshot,
  specOf,
  type TableMetadata,
  withSnapshot,
} from '../format/metadata';
import type { IcebergTable } from './table';

/** Changes of a snapshot. */
export interface SnapshotChange {
  /** Iceberg's operation, by the kinds of files added and removed. */
  readonly operation: 'append' | 'replace' | 'overwrite' | 'delete';
  readonly added: readonly DataFile[];
  /** Paths of data and delete files that leave the table. */
  readonly removed: ReadonlySet<string>;
  /** Sequence number of added data files that hold existing rows: older delete files must not apply to them again. */
  readonly dataSequenceNumber?: bigint;
  /** Further entries of the snapshot's summary. */
  readonly summary?: Readonly<Record<string, string>>;
}

/** Number of a snapshot's manifests of a kind at which they are merged ("commit.manifest.min-count-to-merge"). */
const MANIFESTS_TO_MERGE = 100;

/** Writes a snapshot's manifests and manifest list, and returns the metadata with it. */
export async function addSnapshot(
  table: IcebergTable,
  metadata: TableMetadata,
  change: SnapshotChange,
  now: number,
  abandoned: string[],
): Promise<TableMetadata> {
  const writer = new ManifestWriter(table, metadata, abandoned);
  const parent = currentSnapshot(metadata);
  const kept = await writer.withoutRemoved(await table.manifestsOf(parent, metadata), change.removed);
  const added = await writer.manifestsOfAdded(change.added, change.dataSequenceNumber);
  const manifests = await writer.merged([...added, ...kept.manifests]);
  const list = `${metadata.location}/metadata/snap-${writer.id}-1-${randomUUID()}.avro`;
  const parentId = parent?.['snapshot-id'];
  const head = { id: writer.id, ...(parentId !== undefined && { parentId }), sequenceNumber: writer.sequenceNumber };
  await table.storage.write(list, writeManifestList(manifests, head));
  abandoned.push(list);
  const snapshot: Snapshot = {
    'snapshot-id': writer.id,
    ...(parentId !== undefined && { 'parent-snapshot-id': parentId }),
    'sequence-number': writer.sequenceNumber,
    // Timestamps of snapshots never decrease, even if the clock does.
    'timestamp-ms': Math.max(now, (parent?.['timestamp-ms'] ?? 0) + (parent === undefined ? 0 : 1)),
    'manifest-list': list,
    summary: summaryOf(change, kept.removed, parent),
    'schema-id': currentSchema(metadata)['schema-id'],
  };
  return withSnapshot(metadata, snapshot);
}

/** Manifests with equal content and spec can be merged. */
const kindOf = ({ content, specId }: Manifest) => `${content}/${specId}`;

class ManifestWriter {
  readonly id = newSnapshotId();
  readonly sequenceNumber: bigint;

  constructor(
    private readonly table: IcebergTable,
    private readonly metadata: TableMetadata,
    private readonly abandoned: string[],
  ) {
    this.sequenceNumber = metadata['last-sequence-number'] + 1n;
  }

  /** Writes manifests of added files, one for each content and spec. */
  async manifestsOfAdded(files: readonly DataFile[], dataSequenceNumber?: bigint): Promise<Manifest[]> {
    const groups = new Map<string, DataFile[]>();
    for (const file of files) {
      const key = `${file.content === 0 ? 0 : 1}/${file.specId}`;
      groups.set(key, [...(groups.get(key) ?? []), file]);
    }
    const manifests: Manifest[] = [];
    for (const group of groups.values()) {
      const entries = group.map((file) => ({
        status: STATUS.added,
        snapshotId: this.id,
        sequenceNumber: file.content === 0 ? (dataSequenceNumber ?? this.sequenceNumber) : this.sequenceNumber,
        fileSequenceNumber: this.sequenceNumber,
        file,
      }));
      manifests.push(await this.write(entries, group[0]?.specId as number, group[0]?.content === 0 ? 0 : 1));
    }
    return manifests;
  }

  /** Rewrites manifests with removed files, which are marked as deleted. */
  async withoutRemoved(
    manifests: readonly Manifest[],
    removed: ReadonlySet<string>,
  ): Promise<{ manifests: Manifest[]; removed: DataFile[] }> {
    const kept: Manifest[] = [];
    const rewritten = new Map<string, ManifestEntry[]>();
    for (const manifest of manifests) {
      const entries = removed.size === 0 ? [] : await this.live(manifest);
      if (entries.some(({ file }) => removed.has(file.path))) {
        const key = kindOf(manifest);
        rewritten.set(key, [...(rewritten.get(key) ?? []), ...entries]);
        continue;
      }
      // A manifest with deleted files only is dropped: it described its own snapshot's change.
      if (manifest.length === 0 || manifest.addedFiles + manifest.existingFiles > 0) kept.push(manifest);
    }
    const gone: DataFile[] = [];
    for (const [key, entries] of rewritten) {
      const [content, specId] = key.split('/').map(Number) as [0 | 1, number];
      const next = entries.map((entry) => {
        if (!removed.has(entry.file.path)) return { ...entry, status: STATUS.existing };
        gone.push(entry.file);
        return { ...entry, status: STATUS.deleted, snapshotId: this.id };
      });
      kept.push(await this.write(next, specId, content));
    }
    return { manifests: kept, removed: gone };
  }

  /** Merges many small manifests, so that planning doesn't open a file for each commit. */
  async merged(manifests: readonly Manifest[]): Promise<Manifest[]> {
    const groups = new Map<string, Manifest[]>();
    for (const manifest of manifests) {
      const key = kindOf(manifest);
      groups.set(key, [...(groups.get(key) ?? []), manifest]);
    }
    const result: Manifest[] = [];
    const least = Number(this.metadata.properties['commit.manifest.min-count-to-merge'] ?? MANIFESTS_TO_MERGE);
    for (const group of groups.values()) {
      // Manifests of this snapshot stay separate: they tell its changes.
      const old = group.filter(({ snapshotId }) => snapshotId !== this.id);
      if (old.length < least) {
        result.push(...group);
        continue;
      }
      const entries = (await Promise.all(old.map((manifest) => this.live(manifest)))).flat();
      const { specId, content } = old[0] as Manifest;
      result.push(...group.filter(({ snapshotId }) => snapshotId === this.id));
      result.push(
        await this.write(
          entries.map((entry) => ({ ...entry, status: STATUS.existing })),
          specId,
          content,
        ),
      );
    }
    return result;
  }

  private async live(manifest: Manifest): Promise<ManifestEntry[]> {
    return (await this.table.entriesOf(manifest, this.metadata)).filter(({ status }) => status !== STATUS.deleted);
  }

  private async write(entries: readonly ManifestEntry[], specId: number, content: 0 | 1): Promise<Manifest> {
    const path = `${this.metadata.location}/metadata/${randomUUID()}-m0.avro`;
    const spec = specOf(this.metadata, specId);
    const bytes = writeManifest(entries, currentSchema(this.metadata), spec, content, this.sequenceNumber);
    await this.table.storage.write(path, bytes);
    this.abandoned.push(path);
    return describeManifest(path, bytes.length, entries, spec, content, this);
  }
}

const COUNTED = [
  'total-data-files',
  'total-delete-files',
  'total-records',
  'total-files-size',
  'total-position-deletes',
  'total-equality-deletes',
] as const;

/** Entries of the summary, by the names of Iceberg's own library. */
function summaryOf(
  change: SnapshotChange,
  removed: readonly DataFile[],
  parent: Snapshot | undefined,
): Record<string, string> {
  const tally = (files: readonly DataFile[], contents: readonly number[], of: (file: DataFile) => number) =>
    files.filter(({ content }) => contents.includes(content)).reduce((sum, file) => sum + of(file), 0);
  const one = () => 1;
  const rows = ({ recordCount }: DataFile) => recordCount;
  const size = (file: DataFile) => file.size;
  const of = (files: readonly DataFile[]) => ({
    'data-files': tally(files, [0], one),
    'delete-files': tally(files, [1, 2], one),
    records: tally(files, [0], rows),
    'files-size': tally(files, [0, 1, 2], size),
    'position-deletes': tally(files, [1], rows),
    'equality-deletes': tally(files, [2], rows),
  });
  const [added, gone] = [of(change.added), of(removed)];
  const lines: Record<string, string> = { operation: change.operation };
  const put = (name: string, value: number) => {
    if (value > 0) lines[name] = String(value);
  };
  put('added-data-files', added['data-files']);
  put('deleted-data-files', gone['data-files']);
  put('added-delete-files', added['delete-files']);
  put('removed-delete-files', gone['delete-files']);
  put('added-records', added.records);
  put('deleted-records', gone.records);
  put('added-files-size', added['files-size']);
  put('removed-files-size', gone['files-size']);
  put('added-position-deletes', added['position-deletes']);
  put('removed-position-deletes', gone['position-deletes']);
  put('added-equality-deletes', added['equality-deletes']);
  put('removed-equality-deletes', gone['equality-deletes']);
  const partitions = new Set([...change.added, ...removed].map((file) => `${file.specId}${String(file.partition)}`));
  lines['changed-partition-count'] = String(partitions.size);
  for (const name of COUNTED) {
    const key = name.slice('total-'.length) as keyof typeof added;
    lines[name] = String(Number(parent?.summary[name] ?? 0) + added[key] - gone[key]);
  }
  return { ...lines, ...change.summary };
}
