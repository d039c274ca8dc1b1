import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller } from '../../core/operation';
import { Serial } from '../../core/serial';
import { ServiceState } from '../../core/service-state';
import type { Checksum } from './body/checksum';
import { BodyFiles, type FileStep } from './body/files';
import { accessDenied, noSuchBucket } from './errors';
import { Notifier } from './notifications/notifier';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Server-side encryption as S3 reports it; bodies stay plain on this disk, for a person to open. */
export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** Of an object the key's ARN; of a bucket's default what was put: an id, an alias or an ARN. */
  readonly kmsKeyId?: string;
  readonly bucketKey?: boolean;
}

/** A bucket and its configurations, so that each change of them is one write. */
export interface Bucket {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** What CreateBucket said instead of the region's name: `EU`. */
  readonly location?: string;
  readonly createdAt: number;
  /** Undefined until versioning is first set: then null versions are all there are. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly encryption: Encryption;
  /** Bodies of the sub-resources' documents as they were put, by sub-resource: `lifecycle`, `policy`, … */
  readonly documents: Readonly<Record<string, string>>;
  /** The lifecycle's smallest object to transition, a header of its API. */
  readonly transitionMinimum?: string;
}

/** What is told back of an object besides its body, by S3's member names. */
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
  /** `null` for what was put while the bucket had no versioning. */
  readonly versionId: string;
  /** Grows with each version of a key. */
  readonly sequence: number;
  readonly deleteMarker?: boolean;
  /** Of the body, below S3's folder. */
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
  /** The parts' checksums, where the object's is made of them (COMPOSITE). */
  readonly partChecksums?: readonly string[];
  /** The upload that made the object. */
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
  /** Whether the key was put or deleted since the upload began: no completion with a condition then. */
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

/** Where bodies are while they belong to no object. No bucket's name begins with a dot. */
const TEMPORARY = '.temporary';

/**
 * S3's tables and folder. The tables are the truth: a body is an object's from the moment of the commit that says so,
 * and the file's move into place, written down in the same commit, follows it.
 */
export class S3State extends ServiceState {
  readonly files = new BodyFiles(join(this.cloud.options.dataDir, 's3'));
  private readonly locks = new Serial();
  readonly buckets = this.rows<Bucket>('s3.buckets');
  /** Buckets that have a policy, or had one since the start: a request to another needs no look at what may be denied. */
  readonly withPolicy = new Set(
    [...this.buckets.getRange({})].flatMap(({ value }) => (value.documents.policy === undefined ? [] : value.name)),
  );
  /** Current objects by {@link objectKey}; what is deleted isn't here. */
  readonly objects = this.cloud.store.binaryTable<StoredObject>('s3.objects');
  /** Old versions and delete markers by {@link versionKey}, the newest of a key first. */
  readonly versions = this.cloud.store.binaryTable<StoredObject>('s3.versions');
  /** By bucket, key and upload id, as {@link uploadKey} has it. */
  readonly uploads = this.cloud.store.binaryTable<MultipartUpload>('s3.uploads');
  readonly parts = this.rows<UploadedPart>('s3.parts');
  private readonly pending = this.rows<readonly FileStep[]>('s3.pending');
  private nextPending = 0;
  /** Steps that are committed and not taken yet, the oldest first: none, unless the disk refused one. */
  private readonly due: { readonly id: number; readonly steps: readonly FileStep[] }[] = [];

  /** Finishes the file moves that a killed process committed but didn't make, and removes what nobody owns. */
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
      const folder = this.files.absolute(join(String(bucket), 'uploads'));
      if (!existsSync(folder)) continue;
      for (const uploadId of readdirSync(folder)) {
        if (!known.has(uploadId)) rmSync(join(folder, uploadId), { recursive: true, force: true });
      }
    }
  }

  /** Removes the files of an upload that is no longer in the tables. */
  async removeUploadFolder(bucket: string, uploadId: string): Promise<void> {
    await rm(this.files.absolute(join(bucket, 'uploads', uploadId)), { recursive: true, force: true });
  }

  /** Absolute. */
  temporaryFolder(): string {
    return this.files.absolute(TEMPORARY);
  }

  /** {@link temporaryFolder}, while the disk has room for a body. @throws DiskFull */
  roomyFolder(): string {
    this.cloud.store.disk.checkData();
    return this.temporaryFolder();
  }

  /** The path below S3's folder of a body that was staged in {@link temporaryFolder}. */
  stagedPath(absolute: string): string {
    return absolute.slice(this.files.root.length + 1);
  }

  /** Runs work that changes a key, alone on that key, and on files that are as the tables say. */
  change<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    return this.locks.run(`${bucket}\0${key}`, () => {
      this.settle();
      return work();
    });
  }

  /** Whether a key's metadata and its file may not belong together at the moment. */
  isBusy(bucket: string, key: string): boolean {
    return this.locks.isBusy(`${bucket}\0${key}`);
  }

  /** Waits until nobody is at work on a key: in the turn after that its metadata and its file belong together. */
  async settled(bucket: string, key: string): Promise<void> {
    await this.locks.idle(`${bucket}\0${key}`);
    this.settle();
  }

  /** Runs the work that makes a staged body somebody's; where that fails, the body is removed. @param staged absolute */
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
   * @throws what `write` throws: then nothing was written; what the disk refuses of the steps: then they stay due.
   */
  async commit(steps: readonly FileStep[], write: () => void): Promise<void> {
    const id = this.nextPending++;
    const notifier = this.cloud.state(Notifier);
    let isTold = false;
    const problem = await this.transaction((): { error?: unknown } => {
      const before = notifier.noted;
      try {
        write();
      } catch (error) {
        return { error };
      }
      isTold = notifier.noted > before;
      if (steps.length > 0) this.pending.put(id, steps);
      return {};
    });
    if ('error' in problem) throw problem.error;
    if (isTold) notifier.start();
    if (steps.length === 0) return;
    this.due.push({ id, steps });
    this.settle();
  }

  /** Takes the steps that are due. @throws what the disk refuses: better no body than one of another version. */
  private settle(): void {
    for (let next = this.due[0]; next !== undefined; next = this.due[0]) {
      this.files.apply(next.steps);
      this.due.shift();
      // Not waited for: done twice, the steps do no harm.
      this.pending
        .remove(next.id)
        .catch((error: Error) => this.cloud.options.log(`s3: a done step stays noted: ${error}`));
    }
  }

  /** @throws AwsError `NoSuchBucket`; `AccessDenied` if it is another account's. */
  bucket(name: string, caller: Caller): Bucket {
    const found = this.buckets.get(name);
    if (found === undefined) throw noSuchBucket(name);
    if (found.accountId !== caller.accountId) throw accessDenied();
    return found;
  }
}

export function objectKey(bucket: string, key: string): Buffer {
  return Buffer.from(`${bucket}\0${key}`);
}

export function uploadKey(bucket: string, key: string, uploadId: string): Buffer {
  return Buffer.concat([versionPrefix(bucket, key), Buffer.from(uploadId)]);
}

/** What all versions of a key begin with; in their order keys are in the order of their bytes. */
export function versionPrefix(bucket: string, key: string): Buffer {
  return Buffer.from(`${bucket}\0${key.replaceAll('\0', '\0\u0002')}\0\u0001`);
}

const MAX_SEQUENCE = 2 ** 48 - 1;

export function versionKey(bucket: string, key: string, sequence: number): Buffer {
  const order = Buffer.alloc(6);
  order.writeUIntBE(MAX_SEQUENCE - sequence, 0, 6);
  return Buffer.concat([versionPrefix(bucket, key), order]);
}

/** The first bytes after all that begin with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  for (let index = end.length - 1; index >= 0; index--) {
    const byte = end[index] as number;
    if (byte < 0xff) {
      end[index] = byte + 1;
      return end.subarray(0, index + 1);
    }
  }
  return Buffer.from([0xff, 0xff, 0xff, 0xff]);
}
