import { checksumMembers } from '../body/checksum';
import { operation } from '../contract';
import { invalidArgument, invalidRequest } from '../errors';
import { findBody, updateObject } from '../objects';
import { checkTags, onObject, stateOf } from './common';

export const getObjectTagging = operation('GetObjectTagging', {
  permissions: onObject('GetObjectTagging'),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const record = findBody(state, input.Bucket, input.Key, input.VersionId);
    return { TagSet: [...record.tags], VersionId: bucket.versioning === undefined ? undefined : record.versionId };
  },
});

export const putObjectTagging = operation('PutObjectTagging', {
  permissions: onObject('PutObjectTagging'),
  handle: async (input, { cloud, caller }) => {
    const { state } = stateOf(cloud, input.Bucket, caller);
    const tags = checkTags(input.Tagging.TagSet, 10);
    await updateObject(state, input.Bucket, input.Key, input.VersionId, (record) => ({ ...record, tags }));
    return { VersionId: input.VersionId };
  },
});

export const deleteObjectTagging = operation('DeleteObjectTagging', {
  permissions: onObject('DeleteObjectTagging'),
  handle: async (input, { cloud, caller }) => {
    const { state } = stateOf(cloud, input.Bucket, caller);
    await updateObject(state, input.Bucket, input.Key, input.VersionId, (record) => ({ ...record, tags: [] }));
    return { VersionId: input.VersionId };
  },
});

/** Objects have no ACLs of their own here: the bucket's owner has them, as with BucketOwnerEnforced. */
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
    const record = findBody(state, input.Bucket, input.Key, input.VersionId);
    const wants = (name: string) => wanted.includes(name);
    return {
      LastModified: new Date(record.lastModified),
      VersionId: bucket.versioning === undefined ? undefined : record.versionId,
      // Here, and only here, an entity tag goes without its quotes.
      ETag: wants('ETag') ? record.etag.replaceAll('"', '') : undefined,
      Checksum: wants('Checksum') ? checksumMembers(record.checksum) : undefined,
      ObjectParts:
        wants('ObjectParts') && record.parts !== undefined ? { TotalPartsCount: record.parts.length } : undefined,
      StorageClass: wants('StorageClass') ? ((record.headers.StorageClass ?? 'STANDARD') as 'STANDARD') : undefined,
      ObjectSize: wants('ObjectSize') ? record.size : undefined,
    };
  },
});
