import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Caller } from '../../core/operation';
import { Serial } from '../../core/serial';
import { ServiceState } from '../../core/service-state';
import { fileName } from '../../store/file-name';
import type { Checksum } from './body/checksum';
import { BodyFiles, type FileStep } from './body/files';
import { accessDenied, noSuchBucket } from './errors';
import { Notifier } from './notifications/notifier';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Server-side encryption as S3 reports it; bodies stay plain on this disk, so that a person can open them. */
export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** For an object, the key's ARN; for a bucket's default, the value as put: an id, an alias or an ARN. */
  readonly kmsKeyId?: string;
  readonly bucketKey?: boolean;
}

/** A bucket and its configurations, so that each change is one write. */
export interface Bucket {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** CreateBucket's location, if it differs from the region's name: `EU`. */
  readonly location?: string;
  readonly createdAt: number;
  /** Undefined before versioning is first set: all versions are null versions then. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly encryption: Encryption;
  /** Stored documents by sub-resource: `lifecycle`, `policy`, … */
  readonly documents: Readonly<Record<string, string>>;
  /** The lifecycle's smallest object to transition, a header of its API. */
  readonly transitionMinimum?: string;
}

/** Headers stored with an object, by S3's member names. */
export interface ObjectHeaders {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
  readonly ExpiresString?: string;
  readonly WebsiteRedirectLocation?: string;
  readonly StorageClass?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** One version of an object, or a delete marker. */
export interface StoredObject {
  readonly key: string;
  /** `null` for objects put while the bucket had no versioning. */
  readonly versionId: string;
  /** Increases with each version of a key. */
  readonly sequence: number;
  readonly deleteMarker?: boolean;
  /** Path of the body below S3's folder. */
  readonly path: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: number;
  readonly headers: ObjectHeaders;
  readonly encryption: Encryption;
  readonly checksum?: Checksum;
  readonly tags: readonly Tag[];
  /** Sizes of a multipart object's parts. */
  readonly parts?: readonly number[];
  /** The parts' checksums, if the object's is COMPOSITE. */
  readonly partChecksums?: readonly string[];
  /** Id of the upload that made the object. */
  readonly uploadId?: string;
}

export interface MultipartUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly startedAt: number;
  readonly headers: ObjectHeaders;
  readonly encryption: Encryption;
  readonly tags: readonly Tag[];
  readonly checksumAlgorithm?: Checksum['algorithm'];
  readonly checksumType?: Checksum['type'];
  readonly initiator?: { readonly ID: string; readonly DisplayName: string };
  /** Whether the key changed since the upload began: a completion with a condition then fails. */
  readonly disturbed?: boolean;
}

export interface UploadedPart {
  readonly partNumber: number;
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly checksum: Checksum;
  readonly lastModified: number;
}

/** Folder of bodies without an object. No bucket's name begins with a dot. */
const TEMPORARY = '.temporary';

/**
 * S3's tables and folder. The tables are authoritative: a body belongs to an object from the commit that says so, and
 * the move of its file, stored in the same commit, follows.
 */
export class S3State extends ServiceState {
  readonly files = new BodyFiles(join(this.cloud.options.dataDir, 's3'));
  private readonly locks = new Serial();
  readonly buckets = this.rows<Bucket>('s3.buckets');
  /** Buckets with a policy now or since the start: requests to others need no check of a Deny. */
  readonly withPolicy = new Set(
    [...this.buckets.getRange({})].flatMap(({ value }) => (value.documents.policy === undefined ? [] : value.name)),
  );
  /** Current objects by `objectKey`, without deleted ones. */
  readonly objects = this.cloud.store.binaryTable<StoredObject>('s3.objects');
  /** Old versions and delete markers by `versionKey`, newest of a key first. */
  readonly versions = this.cloud.store.binaryTable<StoredObject>('s3.versions');
  /** Uploads by bucket, key and upload id, see `uploadKey`. */
  readonly uploads = this.cloud.store.binaryTable<MultipartUpload>('s3.uploads');
  readonly parts = this.rows<UploadedPart>('s3.parts');
  private readonly pending = this.rows<readonly FileStep[]>('s3.pending');
  private nextPending = 0;
  /** Committed steps that are not yet done, oldest first: none, unless the disk refused one. */
  private readonly due: { readonly id: number; readonly steps: readonly FileStep[] }[] = [];

  /** Completes file moves that a killed process committed, and removes orphaned files. */
  async recover(): Promise<void> {
    const temporary = this.temporaryFolder();
    mkdirSync(temporary, { recursive: true });
    for (const { key, value } of this.pending.getRange({})) {
      this.files.apply(value);
      await this.pending.remove(key);
    }
    for (const name of readdirSync(temporary)) rmSync(join(temporary, name), { recursive: true, force: true });
    this.removeOrphanedParts();
  }

  // A process that dies between the end of an upload and the removal of its parts' files leaves them.
  private removeOrphanedParts(): void {
    const known = new Set([...this.uploads.getRange({})].map(({ value }) => value.uploadId));
    for (const bucket of this.buckets.getKeys({})) {
      const folder = this.files.absolute(join(fileName(String(bucket)), 'uploads'));
      if (!existsSync(folder)) continue;
      for (const uploadId of readdirSync(folder)) {
        if (!known.has(uploadId)) rmSync(join(folder, uploadId), { recursive: true, force: true });
      }
    }
  }

  /** Removes the files of an upload that is no longer in the tables. */
  async removeUploadFolder(bucket: string, uploadId: string): Promise<void> {
    await rm(this.files.absolute(join(fileName(bucket), 'uploads', uploadId)), { recursive: true, force: true });
  }

  /** Absolute. */
  temporaryFolder(): string {
    return this.files.absolute(TEMPORARY);
  }

  /** {@link temporaryFolder}, if the disk has space for a body. @throws DiskFull */
  roomyFolder(): string {
    this.cloud.store.disk.checkData();
    return this.temporaryFolder();
  }

  /** The path below S3's folder of a body staged in {@link temporaryFolder}. */
  stagedPath(absolute: string): string {
    return absolute.slice(this.files.root.length + 1).replaceAll(sep, '/');
  }

  /** Runs work that changes a key, with a lock on it, after pending file steps are done. */
  change<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    return this.locks.run(`${bucket}\0${key}`, () => {
      this.takeSteps();
      return work();
    });
  }

  /** Whether a key's metadata and its file may differ at the moment. */
  isBusy(bucket: string, key: string): boolean {
    return this.locks.isBusy(`${bucket}\0${key}`);
  }

  /** Waits until no work on a key is in progress: within that turn its metadata and its file correspond. */
  async whenIdle(bucket: string, key: string): Promise<void> {
    await this.locks.idle(`${bucket}\0${key}`);
    this.takeSteps();
  }

  /** Runs the work that assigns a staged body; if it fails, the body is removed. @param staged absolute path */
  async place<T>(staged: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const from = this.stagedPath(staged);
      const owned = this.due.some(({ steps }) => steps.some((step) => 'install' in step && step.install[0] === from));
      if (!owned) await rm(staged, { force: true });
      throw error;
    }
  }

  /**
   * Commits `write` together with the file steps it needs, then takes those steps.
   * @throws errors of `write`: nothing was written; the disk's errors in the steps: they stay pending
   */
  async commit(steps: readonly FileStep[], write: () => void): Promise<void> {
    const id = this.nextPending++;
    const notifier = this.cloud.state(Notifier);
    let hasEvents = false;
    const problem = await this.transaction((): { error?: unknown } => {
      const before = notifier.noted;
      try {
        write();
      } catch (error) {
        return { error };
      }
      hasEvents = notifier.noted > before;
      if (steps.length > 0) this.pending.put(id, steps);
      return {};
    });
    if ('error' in problem) throw problem.error;
    if (hasEvents) notifier.start();
    if (steps.length === 0) return;
    this.due.push({ id, steps });
    this.takeSteps();
  }

  /** Takes pending steps. @throws the disk's error: a read then fails, instead of returning another version's body */
  private takeSteps(): void {
    for (let next = this.due[0]; next !== undefined; next = this.due[0]) {
      this.files.apply(next.steps);
      this.due.shift();
      // The removal isn't awaited: if it is lost, the steps are repeated at the next start, which does no harm.
      this.pending
        .remove(next.id)
        .catch((error: Error) => this.cloud.options.log(`s3: a done step stays noted: ${error}`));
    }
  }

  /** @throws AwsError `NoSuchBucket`; `AccessDenied` for another account's */
  bucket(name: string, caller: Caller): Bucket {
    const found = this.buckets.get(name);
    if (found === undefined) throw noSuchBucket(name);
    if (found.accountId !== caller.accountId) throw accessDenied();
    return found;
  }
}
