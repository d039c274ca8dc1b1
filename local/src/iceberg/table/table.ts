import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommitConflict } from '../format/errors';
import { type Manifest, type ManifestEntry, readManifest, readManifestList, STATUS } from '../format/manifests';
import {
  currentSnapshot,
  formatMetadata,
  parseMetadata,
  type Snapshot,
  specOf,
  type TableMetadata,
} from '../format/metadata';
import type { Catalog, CatalogEntry, Storage } from './storage';

/** A table with the metadata as loaded. */
export interface LoadedTable {
  readonly entry: CatalogEntry;
  readonly metadata: TableMetadata;
}

const MAX_METADATA_LOG = 100;

/** A table in a catalog: reads its metadata and manifests, and commits changes to it. */
export class IcebergTable {
  /** Manifests by path: they never change, so each is read once per object of this class. */
  private readonly manifests = new Map<string, Promise<ManifestEntry[]>>();

  constructor(
    readonly catalog: Catalog,
    readonly storage: Storage,
    /** Name in errors: `database.table`. */
    readonly name: string,
    private readonly now: () => number,
  ) {}

  async load(): Promise<LoadedTable> {
    const entry = await this.catalog.load();
    return { entry, metadata: parseMetadata((await this.storage.read(entry.metadataLocation)).toString()) };
  }

  async manifestsOf(snapshot: Snapshot | undefined, metadata: TableMetadata): Promise<Manifest[]> {
    if (snapshot === undefined) return [];
    const list = snapshot['manifest-list'];
    if (list !== undefined) return readManifestList(await this.storage.read(list));
    return (snapshot.manifests ?? []).map((path) => ({
      path,
      length: 0,
      specId: metadata['default-spec-id'],
      content: 0,
      sequenceNumber: 0n,
      minSequenceNumber: 0n,
      snapshotId: snapshot['snapshot-id'],
      addedFiles: 0,
      existingFiles: 0,
      deletedFiles: 0,
      addedRows: 0,
      existingRows: 0,
      deletedRows: 0,
      partitions: [],
    }));
  }

  entriesOf(manifest: Manifest, metadata: TableMetadata): Promise<ManifestEntry[]> {
    let found = this.manifests.get(manifest.path);
    if (found === undefined) {
      found = this.storage
        .read(manifest.path)
        .then((bytes) => readManifest(bytes, manifest, specOf(metadata, manifest.specId).fields));
      found.catch(() => this.manifests.delete(manifest.path));
      this.manifests.set(manifest.path, found);
    }
    return found;
  }

  /** The files of a snapshot. @param keep which manifests may matter */
  async liveEntries(
    snapshot: Snapshot | undefined,
    metadata: TableMetadata,
    keep: (manifest: Manifest) => boolean = () => true,
  ): Promise<ManifestEntry[]> {
    const manifests = (await this.manifestsOf(snapshot, metadata)).filter(keep);
    const entries = await Promise.all(manifests.map((manifest) => this.entriesOf(manifest, metadata)));
    return entries.flat().filter(({ status }) => status !== STATUS.deleted);
  }

  /**
   * Changes the table: writes the metadata that `change` makes of the current one, and swaps it in. If another commit
   * came first, `change` is called again with that one's metadata, and may throw {@link CommitConflict}.
   * @param change returns undefined if there is nothing to do; `abandoned` takes files to remove if the commit fails
   * @throws CommitConflict after `commit.retry.num-retries` attempts
   */
  async commit(
    change: (metadata: TableMetadata, abandoned: string[]) => Promise<TableMetadata | undefined>,
    retries?: number,
  ): Promise<TableMetadata> {
    for (let attempt = 0; ; attempt++) {
      const { entry, metadata } = await this.load();
      const written: string[] = [];
      let committed = false;
      try {
        const changed = await change(metadata, written);
        if (changed === undefined) return metadata;
        const next = this.stamped(changed, metadata, entry);
        const location = metadataPath(metadata.location, entry.metadataLocation);
        await this.storage.write(location, Buffer.from(formatMetadata(next)));
        written.push(location);
        committed = await this.catalog.swap(entry, location, next);
        if (committed) return next;
      } finally {
        if (!committed && written.length > 0) await this.storage.remove(written).catch(() => {});
      }
      const most = retries ?? Number(metadata.properties['commit.retry.num-retries'] ?? 4);
      if (attempt >= most) throw new CommitConflict(`Failed to commit Iceberg update to table: ${this.name}`);
      await sleep(Math.random() * Math.min(2_000, 50 * 2 ** attempt));
    }
  }

  private stamped(next: TableMetadata, before: TableMetadata, entry: CatalogEntry): TableMetadata {
    const now = this.now();
    const latest = currentSnapshot(next);
    const log = [
      ...before['metadata-log'],
      { 'timestamp-ms': before['last-updated-ms'], 'metadata-file': entry.metadataLocation },
    ];
    const most = Number(next.properties['write.metadata.previous-versions-max'] ?? MAX_METADATA_LOG);
    return {
      ...next,
      'last-updated-ms': Math.max(now, latest?.['timestamp-ms'] ?? 0),
      'metadata-log': log.slice(-Math.max(1, most)),
    };
  }
}

/** Path of the next metadata.json, `…/metadata/00003-<uuid>.metadata.json`: numbered after the one before. */
export function metadataPath(location: string, before: string | undefined): string {
  const version = before === undefined ? -1 : Number(/(\d+)(?:-[^/]*)?\.metadata\.json$/.exec(before)?.[1] ?? 0);
  return `${location}/metadata/${String(version + 1).padStart(5, '0')}-${randomUUID()}.metadata.json`;
}
