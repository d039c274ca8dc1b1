import * as s3 from '@aws-sdk/client-s3';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const clock = new TestClock(Date.now());
const local = localFixture({ clock });
const { newBucket, put, get, send } = objectsOf(local);

const at = (Bucket: string) => ({ Bucket, Key: 'k' });
const versioned = async (Status: 'Enabled' | 'Suspended' = 'Enabled', bucket?: string) => {
  const Bucket = bucket ?? (await newBucket());
  await send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  return Bucket;
};
const begin = (Bucket: string, more: object = {}) =>
  send(new s3.CreateMultipartUploadCommand({ ...at(Bucket), ...more }));
const part = async (Bucket: string, UploadId: string | undefined, more: object = {}) => {
  const sent = await send(new s3.UploadPartCommand({ ...at(Bucket), UploadId, PartNumber: 1, Body: 'part', ...more }));
  return { ETag: sent.ETag, PartNumber: 1 };
};
const complete = (
  Bucket: string,
  UploadId: string | undefined,
  Parts: s3.CompletedPart[] | undefined,
  more: object = {},
) =>
  send(
    new s3.CompleteMultipartUploadCommand({
      ...at(Bucket),
      UploadId,
      MultipartUpload: Parts && { Parts },
      ...more,
    }),
  );

describe('uploads', () => {
  test('are complete once, however often a client asks', async () => {
    const Bucket = await newBucket();
    const { UploadId } = await begin(Bucket);
    const Parts = [await part(Bucket, UploadId)];
    const first = await complete(Bucket, UploadId, Parts);
    const again = await complete(Bucket, UploadId, Parts);
    expect({ ...again, $metadata: {} }).toEqual({ ...first, $metadata: {} });
    expect(again.Location).toMatch(/^http/);
    // A replaced object doesn't exist any more.
    await put(Bucket, 'k', 'other');
    await expect(complete(Bucket, UploadId, Parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('with a condition end in a conflict when their key changed meanwhile', async () => {
    const Bucket = await newBucket();
    const { ETag } = await put(Bucket, 'k', 'one');
    const changed = await begin(Bucket);
    await put(Bucket, 'k', 'one');
    const Parts = [await part(Bucket, changed.UploadId)];
    const conflict = { name: 'ConditionalRequestConflict', $metadata: { httpStatusCode: 409 } };
    await expect(complete(Bucket, changed.UploadId, Parts, { IfMatch: ETag })).rejects.toMatchObject(conflict);
    await send(new s3.DeleteObjectCommand(at(Bucket)));
    await expect(complete(Bucket, changed.UploadId, Parts, { IfNoneMatch: '*' })).rejects.toMatchObject(conflict);
    await expect(complete(Bucket, changed.UploadId, Parts, { IfMatch: ETag })).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    const { UploadId } = await begin(Bucket);
    await complete(Bucket, UploadId, [await part(Bucket, UploadId)], { IfNoneMatch: '*' });
  });

  test('keep to the checksums that they began with', async () => {
    const Bucket = await newBucket();
    const refuses = (answer: Promise<unknown>, name: string, message: RegExp) =>
      expect(answer).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    const plain = await begin(Bucket);
    const own = await part(Bucket, plain.UploadId);
    await refuses(complete(Bucket, plain.UploadId, undefined), 'InvalidRequest', /at least one part/);
    await refuses(complete(Bucket, plain.UploadId, []), 'MalformedXML', /XML/);
    const named = [{ ...own, ChecksumCRC32: 'AAAAAA==' }];
    await refuses(complete(Bucket, plain.UploadId, named), 'InvalidPart', /could not be found/);
    await refuses(
      complete(Bucket, plain.UploadId, [own], { ChecksumType: 'COMPOSITE' }),
      'InvalidRequest',
      /null checksum mode/,
    );
    const { UploadId } = await begin(Bucket, { ChecksumAlgorithm: 'SHA256' });
    const { ETag, ChecksumSHA256 } = await send(
      new s3.UploadPartCommand({ ...at(Bucket), UploadId, PartNumber: 1, Body: 'part', ChecksumAlgorithm: 'SHA256' }),
    );
    const Parts = [{ ETag, PartNumber: 1, ChecksumSHA256 }];
    await refuses(
      complete(Bucket, UploadId, [{ ETag, PartNumber: 1, ChecksumCRC32: 'AAAAAA==' }]),
      'BadDigest',
      /crc32 .*part 1/,
    );
    expect((await complete(Bucket, UploadId, Parts)).ChecksumSHA256).toMatch(/-1$/);
    const ObjectAttributes: s3.ObjectAttributes[] = ['Checksum', 'ObjectParts'];
    expect(
      await send(new s3.GetObjectAttributesCommand({ ...at(Bucket), ObjectAttributes, MaxParts: 1 })),
    ).toMatchObject({
      Checksum: { ChecksumSHA256: expect.not.stringMatching(/-1$/), ChecksumType: 'COMPOSITE' },
      ObjectParts: { TotalPartsCount: 1, IsTruncated: false, Parts: [{ PartNumber: 1, Size: 4, ChecksumSHA256 }] },
    });
    const read = await get(Bucket, 'k', { PartNumber: 1, ChecksumMode: 'ENABLED' });
    expect(read).toMatchObject({ ChecksumSHA256, ChecksumType: 'COMPOSITE' });
  });

  test('take a part without a checksum by their own algorithm, or not at all', async () => {
    const Bucket = await newBucket();
    // As a presigned URL's user sends it: SDKs add a checksum of their own.
    const bare = async (UploadId: string | undefined) => {
      const url = `${local.url}/${Bucket}/k?partNumber=1&uploadId=${UploadId}`;
      const answer = await fetch(url, { method: 'PUT', body: 'part' });
      const sums = [...answer.headers].filter(([name]) => name.startsWith('x-amz-checksum-'));
      return { etag: answer.headers.get('etag'), sums: Object.fromEntries(sums), text: await answer.text() };
    };
    const plain = await begin(Bucket);
    expect((await bare(plain.UploadId)).sums).toEqual({});
    const composite = await begin(Bucket, { ChecksumAlgorithm: 'SHA256' });
    expect((await bare(composite.UploadId)).text).toContain(
      'expected checksum Type: sha256, actual checksum Type: null',
    );
    const { UploadId } = await begin(Bucket, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const { etag, sums } = await bare(UploadId);
    const ChecksumCRC32 = 'SQ9wxg==';
    expect(sums).toEqual({ 'x-amz-checksum-crc32': ChecksumCRC32 });
    expect((await send(new s3.ListPartsCommand({ ...at(Bucket), UploadId }))).Parts).toMatchObject([{ ChecksumCRC32 }]);
    const Parts = [{ ETag: etag ?? '', PartNumber: 1, ChecksumCRC32 }];
    expect(await complete(Bucket, UploadId, Parts)).toMatchObject({ ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
  });

  test('are listed in the order in which they began, with who began them', async () => {
    const Bucket = await newBucket();
    const began: (string | undefined)[] = [];
    for (let index = 0; index < 3; index++) {
      began.push((await begin(Bucket)).UploadId);
      clock.advance(1);
    }
    const listed = await send(new s3.ListMultipartUploadsCommand({ Bucket }));
    expect(listed.Uploads?.map(({ UploadId }) => UploadId)).toEqual(began);
    expect(listed).toMatchObject({
      NextKeyMarker: 'k',
      NextUploadIdMarker: began[2],
      UploadIdMarker: '',
    });
    expect(listed.Uploads?.[0]?.Initiator).toEqual({ ID: '000000000000', DisplayName: '000000000000' });
    const wrong = new s3.ListMultipartUploadsCommand({ Bucket, KeyMarker: 'a', UploadIdMarker: began[0] });
    await expect(send(wrong)).rejects.toMatchObject({ name: 'InvalidArgument', ArgumentName: 'upload-id-marker' });
  });
});

describe('versions', () => {
  test('are listed on behind one that was deleted since', async () => {
    const Bucket = await versioned();
    for (const body of ['1', '2', '3', '4']) await put(Bucket, 'k', body);
    const first = await send(new s3.ListObjectVersionsCommand({ Bucket, MaxKeys: 2 }));
    expect(first).toMatchObject({ VersionIdMarker: '', KeyMarker: '' });
    for (const { VersionId } of first.Versions ?? [])
      await send(new s3.DeleteObjectCommand({ ...at(Bucket), VersionId }));
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = first;
    const rest = await send(new s3.ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
    expect(rest.Versions).toHaveLength(2);
  });

  test('have ids of letters and digits; a suspended put tells none', async () => {
    const Bucket = await versioned();
    const { VersionId = '' } = await put(Bucket, 'k', '1');
    expect(VersionId).toMatch(/^[0-9A-Za-z]{32}$/);
    // An id that was never issued, and one of a deleted version.
    const other = new s3.DeleteObjectCommand({ ...at(Bucket), VersionId: `${VersionId.slice(0, -4)}ABCD` });
    await expect(send(other)).rejects.toMatchObject({ name: 'InvalidArgument' });
    await send(new s3.DeleteObjectCommand({ ...at(Bucket), VersionId }));
    await expect(get(Bucket, 'k', { VersionId })).rejects.toMatchObject({ name: 'NoSuchVersion' });
    const Objects = [{ Key: 'k', VersionId: 'x' }];
    const deleted = await send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(deleted).toMatchObject({ Errors: [{ Code: 'NoSuchVersion', VersionId: 'x' }] });
    const again = await put(Bucket, 'k', '1');
    const tagged = await send(new s3.PutObjectTaggingCommand({ ...at(Bucket), Tagging: { TagSet: [] } }));
    expect(tagged.VersionId).toBe(again.VersionId);
    await versioned('Suspended', Bucket);
    expect((await put(Bucket, 'k', '2')).VersionId).toBeUndefined();
    await send(new s3.DeleteObjectCommand(at(Bucket)));
    const tags = send(new s3.GetObjectTaggingCommand(at(Bucket)));
    await expect(tags).rejects.toMatchObject({ name: 'MethodNotAllowed', Method: 'GET' });
  });
});

test.each([
  ['plain', 'plain'],
  ['=?UTF-8?Q?really=5Fplain?=', 'really_plain'],
  ['=?UTF-8?B?YWJj?=', 'abc'],
  ['=?UTF-8?B?AAECAw==?=', '=?UTF-8?B?AAECAw==?='],
  ['é 2?.pdf', '=?UTF-8?Q?=C3=A9_2=3F.pdf?='],
])('metadata of %s are kept as %s', async (sent, kept) => {
  const Bucket = await newBucket();
  // A header as raw HTTP has it: UTF-8 bytes as characters.
  const header = Buffer.from(sent).toString('latin1');
  await fetch(`${local.url}/${Bucket}/k`, { method: 'PUT', body: 'x', headers: { 'x-amz-meta-a': header } });
  expect((await get(Bucket, 'k')).Metadata).toEqual({ a: kept });
});

test('documents that say nothing are none, and others are told whole', async () => {
  const Bucket = await newBucket();
  const suspend = { Bucket, AccelerateConfiguration: { Status: 'Suspended' } } as const;
  await send(new s3.PutBucketAccelerateConfigurationCommand(suspend));
  expect((await send(new s3.GetBucketAccelerateConfigurationCommand({ Bucket }))).Status).toBeUndefined();
  const TagSet = [{ Key: 'a', Value: 'b' }];
  await send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  await send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } }));
  await expect(send(new s3.GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchTagSet' });
  const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
  await send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  const block = await send(new s3.GetPublicAccessBlockCommand({ Bucket }));
  expect(block.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  });
});

test('buckets answer with where they are, and are not made again with other tags', async () => {
  const Bucket = await newBucket();
  const configuration = { Tags: [{ Key: 'a', Value: 'b' }] };
  const again = send(new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration: configuration }));
  await expect(again).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  await send(new s3.CreateBucketCommand({ Bucket: 'in-eu', CreateBucketConfiguration: { LocationConstraint: 'EU' } }));
  expect(await send(new s3.GetBucketLocationCommand({ Bucket: 'in-eu' }))).toMatchObject({ LocationConstraint: 'EU' });
  const answer = await fetch(`${local.url}/in-eu`);
  expect(answer.headers.get('x-amz-bucket-region')).toBe('eu-west-1');
  expect(answer.headers.get('x-amz-id-2')).toBeTruthy();
});
