import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileName } from '../../store/file-name';
import { type Checksum, type ChecksumMembers, checksumOf, type ExpectedChecksum, startChecksum } from './body/checksum';
import {
  badPartChecksum,
  entityTooSmall,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
  noSuchUpload,
} from './errors';
import type { MultipartUpload, S3State, UploadedPart } from './state';
import { uploadKey } from './table-keys';

/** Smallest part, except for the last (Amazon S3 User Guide, "multipart upload limits"). */
const MIN_PART_BYTES = 5 * 1024 * 1024;
export const MAX_PARTS = 10_000;

/** @throws AwsError `NoSuchUpload`. */
export function findUpload(state: S3State, bucket: string, key: string, uploadId: string): MultipartUpload {
  const found = state.uploads.get(uploadKey(bucket, key, uploadId));
  if (found === undefined) throw noSuchUpload(uploadId);
  return found;
}

/** Runs work that changes an upload, with a lock on it. */
export function changeUpload<T>(state: S3State, upload: MultipartUpload, work: () => Promise<T>): Promise<T> {
  return state.change(upload.bucket, `${upload.key}\0${upload.uploadId}`, work);
}

/** Parts by number. @param after skips the parts up to and including this number */
export function partsOf(state: S3State, uploadId: string, after = 0): UploadedPart[] {
  const range = { start: [uploadId, after + 1], end: [uploadId, MAX_PARTS + 1] };
  return [...state.parts.getRange(range)].map(({ value }) => value);
}

/** Removes an upload and its parts from the tables; within a commit. */
export function forget(state: S3State, upload: MultipartUpload, parts: readonly UploadedPart[]): void {
  for (const { partNumber } of parts) state.parts.remove([upload.uploadId, partNumber]);
  state.uploads.remove(uploadKey(upload.bucket, upload.key, upload.uploadId));
}

export const partPath = (bucket: string, uploadId: string, partNumber: number) =>
  posix.join(fileName(bucket), 'uploads', uploadId, `${partNumber}-${randomUUID()}`);

/** A part in CompleteMultipartUpload. */
export interface ListedPart extends ChecksumMembers {
  readonly PartNumber?: number;
  readonly ETag?: string;
}

/**
 * The uploaded parts that a completion lists.
 * @throws AwsError `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `MalformedXML`; `InvalidRequest` for a
 * composite checksum if a part's is missing
 */
export function chooseParts(
  state: S3State,
  upload: MultipartUpload,
  listed: readonly ListedPart[] | undefined,
): UploadedPart[] {
  if (listed === undefined) throw invalidRequest('You must specify at least one part');
  if (listed.length === 0 || listed.length > MAX_PARTS) throw malformedXml();
  const uploaded = new Map(partsOf(state, upload.uploadId).map((part) => [part.partNumber, part]));
  let before = 0;
  const chosen = listed.map(({ PartNumber, ETag, ...checksums }) => {
    if (PartNumber === undefined || ETag === undefined) throw malformedXml();
    if (PartNumber <= before) throw invalidPartOrder(upload.uploadId);
    before = PartNumber;
    const part = uploaded.get(PartNumber);
    if (part === undefined || part.etag.replaceAll('"', '') !== ETag.replaceAll('"', ''))
      throw invalidPart(upload.uploadId, PartNumber, ETag);
    checkPartChecksum(upload, part, checksumOf(checksums));
    return part;
  });
  for (const part of chosen.slice(0, -1)) {
    if (part.size < MIN_PART_BYTES) throw entityTooSmall(part.partNumber, part.size, part.etag);
  }
  return chosen;
}

function checkPartChecksum(
  { uploadId, checksumAlgorithm, checksumType }: MultipartUpload,
  { partNumber, etag, checksum }: UploadedPart,
  listed: ExpectedChecksum | undefined,
): void {
  if (listed === undefined && checksumAlgorithm !== undefined && checksumType === 'COMPOSITE') {
    const name = checksumAlgorithm.toLowerCase();
    throw invalidRequest(
      `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
    );
  }
  if (listed === undefined) return;
  if (checksumAlgorithm !== undefined && listed.algorithm !== checksumAlgorithm)
    throw badPartChecksum(listed.algorithm, partNumber);
  // An upload without an algorithm has no checksums of parts to compare.
  if (checksumAlgorithm === undefined || listed.value !== checksum.value) throw invalidPart(uploadId, partNumber, etag);
}

/** Writes the parts one after the other to a file of its own, with the checksum of the whole. */
export async function joinParts(
  state: S3State,
  parts: readonly UploadedPart[],
  algorithm: Checksum['algorithm'],
): Promise<{ path: string; size: number; checksum: string }> {
  const path = join(state.temporaryFolder(), randomUUID());
  const running = startChecksum(algorithm);
  let size = 0;
  const file = await open(path, 'wx');
  try {
    for (const part of parts) {
      for await (const chunk of createReadStream(state.files.absolute(part.path), { highWaterMark: 1 << 20 })) {
        running.update(chunk as Buffer);
        for (let done = 0; done < (chunk as Buffer).length; )
          done += (await file.write(chunk as Buffer, done)).bytesWritten;
        size += (chunk as Buffer).length;
      }
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return { path, size, checksum: running.digest().toString('base64') };
}

/** A multipart object's entity tag: the MD5 of its parts' MD5s, with their number. */
export function multipartEtag(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return `"${hash.digest('hex')}-${parts.length}"`;
}

/** The checksum of the parts' checksums. */
export function compositeChecksum(parts: readonly UploadedPart[], algorithm: Checksum['algorithm']): string {
  const running = startChecksum(algorithm);
  for (const { checksum } of parts) running.update(Buffer.from(checksum.value, 'base64'));
  return `${running.digest().toString('base64')}-${parts.length}`;
}
