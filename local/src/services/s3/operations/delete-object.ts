import type { DeletedObject, DeleteObjectsOutput, ObjectIdentifier } from '@aws-sdk/client-s3';
import { AwsError } from '../../../core/errors';
import { type Context, isOwner, type Strict } from '../../../core/operation';
import { objectArn, onObject } from '../arn';
import { operation } from '../contract';
import { malformedXml, noSuchVersion } from '../errors';
import { isDenying } from '../policy';
import { removeObject } from '../removal';
import { checkKey, stateOf } from './common';

export const deleteObject = operation('DeleteObject', {
  permissions: onObject('DeleteObject'),
  handle: async (input, context) => {
    const { state } = stateOf(context.cloud, input.Bucket, context.caller);
    checkKey(input.Bucket, input.Key);
    const removal = await removeObject(state, input.Bucket, input.Key, {
      versionId: input.VersionId,
      ifMatch: input.IfMatch,
      by: context,
    });
    return { DeleteMarker: removal.deleteMarker, VersionId: removal.versionId };
  },
});

const MAX_OBJECTS = 1_000;
type Identifier = Strict<ObjectIdentifier>;
type ErrorEntry = NonNullable<DeleteObjectsOutput['Errors']>[number];

/** Deletes objects, each with its own permission and its own error. */
export const deleteObjects = operation('DeleteObjects', {
  permissions: () => [],
  handle: async (input, context) => {
    stateOf(context.cloud, input.Bucket, context.caller);
    const { Objects, Quiet } = input.Delete;
    if (Objects.length === 0 || Objects.length > MAX_OBJECTS) throw malformedXml();
    const results = await Promise.all(Objects.map((object) => deleteOne(input.Bucket, object, context)));
    const deleted = results.filter((result): result is DeletedObject => !('Code' in result));
    const errors = results.filter((result): result is ErrorEntry => 'Code' in result);
    return { Deleted: Quiet === true ? [] : deleted, Errors: errors };
  },
});

async function deleteOne(bucket: string, object: Identifier, context: Context): Promise<DeletedObject | ErrorEntry> {
  const { Key, VersionId, ETag } = object;
  try {
    authorizeOne(bucket, object, context);
    checkKey(bucket, Key);
    const { state } = stateOf(context.cloud, bucket, context.caller);
    const removal = await removeObject(state, bucket, Key, { versionId: VersionId, ifMatch: ETag, by: context });
    return {
      Key,
      VersionId,
      DeleteMarker: removal.deleteMarker,
      DeleteMarkerVersionId: removal.deleteMarker === true ? removal.versionId : undefined,
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // In a list, a malformed version id counts as a missing version.
    if (error.code === 'InvalidArgument' && VersionId !== undefined) return missingVersion(Key, VersionId);
    return { Key, VersionId, Code: error.code, Message: error.message };
  }
}

function missingVersion(Key: string, VersionId: string): ErrorEntry {
  const { code, message } = noSuchVersion(Key, VersionId);
  return { Key, VersionId, Code: code, Message: message };
}

function authorizeOne(bucket: string, { Key, VersionId }: Identifier, context: Context): void {
  const { cloud, caller } = context;
  if (isOwner(caller) && !isDenying(bucket, context)) return;
  const action = VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  cloud.authorize(caller, { action, resource: objectArn(bucket, Key) });
}
