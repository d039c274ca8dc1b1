import { onObject } from '../arn';
import { type Checksum, checksumMembers } from '../body/checksum';
import { operation } from '../contract';
import { invalidArgument, invalidRequest } from '../errors';
import { findBody } from '../objects';
import type { StoredObject } from '../state';
import { stateOf, versionOf } from './common';
import { MAX_PAGE } from './paging';

/** Returns full control for the bucket's owner: objects have no ACLs here, as with BucketOwnerEnforced. */
export const getObjectAcl = operation('GetObjectAcl', {
  permissions: onObject('GetObjectAcl'),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    findBody(state, input.Bucket, input.Key, input.VersionId);
    const owner = { ID: bucket.accountId };
    return {
      Owner: owner,
      Grants: [{ Grantee: { ...owner, Type: 'CanonicalUser' as const }, Permission: 'FULL_CONTROL' as const }],
    };
  },
});

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

export const getObjectAttributes = operation('GetObjectAttributes', {
  permissions: (input) => [...onObject('GetObject')(input), ...onObject('GetObjectAttributes')(input)],
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const wanted: readonly string[] = input.ObjectAttributes ?? [];
    if (wanted.every((name) => name === ''))
      throw invalidRequest(
        'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
      );
    if (!wanted.every((name) => ATTRIBUTES.includes(name)))
      throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', wanted.join(','));
    const object = findBody(state, input.Bucket, input.Key, input.VersionId);
    const wants = (name: string) => wanted.includes(name);
    return {
      LastModified: new Date(object.lastModified),
      VersionId: versionOf(bucket, object),
      // Only GetObjectAttributes returns an entity tag without quotes.
      ETag: wants('ETag') ? object.etag.replaceAll('"', '') : undefined,
      Checksum: wants('Checksum') ? checksumMembers(withoutCount(object.checksum)) : undefined,
      ObjectParts: wants('ObjectParts') ? partsOf(object, input.MaxParts, input.PartNumberMarker) : undefined,
      StorageClass: wants('StorageClass') ? ((object.headers.StorageClass ?? 'STANDARD') as 'STANDARD') : undefined,
      ObjectSize: wants('ObjectSize') ? object.size : undefined,
    };
  },
});

// Only GetObjectAttributes returns a composite checksum without the number of parts.
const withoutCount = (checksum: Checksum | undefined) =>
  checksum && { ...checksum, value: checksum.value.replace(/-\d+$/, '') };

/** The parts of a multipart object; listed only if the upload had a checksum for each. */
function partsOf({ parts, partChecksums, checksum }: StoredObject, max = MAX_PAGE, marker: string | undefined) {
  if (parts === undefined) return undefined;
  if (partChecksums === undefined || checksum === undefined) return { TotalPartsCount: parts.length };
  // S3 ignores values that are no numbers of parts.
  const after = /^\d{1,5}$/.test(marker ?? '') ? Number(marker) : 0;
  // A maximum of 0 means the default, as in S3.
  const limit = Math.min(max > 0 ? max : MAX_PAGE, MAX_PAGE);
  const page = parts.slice(after, after + limit);
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.length === 0 ? 0 : after + page.length),
    MaxParts: limit,
    IsTruncated: after + page.length < parts.length,
    Parts: page.map((size, index) => ({
      PartNumber: after + index + 1,
      Size: size,
      [`Checksum${checksum.algorithm}`]: partChecksums[after + index],
    })),
  };
}
