import { onObject } from '../arn';
import { operation } from '../contract';
import { findTagged, replaceTags } from '../objects';
import { checkTags, OBJECT_TAGS, stateOf, versionOf } from './common';

export const getObjectTagging = operation('GetObjectTagging', {
  permissions: onObject('GetObjectTagging'),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const object = findTagged(state, input.Bucket, input.Key, input.VersionId, 'GET');
    return { TagSet: [...object.tags], VersionId: versionOf(bucket, object) };
  },
});

export const putObjectTagging = operation('PutObjectTagging', {
  permissions: onObject('PutObjectTagging'),
  handle: async (input, context) => {
    const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
    const tags = checkTags(input.Tagging.TagSet ?? [], OBJECT_TAGS);
    const object = await replaceTags(state, input.Bucket, input.Key, input.VersionId, tags, 'Put', context);
    return { VersionId: versionOf(bucket, object) };
  },
});

export const deleteObjectTagging = operation('DeleteObjectTagging', {
  permissions: onObject('DeleteObjectTagging'),
  handle: async (input, context) => {
    const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
    const object = await replaceTags(state, input.Bucket, input.Key, input.VersionId, [], 'Delete', context);
    return { VersionId: versionOf(bucket, object) };
  },
});
