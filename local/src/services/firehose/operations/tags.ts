import { fromTagList, MAX_TAGS, mergeTags, tagPage, withoutTags } from '../../../core/tags';
import { operation } from '../contract';
import { tooManyTags } from '../errors';

export const listTagsForDeliveryStream = operation('ListTagsForDeliveryStream', {
  handle: (input, { state, caller }) => {
    const { tags } = state.get(caller, input.DeliveryStreamName);
    return tagPage(tags, input.ExclusiveStartTagKey, input.Limit);
  },
});

export const tagDeliveryStream = operation('TagDeliveryStream', {
  handle: ({ DeliveryStreamName, Tags }, { state, caller }) =>
    state.update(caller, DeliveryStreamName, (stream) => ({
      ...stream,
      tags: mergeTags(stream.tags, fromTagList(Tags), () => tooManyTags(MAX_TAGS)),
    })),
});

export const untagDeliveryStream = operation('UntagDeliveryStream', {
  handle: ({ DeliveryStreamName, TagKeys }, { state, caller }) =>
    state.update(caller, DeliveryStreamName, (stream) => ({
      ...stream,
      tags: withoutTags(stream.tags, TagKeys),
    })),
});
