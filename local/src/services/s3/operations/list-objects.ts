import type { EncodingType, ListObjectVersionsOutput, Owner } from '@aws-sdk/client-s3';
import type { Context, Permission } from '../../../core/operation';
import { bucketArn } from '../arn';
import { operation } from '../contract';
import { invalidArgument } from '../errors';
import { type ListedVersion, type Listing, type ListQuery, listCurrent, listVersions } from '../listing';
import type { S3State, StoredObject } from '../state';
import { stateOf } from './common';
import { type Encode, encoderOf, limitOf, MAX_PAGE } from './paging';

export const listObjectsV2 = operation('ListObjectsV2', {
  permissions: (input) => onListing('ListBucket', input),
  handle: (input, context) => {
    const token = input.ContinuationToken === undefined ? undefined : fromToken(input.ContinuationToken);
    const { page, encode, owner, common } = pageOf(input, context, (state, query) =>
      listCurrent(state, { ...query, after: token ?? input.StartAfter, passed: token }),
    );
    return {
      ...common,
      StartAfter: token === undefined ? encode(input.StartAfter) : undefined,
      ContinuationToken: input.ContinuationToken,
      NextContinuationToken: page.next === undefined ? undefined : toToken(page.next),
      KeyCount: page.items.length + page.commonPrefixes.length,
      Contents: page.items.map((object) => render(object, encode, input.FetchOwner === true ? owner : undefined)),
    };
  },
});

export const listObjects = operation('ListObjects', {
  permissions: (input) => onListing('ListBucket', input),
  handle: (input, context) => {
    const marker = input.Marker === '' ? undefined : input.Marker;
    const { page, encode, owner, common } = pageOf(input, context, (state, query) =>
      listCurrent(state, { ...query, after: marker, passed: marker }),
    );
    return {
      ...common,
      Marker: encode(input.Marker ?? ''),
      // Only with a delimiter; without one, the page's last key serves.
      NextMarker: common.Delimiter === undefined ? undefined : encode(page.next),
      Contents: page.items.map((object) => render(object, encode, owner)),
    };
  },
});

export const listObjectVersions = operation('ListObjectVersions', {
  permissions: (input) => onListing('ListBucketVersions', input),
  handle: (input, context) => {
    const marker = input.KeyMarker === '' ? undefined : input.KeyMarker;
    if (input.VersionIdMarker !== undefined && marker === undefined)
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        input.VersionIdMarker,
      );
    const { page, encode, owner, common } = pageOf(input, context, (state, query) =>
      listVersions(state, { ...query, after: marker, passed: marker }, input.VersionIdMarker),
    );
    const place = ({ object, isLatest }: ListedVersion) => ({
      Key: encode(object.key),
      VersionId: object.versionId,
      IsLatest: isLatest,
      LastModified: new Date(object.lastModified),
      Owner: owner,
    });
    return {
      ...common,
      KeyMarker: encode(input.KeyMarker ?? ''),
      VersionIdMarker: input.VersionIdMarker ?? '',
      NextKeyMarker: encode(page.next),
      NextVersionIdMarker: page.last?.object.versionId,
      Versions: page.items
        .filter(({ object }) => object.deleteMarker !== true)
        .map((version) => ({
          ...render(version.object, encode),
          ...place(version),
        })) as ListObjectVersionsOutput['Versions'],
      DeleteMarkers: page.items.filter(({ object }) => object.deleteMarker === true).map(place),
    };
  },
});

interface ListInput {
  Bucket: string;
  Prefix?: string;
  Delimiter?: string;
  MaxKeys?: number;
  EncodingType?: EncodingType;
}

/** A page of a listing, with the members of every listing. @throws AwsError `InvalidArgument` */
function pageOf<T>(
  input: ListInput,
  { cloud, caller }: Context,
  list: (state: S3State, query: ListQuery) => Listing<T>,
) {
  const { state, bucket } = stateOf(cloud, input.Bucket, caller);
  const limit = limitOf(input.MaxKeys, 'max-keys', 'maxKeys');
  const encode = encoderOf(input.EncodingType);
  const prefix = input.Prefix ?? '';
  const delimiter = input.Delimiter === '' ? undefined : input.Delimiter;
  const page = list(state, { bucket: bucket.name, prefix, delimiter, limit });
  const common = {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter),
    MaxKeys: input.MaxKeys ?? MAX_PAGE,
    EncodingType: input.EncodingType,
    IsTruncated: page.next !== undefined,
    CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: encode(one) })),
  };
  return { page, encode, owner: { ID: bucket.accountId }, common };
}

function onListing(action: string, input: ListInput): Permission[] {
  const conditions: Record<string, string> = {};
  if (input.Prefix !== undefined) conditions['s3:prefix'] = input.Prefix;
  if (input.Delimiter !== undefined) conditions['s3:delimiter'] = input.Delimiter;
  if (input.MaxKeys !== undefined) conditions['s3:max-keys'] = String(input.MaxKeys);
  return [{ action: `s3:${action}`, resource: bucketArn(input.Bucket), conditions }];
}

/** An opaque token: the page's end. */
const toToken = (next: string) => Buffer.from(next).toString('base64');

function fromToken(token: string): string {
  const bytes = Buffer.from(token, 'base64');
  if (token === '' || bytes.toString('base64') !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
  return bytes.toString();
}

function render(object: StoredObject, encode: Encode, owner?: Owner) {
  return {
    Key: encode(object.key),
    LastModified: new Date(object.lastModified),
    ETag: object.etag,
    ChecksumAlgorithm: object.checksum === undefined ? undefined : [object.checksum.algorithm],
    ChecksumType: object.checksum?.type,
    Size: object.size,
    StorageClass: (object.headers.StorageClass ?? 'STANDARD') as 'STANDARD',
    Owner: owner,
  };
}
