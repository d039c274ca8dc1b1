import type {
  AddTagsToStreamInput,
  ListTagsForStreamInput,
  ListTagsForStreamOutput,
  RemoveTagsFromStreamInput,
} from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { integer, list, structure } from '../../../core/shape';
import { byNameOrArn, tagKey, tagMap } from '../constraints';
import { onStream } from '../permissions';
import { KinesisState } from '../state';
import { checkTags, tagList, withoutTags } from '../tags';

export const addTagsToStream = operation<AddTagsToStreamInput, void>({
  name: 'AddTagsToStream',
  input: structure({ ...byNameOrArn, Tags: tagMap }, 'Tags'),
  permissions: onStream('AddTagsToStream'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (record) => ({
      ...record,
      tags: checkTags(record.tags, input.Tags),
    }));
  },
});

export const removeTagsFromStream = operation<RemoveTagsFromStreamInput, void>({
  name: 'RemoveTagsFromStream',
  input: structure({ ...byNameOrArn, TagKeys: list(tagKey, { min: 1, max: 50 }) }, 'TagKeys'),
  permissions: onStream('RemoveTagsFromStream'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (record) => ({
      ...record,
      tags: withoutTags(record.tags, input.TagKeys),
    }));
  },
});

export const listTagsForStream = operation<ListTagsForStreamInput, ListTagsForStreamOutput>({
  name: 'ListTagsForStream',
  input: structure({ ...byNameOrArn, ExclusiveStartTagKey: tagKey, Limit: integer({ min: 1, max: 50 }) }),
  permissions: onStream('ListTagsForStream'),
  handle: (input, { cloud, caller }) => {
    const { record } = cloud.state(KinesisState).find(input, caller);
    const after = input.ExclusiveStartTagKey ?? '';
    const tags = tagList(record.tags).filter(({ Key }) => Key > after);
    const page = tags.slice(0, input.Limit ?? 50);
    return { Tags: page, HasMoreTags: page.length < tags.length };
  },
});
