import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream, linkSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Crc } from '../../../core/crc';
import {
  badChecksum,
  badMd5,
  entityTooLarge,
  incompleteBody,
  invalidDigest,
  invalidRequest,
  sha256Mismatch,
} from '../errors';
import { decodeAwsChunked } from './aws-chunked';
import { type Checksum, checksumHeader, type ExpectedChecksum, isWellFormed, startChecksum } from './checksum';

/** A local file that becomes an object: it is moved on success, and stays otherwise. */
export interface LocalFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Bodies of S3's operations; a stream over HTTP. */
export type S3Body = Buffer | Uint8Array | string | Readable | LocalFile;

/** A request's statements about its body; all given ones are checked. */
export interface BodyExpectations {
  /** Bytes, without chunk framing. */
  readonly length?: number;
  /** Base64. */
  readonly contentMd5?: string;
  /** SigV4's hash of the payload in hexadecimal, if the client computed it. */
  readonly sha256?: string;
  readonly checksum?: ExpectedChecksum;
  /** Whether the body has SigV4's chunk framing, with the checksum's value in a trailer. */
  readonly awsChunked?: boolean;
  /** Name of the trailing header that follows the chunks. */
  readonly trailer?: string;
}

/** A body on disk that belongs to no object yet, with its computed digests. */
export interface StagedBody {
  readonly path: string;
  readonly size: number;
  readonly md5: Buffer;
  readonly checksum: Checksum;
}

/** Most bytes of one PUT, 5 GiB (Amazon S3 User Guide, "Amazon S3 multipart upload limits"). */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

/**
 * Writes a body to a file in `folder` and checks it meanwhile. The file is removed if the body is invalid or
 * incomplete.
 * @throws AwsError `BadDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`, `EntityTooLarge`, …
 */
export async function stageBody(folder: string, body: S3Body, expected: BodyExpectations = {}): Promise<StagedBody> {
  checkForm(expected);
  const path = join(folder, randomUUID());
  try {
    const digest = new BodyDigest(expected, body instanceof Readable ? 'CRC64NVME' : 'CRC32');
    if (isLocalFile(body)) {
      if (body.size <= SMALL) digest.update(readFileSync(body.path));
      else
        for await (const chunk of createReadStream(body.path, { highWaterMark: SMALL })) digest.update(chunk as Buffer);
      await linkFile(body.path, path);
    } else {
      await writeBody(path, body, expected, digest);
    }
    return { path, ...digest.finish() };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/**
 * Checks the form of a request's statements about its body.
 * @throws AwsError `InvalidDigest`, `InvalidRequest`, `EntityTooLarge`
 */
export function checkForm({ contentMd5, checksum, length }: BodyExpectations): void {
  if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').length !== 16) throw invalidDigest(contentMd5);
  if (checksum?.value !== undefined && !isWellFormed(checksum.algorithm, checksum.value))
    throw invalidRequest(`Value for ${checksumHeader(checksum.algorithm)} header is invalid.`);
  if (length !== undefined && length > MAX_PUT_BYTES) throw entityTooLarge(length, MAX_PUT_BYTES);
}

/** Most bytes that are read or written synchronously: turns of the event loop cost each of Athena's results 0.5 ms. */
const SMALL = 1 << 20;

async function writeBody(
  path: string,
  body: Exclude<S3Body, LocalFile>,
  expected: BodyExpectations,
  digest: BodyDigest,
): Promise<void> {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = Buffer.from(body as Uint8Array);
    digest.update(bytes);
    if (bytes.length <= SMALL) writeFileSync(path, bytes, { flag: 'wx' });
    else await writeFile(path, bytes, { flag: 'wx' });
    return;
  }
  const file = await open(path, 'wx');
  try {
    const chunks = expected.awsChunked === true ? decodeAwsChunked(body, digest.trailers, expected.trailer) : body;
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      digest.update(chunk);
      await writeAll(file, chunk);
    }
  } finally {
    await file.close();
  }
}

// A full disk may accept a part of a write: the rest is retried, and then fails.
async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
}

/** Digests of a body's bytes, with the values to compare them with. */
class BodyDigest {
  readonly trailers = new Map<string, string>();
  private size = 0;
  private readonly md5: Hash = createHash('md5');
  private readonly sha256: Hash | undefined;
  private readonly algorithm: Checksum['algorithm'];
  private readonly running: Crc;

  constructor(
    private readonly expected: BodyExpectations,
    byDefault: Checksum['algorithm'],
  ) {
    this.sha256 = expected.sha256 === undefined ? undefined : createHash('sha256');
    // S3 gives every object a checksum: CRC64NVME if the client chose none. Calls from inside of the endpoint send none
    // either; theirs is CRC32, the SDKs' default.
    this.algorithm = expected.checksum?.algorithm ?? byDefault;
    this.running = startChecksum(this.algorithm);
  }

  update(chunk: Buffer): void {
    this.size += chunk.length;
    const { length } = this.expected;
    if (length !== undefined && this.size > length) throw incompleteBody();
    if (this.size > MAX_PUT_BYTES) throw entityTooLarge(this.size, MAX_PUT_BYTES);
    this.md5.update(chunk);
    this.sha256?.update(chunk);
    this.running.update(chunk);
  }

  finish(): Omit<StagedBody, 'path'> {
    const { length, contentMd5, sha256 } = this.expected;
    if (length !== undefined && this.size !== length) throw incompleteBody();
    const md5 = this.md5.digest();
    if (contentMd5 !== undefined && !md5.equals(Buffer.from(contentMd5, 'base64')))
      throw badMd5(contentMd5, md5.toString('base64'));
    const computed = this.sha256?.digest('hex');
    if (sha256 !== undefined && computed !== sha256) throw sha256Mismatch(sha256, computed ?? '');
    const value = this.running.digest().toString('base64');
    const wanted = this.expected.checksum?.value ?? trailingChecksum(this.trailers, this.algorithm);
    if (wanted !== undefined && wanted !== value) throw badChecksum(this.algorithm);
    return { size: this.size, md5, checksum: { algorithm: this.algorithm, value, type: 'FULL_OBJECT' } };
  }
}

/** The checksum in the trailing headers. @throws AwsError `InvalidRequest` */
export function trailingChecksum(
  trailers: ReadonlyMap<string, string>,
  algorithm: Checksum['algorithm'],
): string | undefined {
  const name = checksumHeader(algorithm);
  const value = trailers.get(name);
  if (value !== undefined && !isWellFormed(algorithm, value))
    throw invalidRequest(`Value for ${name} trailing header is invalid.`);
  return value;
}

export function isLocalFile(body: S3Body): body is LocalFile {
  return (
    typeof body === 'object' && !(body instanceof Uint8Array) && 'path' in body && 'size' in body && !('pipe' in body)
  );
}

// A hard link, which costs no bytes. Between file systems, and on those without links, the file is copied.
async function linkFile(from: string, to: string): Promise<void> {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    await copyFile(from, to);
  }
}
