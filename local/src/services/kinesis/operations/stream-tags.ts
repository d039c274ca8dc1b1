import { tagList } from '../../../core/tags';
import { namedStream } from '../arn';
import { operation } from '../contract';
import { KinesisState } from '../state';
import { addTags, removeTags } from '../tags';

export const addTagsToStream = operation('AddTagsToStream', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (info) => ({
      ...info,
      tags: addTags(info.tags, input.Tags, info),
    }));
  },
});

export const removeTagsFromStream = operation('RemoveTagsFromStream', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (info) => ({
      ...info,
      tags: removeTags(info.tags, input.TagKeys, info),
    }));
  },
});

export const listTagsForStream = operation('ListTagsForStream', {
  resource: namedStream,
  handle: (input, { cloud, caller }) => {
    const { info } = cloud.state(KinesisState).find(input, caller);
    const after = input.ExclusiveStartTagKey ?? '';
    const tags = tagList(info.tags).filter(({ Key }) => Key > after);
    const page = tags.slice(0, input.Limit ?? 50);
    return { Tags: page, HasMoreTags: page.length < tags.length };
  },
});
