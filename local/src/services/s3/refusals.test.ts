import * as s3 from '@aws-sdk/client-s3';
import { localFixture } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const local = localFixture();
const { newBucket, put, get, send } = objectsOf(local);

const at = (Bucket: string) => ({ Bucket, Key: 'k' });

type Case = [what: string, answer: (bucket: string) => Promise<unknown>, code: string, members?: object];

const partsBy = (parameter: 'max-parts' | 'part-number-marker', value: number) => async (Bucket: string) => {
  const { UploadId } = await send(new s3.CreateMultipartUploadCommand(at(Bucket)));
  const by = parameter === 'max-parts' ? { MaxParts: value } : { PartNumberMarker: String(value) };
  return send(new s3.ListPartsCommand({ ...at(Bucket), UploadId, ...by }));
};
const tag = (Key: string, Value: string) => (Bucket: string) =>
  send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key, Value }] } }));
const encryption =
  (...Rules: s3.ServerSideEncryptionRule[]) =>
  (Bucket: string) =>
    send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
const AES: s3.ServerSideEncryptionRule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
const logsTo = (TargetBucket: string) => (Bucket: string) =>
  send(
    new s3.PutBucketLoggingCommand({
      Bucket,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix: '' } },
    }),
  );
const copy =
  (more: object, key = 'other') =>
  (Bucket: string) =>
    send(new s3.CopyObjectCommand({ Bucket, Key: key, CopySource: `${Bucket}/k`, ...more }));

const TAGS = '<Tagging><TagSet/></Tagging>';
const CHUNKED = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '0',
};
/** A PUT that SDKs don't send. Rejects with the error's code as its name. */
const raw = async (path: string, { body, headers }: { body: string; headers?: Record<string, string> }) => {
  const answer = await (await fetch(`${local.url}/${path}`, { method: 'PUT', body, headers })).text();
  const [, name] = /<Code>(\w+)/.exec(answer) ?? [];
  if (name !== undefined) throw { name, message: /<Message>(.*)<\/Message>/.exec(answer)?.[1] };
  return { Code: 'none' };
};

const notifies = (QueueArn: string) => (Bucket: string) =>
  send(
    new s3.PutBucketNotificationConfigurationCommand({
      Bucket,
      SkipDestinationValidation: true,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );

const REFUSED: Case[] = [
  [
    'a queue in another region',
    notifies('arn:aws:sqs:eu-west-1:000000000000:q'),
    'InvalidArgument',
    { message: expect.stringMatching(/region is not valid for the bucket location/) },
  ],
  ['a queue that is none', notifies('arn:aws:sqs'), 'InvalidArgument', { ArgumentName: 'Queue' }],
  [
    'an owner that is none',
    (Bucket) => put(Bucket, 'k', '', { ExpectedBucketOwner: 'me' }),
    'InvalidBucketOwnerAWSAccountID',
  ],
  [
    'a storage class of other kinds of buckets',
    (b) => put(b, 'k', '', { StorageClass: 'OUTPOSTS' }),
    'InvalidStorageClass',
  ],
  ['If-Match with an asterisk', (b) => put(b, 'k', '', { IfMatch: '*' }), 'NotImplemented', { Header: 'If-Match' }],
  [
    'two conditions',
    (b) => put(b, 'k', '', { IfMatch: '"a"', IfNoneMatch: '*' }),
    'NotImplemented',
    { Header: 'If-Match,If-None-Match' },
  ],
  ['a digest that is none', (b) => put(b, 'k', '', { ContentMD5: '000' }), 'InvalidDigest', { 'Content-MD5': '000' }],
  [
    'tags in no form',
    (b) => put(b, 'k', '', { Tagging: 'a=b,c=d' }),
    'InvalidArgument',
    { ArgumentName: 'x-amz-tagging' },
  ],
  [
    'too many tags',
    (b) => put(b, 'k', '', { Tagging: 'abcdefghijk'.replace(/./g, '$&=1&').slice(0, -1) }),
    'BadRequest',
  ],
  ['a redirect to nowhere', (b) => put(b, 'k', '', { WebsiteRedirectLocation: 'x' }), 'InvalidRedirectLocation'],
  ['a copy of an unknown storage class', copy({ StorageClass: 'COLD' as 'GLACIER' }), 'InvalidStorageClass'],
  ['tags twice', (b) => put(b, 'k', '', { Tagging: 'a=b&a=c' }), 'InvalidArgument', { ArgumentValue: 'a=b&a=c' }],
  ["a tag's characters", tag('a,b', 'c'), 'InvalidTag', { TagKey: 'a,b' }],
  ["a tag's value's characters", tag('a', 'b,c'), 'InvalidTag', { TagKey: 'a', TagValue: 'b,c' }],
  ['no rule of encryption', encryption(), 'MalformedXML'],
  ['two rules of encryption', encryption(AES, AES), 'MalformedXML'],
  [
    'a conditional deletion of nothing',
    (b) => send(new s3.DeleteObjectCommand({ Bucket: b, Key: 'no', IfMatch: '"a"' })),
    'NoSuchKey',
  ],
  [
    'a copy by an unknown directive',
    copy({ MetadataDirective: 'KEEP' as 'COPY' }),
    'InvalidArgument',
    { ArgumentName: 'x-amz-metadata-directive' },
  ],
  [
    'a copy of tags by an unknown directive',
    copy({ TaggingDirective: 'KEEP' as 'COPY' }),
    'InvalidArgument',
    { message: 'Unknown tagging directive.' },
  ],
  ['a copy with an unknown checksum', copy({ ChecksumAlgorithm: 'MD4' as 'SHA1' }), 'InvalidRequest'],
  ["a copy of another owner's", copy({ ExpectedSourceBucketOwner: '111122223333' }), 'AccessDenied'],
  ['a source of no owner', copy({ ExpectedSourceBucketOwner: 'me' }), 'InvalidBucketOwnerAWSAccountID'],
  ['logs to no bucket', logsTo('nowhere-at-all'), 'InvalidTargetBucketForLogging', { TargetBucket: 'nowhere-at-all' }],
  [
    'logs to another region',
    logsTo('far-away'),
    'CrossLocationLoggingProhibitted',
    { TargetBucketLocation: 'eu-west-1' },
  ],
  [
    'a version that can be none',
    (b) => get(b, 'k', { VersionId: 'x' }),
    'InvalidArgument',
    { ArgumentName: 'versionId' },
  ],
  [
    'a deletion of such a version',
    (b) => send(new s3.DeleteObjectCommand({ ...at(b), VersionId: 'x' })),
    'InvalidArgument',
  ],
  [
    'an encoding that is none',
    (Bucket) => send(new s3.ListObjectsCommand({ Bucket, EncodingType: 'x' as 'url' })),
    'InvalidArgument',
  ],
  ...(['max-parts', 'part-number-marker'] as const).flatMap((parameter): Case[] => [
    [
      `a ${parameter} below zero`,
      partsBy(parameter, -42),
      'InvalidArgument',
      { message: `Argument ${parameter} must be an integer between 0 and 2147483647` },
    ],
    [
      `a ${parameter} beyond an integer`,
      partsBy(parameter, 2_147_483_689),
      'InvalidArgument',
      { message: `Provided ${parameter} not an integer or within integer range` },
    ],
  ]),
  [
    'a page of keys beyond an integer',
    (Bucket) => send(new s3.ListObjectsV2Command({ Bucket, MaxKeys: 2_147_483_689 })),
    'InvalidArgument',
    { message: 'Provided max-keys not an integer or within integer range' },
  ],
  ['a copy onto itself', copy({}, 'k'), 'InvalidRequest'],
  [
    'a copy of a delete marker by its version',
    async (b) => {
      const Bucket = await newBucket();
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      const { VersionId } = await send(new s3.DeleteObjectCommand(at(Bucket)));
      return copy({ CopySource: `${Bucket}/k?versionId=${VersionId}` })(b);
    },
    'InvalidRequest',
    { message: expect.stringMatching(/may not specifically refer to a delete marker/) },
  ],
  [
    'two sub-resources',
    (b) => raw(`${b}?versioning&tagging`, { body: TAGS }),
    'InvalidArgument',
    { message: 'Conflicting query string parameters: tagging, versioning' },
  ],
  [
    "a payload's digest that is none",
    (b) =>
      raw(`${b}/k`, { body: 'x', headers: { 'x-amz-content-sha256': 'LXEWQrcmsEQBYnyp++6wy9chTD7GQPMTbAiWHF5I=' } }),
    'InvalidArgument',
    { message: expect.stringMatching(/^x-amz-content-sha256 must be UNSIGNED-PAYLOAD/) },
  ],
  ...['other', 'x-amz-checksum-md5'].map(
    (trailer): Case => [
      `the trailing header ${trailer}`,
      (b) => raw(`${b}/k`, { body: '0\r\n\r\n', headers: { ...CHUNKED, 'x-amz-trailer': trailer } }),
      'InvalidRequest',
      { message: 'The value specified in the x-amz-trailer header is not supported' },
    ],
  ),
  [
    'a trailing checksum that is none',
    (b) =>
      raw(`${b}/k`, {
        body: '0\r\nx-amz-checksum-crc32:x\r\n\r\n',
        headers: { ...CHUNKED, 'x-amz-trailer': 'x-amz-checksum-crc32' },
      }),
    'InvalidRequest',
    { message: 'Value for x-amz-checksum-crc32 trailing header is invalid.' },
  ],
  ['bucket tags without a set', async (b) => raw(`${b}?tagging`, { body: '<Tagging/>' }), 'none'],
  ["an object's tags without a set", async (b) => raw(`${b}/k?tagging`, { body: '<Tagging/>' }), 'none'],
  [
    "a document's digest that is none",
    (b) => raw(`${b}?tagging`, { body: TAGS, headers: { 'content-md5': '000' } }),
    'InvalidDigest',
  ],
  [
    "a document's checksum that is none",
    (b) => raw(`${b}?tagging`, { body: TAGS, headers: { 'x-amz-checksum-crc32': 'x' } }),
    'InvalidRequest',
  ],
  [
    'two checksums of a document',
    (b) => raw(`${b}?tagging`, { body: TAGS, headers: { 'x-amz-checksum-crc32': 'x', 'x-amz-checksum-sha1': 'x' } }),
    'InvalidRequest',
    { message: expect.stringMatching(/single x-amz-checksum- header/) },
  ],
  [
    "an SDK's algorithm without a checksum",
    (b) => raw(`${b}/k`, { body: 'x', headers: { 'x-amz-sdk-checksum-algorithm': 'CRC32' } }),
    'InvalidRequest',
    { message: expect.stringMatching(/no corresponding x-amz-checksum/) },
  ],
  [
    "an SDK's algorithm that isn't its checksum's",
    (b) =>
      raw(`${b}/k`, {
        body: 'x',
        headers: { 'x-amz-sdk-checksum-algorithm': 'SHA1', 'x-amz-checksum-crc32': 'jBXo6Q==' },
      }),
    'InvalidRequest',
    { message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.' },
  ],
  [
    'a copy of what changed',
    copy({ CopySourceIfMatch: '"x"' }),
    'PreconditionFailed',
    { Condition: 'x-amz-copy-source-If-Match' },
  ],
  ['a copy of what is older', copy({ CopySourceIfModifiedSince: new Date(0) }), 'none'],
  ['a copy of what is older than a day to come', copy({ CopySourceIfModifiedSince: new Date('2099-01-01') }), 'none'],
  ['a region that is none', () => send(new s3.ListBucketsCommand({ BucketRegion: 'eu-east-1' })), 'InvalidArgument'],
];

let bucket: string;
beforeAll(async () => {
  bucket = await newBucket();
  await put(bucket, 'k', 'body');
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await send(new s3.CreateBucketCommand({ Bucket: 'far-away', CreateBucketConfiguration }));
});

test.each(REFUSED)('%s', async (_what, answer, code, members = {}) => {
  const found = await answer(bucket).then(
    () => ({ Code: 'none' }),
    (error: object) => error,
  );
  expect(found).toMatchObject({ ...(code === 'none' ? { Code: code } : { name: code }), ...members });
});
