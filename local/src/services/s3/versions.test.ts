import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as s3 from '@aws-sdk/client-s3';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const clock = new TestClock(Date.now());
const local = localFixture({ clock });
const { newBucket, put, get, read, send } = objectsOf(local);

describe('listings', () => {
  test('are in the order of bytes, by prefix and delimiter, page by page', async () => {
    const bucket = await newBucket();
    const keys = ['a', 'b/1', 'b/2', 'b/c/1', 'b0', 'c/1', 'c/2', 'd', '\uffee', '😀'];
    await Promise.all(keys.map((key) => put(bucket, key, '')));
    const entries: (string | undefined)[] = [];
    const pages = s3.paginateListObjectsV2({ client: local.s3, pageSize: 2 }, { Bucket: bucket, Delimiter: '/' });
    for await (const page of pages) {
      expect(page.KeyCount).toBeLessThanOrEqual(2);
      entries.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
    }
    expect(new Set(entries)).toEqual(new Set(['a', 'b/', 'b0', 'c/', 'd', '\uffee', '😀']));
    expect(entries).toHaveLength(7);
    const below = await send(new s3.ListObjectsV2Command({ Bucket: bucket, Prefix: 'b/', Delimiter: '/' }));
    expect(below.Contents?.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
    expect(below.CommonPrefixes).toEqual([{ Prefix: 'b/c/' }]);
    const after = await send(new s3.ListObjectsV2Command({ Bucket: bucket, StartAfter: 'b/c/1', MaxKeys: 2 }));
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['b0', 'c/1']);
    const first = await send(new s3.ListObjectsCommand({ Bucket: bucket, Delimiter: '/', MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b/' });
    const second = await send(
      new s3.ListObjectsCommand({ Bucket: bucket, Delimiter: '/', MaxKeys: 2, Marker: first.NextMarker }),
    );
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['b0']);
    // A marker below a common prefix skips it; `StartAfter` doesn't.
    const marked = await send(new s3.ListObjectsCommand({ Bucket: bucket, Delimiter: '/', Marker: 'b/1' }));
    expect(marked.CommonPrefixes).toEqual([{ Prefix: 'c/' }]);
    const started = await send(new s3.ListObjectsV2Command({ Bucket: bucket, Delimiter: '/', StartAfter: 'b/1' }));
    expect(started.CommonPrefixes).toEqual([{ Prefix: 'b/' }, { Prefix: 'c/' }]);
    expect(await send(new s3.ListObjectsV2Command({ Bucket: bucket, MaxKeys: 0 }))).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
    await expect(send(new s3.ListObjectsV2Command({ Bucket: bucket, MaxKeys: -1 }))).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
  });
});

describe('versions', () => {
  const version = (Bucket: string, Status: s3.BucketVersioningStatus) =>
    send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const remove = (Bucket: string, Key: string, VersionId?: string) =>
    send(new s3.DeleteObjectCommand({ Bucket, Key, VersionId }));
  const list = (Bucket: string) => send(new s3.ListObjectVersionsCommand({ Bucket }));

  test('are kept behind the current one, and behind a delete marker', async () => {
    const bucket = await newBucket();
    await put(bucket, 'k', 'zero');
    await version(bucket, 'Enabled');
    const one = await put(bucket, 'k', 'one');
    const two = await put(bucket, 'k', 'two');
    expect(await read(bucket, 'k')).toBe('two');
    expect(await read(bucket, 'k', { VersionId: one.VersionId })).toBe('one');
    expect(await read(bucket, 'k', { VersionId: 'null' })).toBe('zero');
    const marker = await remove(bucket, 'k');
    expect(marker.DeleteMarker).toBe(true);
    await expect(get(bucket, 'k')).rejects.toThrow(s3.NoSuchKey);
    await expect(get(bucket, 'k', { VersionId: marker.VersionId })).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    const { VersionId } = marker;
    await expect(send(new s3.GetObjectTaggingCommand({ Bucket: bucket, Key: 'k', VersionId }))).rejects.toMatchObject({
      name: 'MethodNotAllowed',
    });
    const listed = await list(bucket);
    expect(listed.DeleteMarkers).toMatchObject([{ Key: 'k', VersionId: marker.VersionId, IsLatest: true }]);
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [two.VersionId, false],
      [one.VersionId, false],
      ['null', false],
    ]);
    await remove(bucket, 'k', marker.VersionId);
    expect(await read(bucket, 'k')).toBe('two');
    await remove(bucket, 'k', two.VersionId);
    expect(await read(bucket, 'k')).toBe('one');
    expect(readFileSync(join(local.dataDir, 's3', bucket, 'objects/k'), 'utf8')).toBe('one');
    await expect(send(new s3.DeleteBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
  });

  test('of a suspended bucket: one null version takes the place of the other', async () => {
    const bucket = await newBucket();
    await version(bucket, 'Enabled');
    const kept = await put(bucket, 'k', 'kept');
    await version(bucket, 'Suspended');
    await put(bucket, 'k', 'null one');
    await put(bucket, 'k', 'null two');
    expect((await list(bucket)).Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', kept.VersionId]);
    await remove(bucket, 'k');
    const listed = await list(bucket);
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: 'null', IsLatest: true }]);
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([kept.VersionId]);
  });

  test('are listed in pages that begin where the last ended', async () => {
    const bucket = await newBucket();
    await version(bucket, 'Enabled');
    for (const key of ['a', 'a', 'a', 'b', 'c', 'c']) await put(bucket, key, key);
    await remove(bucket, 'b');
    const seen: string[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await send(
        new s3.ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 2, KeyMarker, VersionIdMarker }),
      );
      seen.push(
        ...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ VersionId }) => VersionId as string),
      );
      KeyMarker = page.NextKeyMarker;
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });
});

describe('multipart uploads', () => {
  const MIB = 1024 * 1024;

  test('join their parts in the order of their numbers', async () => {
    const bucket = await newBucket();
    const target = { Bucket: bucket, Key: 'dir/big' };
    const { UploadId } = await send(new s3.CreateMultipartUploadCommand({ ...target, ContentType: 'x/y' }));
    const bodies = [Buffer.alloc(5 * MIB, 1), Buffer.alloc(5 * MIB, 2), Buffer.from('tail')];
    const sendPart = async (Body: Buffer, index: number) => {
      const PartNumber = index + 1;
      const { ETag } = await send(new s3.UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
      return { ETag, PartNumber };
    };
    const Parts = await Promise.all(bodies.map(sendPart));
    const listed = await send(new s3.ListPartsCommand({ ...target, UploadId }));
    expect(listed.Parts?.map(({ Size }) => Size)).toEqual([5 * MIB, 5 * MIB, 4]);
    expect((await send(new s3.ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads).toHaveLength(1);
    const complete = (parts: s3.CompletedPart[]) =>
      send(new s3.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
    await expect(complete([...Parts].reverse())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([{ PartNumber: 1, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    const { ETag } = await complete(Parts);
    expect(ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    const got = await get(bucket, 'dir/big');
    const body = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(body.equals(Buffer.concat(bodies))).toBe(true);
    expect(got.ContentType).toBe('x/y');
    expect(await read(bucket, 'dir/big', { PartNumber: 3 })).toBe('tail');
    const described = await send(
      new s3.GetObjectAttributesCommand({ ...target, ObjectAttributes: ['ETag', 'ObjectParts', 'ObjectSize'] }),
    );
    expect(described).toMatchObject({ ETag: ETag?.replaceAll('"', ''), ObjectParts: { TotalPartsCount: 3 } });
    expect(described.ObjectSize).toBe(body.length);
    expect((await complete(Parts)).ETag).toBe(ETag);
    expect(existsSync(join(local.dataDir, 's3', bucket, 'uploads', UploadId as string))).toBe(false);
  });

  test('made of parts with checksums want the checksum of each, and the right one', async () => {
    const bucket = await newBucket();
    const target = { Bucket: bucket, Key: 'k' };
    const { UploadId, ChecksumAlgorithm, ChecksumType } = await send(
      new s3.CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256' }),
    );
    expect([ChecksumAlgorithm, ChecksumType]).toEqual(['SHA256', 'COMPOSITE']);
    const part = (more: Partial<s3.UploadPartCommandInput>) =>
      send(new s3.UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'x', ...more }));
    await expect(part({ ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject({
      message: 'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
    });
    const { ETag, ChecksumSHA256 } = await part({ ChecksumAlgorithm: 'SHA256' });
    const complete = (listed: s3.CompletedPart) =>
      send(
        new s3.CompleteMultipartUploadCommand({
          ...target,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...listed }] },
        }),
      );
    await expect(complete({})).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('It was missing for part 1 in the request.'),
    });
    const other = Buffer.alloc(32).toString('base64');
    await expect(complete({ ChecksumSHA256: other })).rejects.toMatchObject({ name: 'InvalidPart' });
    expect((await complete({ ChecksumSHA256 })).ChecksumSHA256).toMatch(/^[A-Za-z0-9+/]{43}=-1$/);
  });

  test('of tries to complete one upload at the same time, one is made the object and the other finds nothing', async () => {
    const bucket = await newBucket();
    const target = { Bucket: bucket, Key: 'k' };
    const { UploadId } = await send(
      new s3.CreateMultipartUploadCommand({ ...target, ChecksumType: 'FULL_OBJECT', ChecksumAlgorithm: 'CRC32' }),
    );
    const { ETag } = await send(new s3.UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'body' }));
    const complete = () =>
      send(
        new s3.CompleteMultipartUploadCommand({
          ...target,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        }),
      );
    const results = await Promise.allSettled([complete(), complete(), complete()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
    expect(reasons).toEqual(['NoSuchUpload', 'NoSuchUpload']);
    expect(await read(bucket, 'k')).toBe('body');
  });

  test('are listed page by page, those below a delimiter as one', async () => {
    const bucket = await newBucket();
    const keys = ['a+ b', 'b/1', 'b/2', 'c/1', 'd', 'd'];
    for (const Key of keys) await send(new s3.CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    const seen: (string | undefined)[] = [];
    let page: s3.ListMultipartUploadsCommandOutput | undefined;
    do {
      page = await send(
        new s3.ListMultipartUploadsCommand({
          Bucket: bucket,
          Delimiter: '/',
          MaxUploads: 1,
          EncodingType: 'url',
          KeyMarker: page?.NextKeyMarker === undefined ? undefined : decodeURIComponent(page.NextKeyMarker),
          UploadIdMarker: page?.NextUploadIdMarker,
        }),
      );
      seen.push(...(page.Uploads ?? []).map(({ Key }) => Key));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    } while (page.IsTruncated === true && seen.length < 10);
    expect(seen).toEqual(['a%2B%20b', 'b/', 'c/', 'd', 'd']);
  });

  test('refuse small parts, copy parts, and can be given up', async () => {
    const bucket = await newBucket();
    await put(bucket, 'source', 'hello world');
    const target = { Bucket: bucket, Key: 'k' };
    const { UploadId } = await send(new s3.CreateMultipartUploadCommand(target));
    const CopySource = `${bucket}/source`;
    const copy = (PartNumber: number, CopySourceRange?: string) =>
      send(new s3.UploadPartCopyCommand({ ...target, UploadId, PartNumber, CopySource, CopySourceRange }));
    const one = await copy(1, 'bytes=0-4');
    const two = await copy(2);
    expect(one.CopyPartResult?.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    await expect(copy(0)).rejects.toMatchObject({ name: 'InvalidArgument' });
    const Parts = [one, two].map(({ CopyPartResult }, index) => ({ ...CopyPartResult, PartNumber: index + 1 }));
    const complete = new s3.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } });
    await expect(send(complete)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await send(new s3.AbortMultipartUploadCommand({ ...target, UploadId }));
    await expect(copy(3)).rejects.toThrow(s3.NoSuchUpload);
  });
});
