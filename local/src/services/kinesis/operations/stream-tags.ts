import { tagPage } from '../../../core/tags';
import { operation } from '../contract';
import { addTags, removeTags } from '../tags';

export const addTagsToStream = operation('AddTagsToStream', {
  handle: (input, { state, caller }) =>
    state.change(state.find(input, caller), (info) => ({
      ...info,
      tags: addTags(info.tags, input.Tags, info),
    })),
});

export const removeTagsFromStream = operation('RemoveTagsFromStream', {
  handle: (input, { state, caller }) =>
    state.change(state.find(input, caller), (info) => ({
      ...info,
      tags: removeTags(info.tags, input.TagKeys, info),
    })),
});

export const listTagsForStream = operation('ListTagsForStream', {
  handle: (input, { state, caller }) => {
    const { info } = state.find(input, caller);
    return tagPage(info.tags, input.ExclusiveStartTagKey, input.Limit);
  },
});
