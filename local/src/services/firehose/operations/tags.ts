import { operation } from '../contract';
import { tooManyTags } from '../errors';
import { permissionOn } from '../permissions';
import { FirehoseState } from '../state';

const MAX_TAGS = 50;

export const listTagsForDeliveryStream = operation('ListTagsForDeliveryStream', {
  permissions: permissionOn('firehose:ListTagsForDeliveryStream'),
  handle: (input, { cloud, caller }) => {
    const { tags } = cloud.state(FirehoseState).get(caller, input.DeliveryStreamName);
    const rest = Object.entries(tags)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .filter(([key]) => key > (input.ExclusiveStartTagKey ?? ''));
    const limit = input.Limit ?? MAX_TAGS;
    return {
      Tags: rest.slice(0, limit).map(([Key, Value]) => ({ Key, Value })),
      HasMoreTags: rest.length > limit,
    };
  },
});

export const tagDeliveryStream = operation('TagDeliveryStream', {
  permissions: permissionOn('firehose:TagDeliveryStream'),
  handle: async ({ DeliveryStreamName, Tags }, { cloud, caller }) => {
    await cloud.state(FirehoseState).update(caller, DeliveryStreamName, (stream) => {
      const tags = { ...stream.tags };
      for (const { Key, Value } of Tags) tags[Key] = Value ?? '';
      if (Object.keys(tags).length > MAX_TAGS) throw tooManyTags(MAX_TAGS);
      return { ...stream, tags };
    });
    return {};
  },
});

export const untagDeliveryStream = operation('UntagDeliveryStream', {
  permissions: permissionOn('firehose:UntagDeliveryStream'),
  handle: async ({ DeliveryStreamName, TagKeys }, { cloud, caller }) => {
    await cloud.state(FirehoseState).update(caller, DeliveryStreamName, (stream) => ({
      ...stream,
      tags: Object.fromEntries(Object.entries(stream.tags).filter(([key]) => !TagKeys.includes(key))),
    }));
    return {};
  },
});
