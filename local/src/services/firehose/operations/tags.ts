import type {
  ListTagsForDeliveryStreamInput,
  ListTagsForDeliveryStreamOutput,
  TagDeliveryStreamInput,
  TagDeliveryStreamOutput,
  UntagDeliveryStreamInput,
  UntagDeliveryStreamOutput,
} from '@aws-sdk/client-firehose';
import { operation } from '../../../core/operation';
import { integer, string, structure } from '../../../core/shape';
import * as is from '../constraints';
import { tooManyTags } from '../errors';
import { permissionOn } from '../permissions';
import { FirehoseState } from '../state';

const MAX_TAGS = 50;

export const listTagsForDeliveryStream = operation<ListTagsForDeliveryStreamInput, ListTagsForDeliveryStreamOutput>({
  name: 'ListTagsForDeliveryStream',
  input: structure(
    {
      DeliveryStreamName: is.streamName,
      ExclusiveStartTagKey: string({ min: 1, max: 128 }),
      Limit: integer({ min: 1, max: 50 }),
    },
    'DeliveryStreamName',
  ),
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

export const tagDeliveryStream = operation<TagDeliveryStreamInput, TagDeliveryStreamOutput>({
  name: 'TagDeliveryStream',
  input: structure({ DeliveryStreamName: is.streamName, Tags: is.tags }, 'DeliveryStreamName Tags'),
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

export const untagDeliveryStream = operation<UntagDeliveryStreamInput, UntagDeliveryStreamOutput>({
  name: 'UntagDeliveryStream',
  input: structure({ DeliveryStreamName: is.streamName, TagKeys: is.tagKeys }, 'DeliveryStreamName TagKeys'),
  permissions: permissionOn('firehose:UntagDeliveryStream'),
  handle: async ({ DeliveryStreamName, TagKeys }, { cloud, caller }) => {
    await cloud.state(FirehoseState).update(caller, DeliveryStreamName, (stream) => ({
      ...stream,
      tags: Object.fromEntries(Object.entries(stream.tags).filter(([key]) => !TagKeys.includes(key))),
    }));
    return {};
  },
});
