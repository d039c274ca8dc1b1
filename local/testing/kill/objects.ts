import { createHash, randomBytes } from 'node:crypto';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { answer, anyOf, type Load, type LoadClients, Registers } from './load';

const Bucket = 'objects';
const WRITERS = 3;
const KEYS = 40;
const md5 = (data: Uint8Array) => createHash('md5').update(data).digest('hex');

/** Objects that are put, overwritten and deleted; a value is the body's hash. */
export class Objects implements Load {
  readonly name = 'objects';
  private readonly model = new Registers();

  async prepare({ s3 }: LoadClients): Promise<void> {
    await s3.send(new CreateBucketCommand({ Bucket }));
  }

  async run(clients: LoadClients): Promise<void> {
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.write(clients, writer)));
  }

  async check({ s3 }: LoadClients): Promise<string[]> {
    const found = new Map<string, string>();
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      found.set(Key, md5((await Body?.transformToByteArray()) ?? new Uint8Array()));
    }
    return this.model.check(found);
  }

  private async write({ s3 }: LoadClients, writer: number): Promise<void> {
    for (;;) {
      const Key = `objects/${writer}/${anyOf(KEYS)}`;
      if (Math.random() < 0.2) {
        await this.model.set(Key, undefined, () => s3.send(new DeleteObjectCommand({ Bucket, Key })));
        continue;
      }
      const Body = randomBytes(anyOf(2) === 0 ? anyOf(500) : anyOf(100_000));
      await this.model.set(Key, md5(Body), () => s3.send(new PutObjectCommand({ Bucket, Key, Body })));
    }
  }
}

const UPLOADS = 'uploads';
/** S3's least size of a part that isn't the last one. */
const PART = Buffer.alloc(5 << 20, 'p');

/** A multipart upload as its client knows it. */
interface Upload {
  readonly Key: string;
  readonly UploadId: string;
  readonly parts: CompletedPart[];
  readonly last: Buffer;
  completed: 'no' | 'asked' | 'yes';
}

/**
 * Multipart uploads: acknowledged parts are listed and can be completed after a kill; a completed upload is an object.
 */
export class Multipart implements Load {
  readonly name = 'multipart';
  private readonly uploads: Upload[] = [];

  async prepare({ s3 }: LoadClients): Promise<void> {
    await s3.send(new CreateBucketCommand({ Bucket: UPLOADS }));
  }

  async run({ s3 }: LoadClients, cycle: number): Promise<void> {
    for (let index = 0; ; index++) {
      const Key = `${cycle}-${index}`;
      const { UploadId = '' } = await answer(s3.send(new CreateMultipartUploadCommand({ Bucket: UPLOADS, Key })));
      const upload: Upload = { Key, UploadId, parts: [], last: randomBytes(anyOf(10_000)), completed: 'no' };
      this.uploads.push(upload);
      for (const [at, Body] of [PART, upload.last].entries()) {
        const PartNumber = at + 1;
        const part = new UploadPartCommand({ Bucket: UPLOADS, Key, UploadId, PartNumber, Body });
        const { ETag } = await answer(s3.send(part));
        upload.parts.push({ PartNumber, ETag });
      }
      await this.complete(s3, upload);
    }
  }

  async check(clients: LoadClients): Promise<string[]> {
    const { s3 } = clients;
    const problems: string[] = [];
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: UPLOADS }));
    const open = new Set(Uploads.map(({ UploadId }) => UploadId));
    for (const upload of this.uploads.splice(0)) {
      const { Key, UploadId, last, completed } = upload;
      if (!open.has(UploadId)) {
        if (completed === 'no') problems.push(`the upload of ${Key} is gone`);
        else if (!(await this.isWhole(clients, upload))) problems.push(`${Key} was completed and isn't there`);
        continue;
      }
      if (completed === 'yes') problems.push(`the upload of ${Key} is still there after its completion`);
      const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket: UPLOADS, Key, UploadId }));
      const lost = upload.parts.filter(({ ETag }) => !Parts.some((part) => part.ETag === ETag));
      if (lost.length > 0) problems.push(`${lost.length} parts of ${Key} are missing`);
      for (const PartNumber of [1, 2].slice(upload.parts.length)) {
        const Body = PartNumber === 1 ? PART : last;
        const { ETag } = await s3.send(new UploadPartCommand({ Bucket: UPLOADS, Key, UploadId, PartNumber, Body }));
        upload.parts.push({ PartNumber, ETag });
      }
      await this.complete(s3, upload);
      if (!(await this.isWhole(clients, upload))) problems.push(`${Key} can't be completed after the restart`);
    }
    return problems;
  }

  private async complete(s3: LoadClients['s3'], upload: Upload): Promise<void> {
    const { Key, UploadId, parts } = upload;
    upload.completed = 'asked';
    const MultipartUpload = { Parts: parts };
    await answer(s3.send(new CompleteMultipartUploadCommand({ Bucket: UPLOADS, Key, UploadId, MultipartUpload })));
    upload.completed = 'yes';
  }

  /** Whether the object has its size, and the bytes of its last part; then it is deleted, to save the disk. */
  private async isWhole({ s3 }: LoadClients, { Key, last }: Upload): Promise<boolean> {
    const head = await s3.send(new HeadObjectCommand({ Bucket: UPLOADS, Key })).catch(() => undefined);
    if (head?.ContentLength !== PART.length + last.length) return false;
    const Range = `bytes=${PART.length - 1}-`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: UPLOADS, Key, Range }));
    const tail = Buffer.from((await Body?.transformToByteArray()) ?? []);
    await s3.send(new DeleteObjectCommand({ Bucket: UPLOADS, Key }));
    return tail.equals(Buffer.concat([PART.subarray(-1), last]));
  }
}
