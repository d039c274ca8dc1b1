import type {
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
} from '@aws-sdk/client-s3';
import { operation, type Permission } from '../../../core/operation';
import { invalidArgument } from '../errors';
import { type Listing, listCurrent, listVersions } from '../listing';
import type { ObjectRecord } from '../state';
import { bucketArn, members, stateOf } from './common';

const MAX_KEYS = 1_000;

export const listObjectsV2 = operation<ListObjectsV2Request, ListObjectsV2Output>({
  name: 'ListObjectsV2',
  input: members('Prefix Delimiter MaxKeys ContinuationToken StartAfter EncodingType FetchOwner', 'Bucket'),
  permissions: (input) => onListing('ListBucket', input),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const after = input.ContinuationToken === undefined ? input.StartAfter : fromToken(input.ContinuationToken);
    const limit = limitOf(input.MaxKeys);
    const page =
      limit === 0
        ? NOTHING
        : listCurrent(state, {
            bucket: bucket.name,
            prefix: input.Prefix ?? '',
            delimiter: input.Delimiter,
            after,
            limit,
          });
    const encode = encoderOf(input.EncodingType);
    const owner = input.FetchOwner === true ? { ID: bucket.accountId } : undefined;
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Delimiter: encode(input.Delimiter),
      StartAfter: encode(input.StartAfter),
      ContinuationToken: input.ContinuationToken,
      NextContinuationToken: page.next === undefined ? undefined : toToken(page.next),
      MaxKeys: input.MaxKeys ?? MAX_KEYS,
      EncodingType: input.EncodingType,
      IsTruncated: page.next !== undefined,
      KeyCount: page.items.length + page.commonPrefixes.length,
      Contents: page.items.map((record) => ({ ...render(record, encode), Owner: owner })),
      CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

export const listObjects = operation<ListObjectsRequest, ListObjectsOutput>({
  name: 'ListObjects',
  input: members('Prefix Delimiter MaxKeys Marker EncodingType', 'Bucket'),
  permissions: (input) => onListing('ListBucket', input),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const limit = limitOf(input.MaxKeys);
    const after = input.Marker === '' ? undefined : input.Marker;
    const page =
      limit === 0
        ? NOTHING
        : listCurrent(state, {
            bucket: bucket.name,
            prefix: input.Prefix ?? '',
            delimiter: input.Delimiter,
            after,
            limit,
          });
    const encode = encoderOf(input.EncodingType);
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Delimiter: encode(input.Delimiter),
      Marker: encode(input.Marker ?? ''),
      // Only said with a delimiter; without one it is the page's last key.
      NextMarker: input.Delimiter === undefined ? undefined : encode(page.next),
      MaxKeys: input.MaxKeys ?? MAX_KEYS,
      EncodingType: input.EncodingType,
      IsTruncated: page.next !== undefined,
      Contents: page.items.map((record) => ({ ...render(record, encode), Owner: { ID: bucket.accountId } })),
      CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

export const listObjectVersions = operation<ListObjectVersionsRequest, ListObjectVersionsOutput>({
  name: 'ListObjectVersions',
  input: members('Prefix Delimiter MaxKeys KeyMarker VersionIdMarker EncodingType', 'Bucket'),
  permissions: (input) => onListing('ListBucketVersions', input),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const after = input.KeyMarker === '' ? undefined : input.KeyMarker;
    if (input.VersionIdMarker !== undefined && after === undefined)
      throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker');
    const limit = limitOf(input.MaxKeys);
    const query = { bucket: bucket.name, prefix: input.Prefix ?? '', delimiter: input.Delimiter, after, limit };
    const page = limit === 0 ? NOTHING : listVersions(state, query, input.VersionIdMarker);
    const encode = encoderOf(input.EncodingType);
    const owner = { ID: bucket.accountId };
    const common = ({ record, isLatest }: (typeof page.items)[number]) => ({
      Key: encode(record.key),
      VersionId: record.versionId,
      IsLatest: isLatest,
      LastModified: new Date(record.lastModified),
      Owner: owner,
    });
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Delimiter: encode(input.Delimiter),
      KeyMarker: encode(input.KeyMarker ?? ''),
      VersionIdMarker: input.VersionIdMarker,
      NextKeyMarker: encode(page.next),
      NextVersionIdMarker: page.last?.record.versionId,
      MaxKeys: input.MaxKeys ?? MAX_KEYS,
      EncodingType: input.EncodingType,
      IsTruncated: page.next !== undefined,
      Versions: page.items
        .filter(({ record }) => record.deleteMarker !== true)
        .map((version) => ({
          ...render(version.record, encode),
          ...common(version),
        })) as ListObjectVersionsOutput['Versions'],
      DeleteMarkers: page.items.filter(({ record }) => record.deleteMarker === true).map(common),
      CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

const NOTHING: Listing<never> = { items: [], commonPrefixes: [] };

function onListing(
  action: string,
  input: { Bucket: string; Prefix?: string; Delimiter?: string; MaxKeys?: number },
): Permission[] {
  const conditions: Record<string, string> = {};
  if (input.Prefix !== undefined) conditions['s3:prefix'] = input.Prefix;
  if (input.Delimiter !== undefined) conditions['s3:delimiter'] = input.Delimiter;
  if (input.MaxKeys !== undefined) conditions['s3:max-keys'] = String(input.MaxKeys);
  return [{ action: `s3:${action}`, resource: bucketArn(input.Bucket), conditions }];
}

function limitOf(maxKeys: number | undefined): number {
  if (maxKeys !== undefined && (!Number.isInteger(maxKeys) || maxKeys < 0))
    throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', 'maxKeys', String(maxKeys));
  return Math.min(maxKeys ?? MAX_KEYS, MAX_KEYS);
}

/** Opaque to clients: the place where the page ended. */
const toToken = (next: string) => Buffer.from(next).toString('base64');

function fromToken(token: string): string {
  const bytes = Buffer.from(token, 'base64');
  if (token === '' || bytes.toString('base64') !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
  return bytes.toString();
}

type Encode = <T extends string | undefined>(text: T) => T;

/** XML 1.0 can't hold every key: clients ask for them percent-encoded. @throws AwsError `InvalidArgument`. */
function encoderOf(type: string | undefined): Encode {
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return (text) => (text === undefined ? text : encodeKey(text)) as typeof text;
}

const encodeKey = (text: string) =>
  encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replace(/[!'()]/g, percent);
const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

function render(record: ObjectRecord, encode: Encode) {
  return {
    Key: encode(record.key),
    LastModified: new Date(record.lastModified),
    ETag: record.etag,
    ChecksumAlgorithm: record.checksum === undefined ? undefined : [record.checksum.algorithm],
    ChecksumType: record.checksum?.type,
    Size: record.size,
    StorageClass: (record.headers.StorageClass ?? 'STANDARD') as 'STANDARD',
  };
}
