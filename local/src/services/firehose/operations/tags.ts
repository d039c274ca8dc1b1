import { fromTagList, MAX_TAGS, mergeTags, tagList, withoutTags } from '../../../core/tags';
import { namedStream } from '../arn';
import { operation } from '../contract';
import { tooManyTags } from '../errors';
import { FirehoseState } from '../state';

export const listTagsForDeliveryStream = operation('ListTagsForDeliveryStream', {
  resource: namedStream,
  handle: (input, { cloud, caller }) => {
    const { tags } = cloud.state(FirehoseState).get(caller, input.DeliveryStreamName);
    const rest = tagList(tags).filter(({ Key }) => Key > (input.ExclusiveStartTagKey ?? ''));
    const limit = input.Limit ?? MAX_TAGS;
    return { Tags: rest.slice(0, limit), HasMoreTags: rest.length > limit };
  },
});

export const tagDeliveryStream = operation('TagDeliveryStream', {
  resource: namedStream,
  handle: async ({ DeliveryStreamName, Tags }, { cloud, caller }) => {
    await cloud.state(FirehoseState).update(caller, DeliveryStreamName, (stream) => ({
      ...stream,
      tags: mergeTags(stream.tags, fromTagList(Tags), () => tooManyTags(MAX_TAGS)),
    }));
    return {};
  },
});

export const untagDeliveryStream = operation('UntagDeliveryStream', {
  resource: namedStream,
  handle: async ({ DeliveryStreamName, TagKeys }, { cloud, caller }) => {
    await cloud.state(FirehoseState).update(caller, DeliveryStreamName, (stream) => ({
      ...stream,
      tags: withoutTags(stream.tags, TagKeys),
    }));
    return {};
  },
});
