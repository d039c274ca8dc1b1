import { tagList, withoutTags } from '../../../core/tags';
import { namedStream } from '../arn';
import { operation } from '../contract';
import { KinesisState } from '../state';
import { checkTags } from '../tags';

export const addTagsToStream = operation('AddTagsToStream', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (info) => ({
      ...info,
      tags: checkTags(info.tags, input.Tags),
    }));
  },
});

export const removeTagsFromStream = operation('RemoveTagsFromStream', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (info) => ({
      ...info,
      tags: withoutTags(info.tags, input.TagKeys),
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
