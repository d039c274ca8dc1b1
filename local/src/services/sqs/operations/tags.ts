import type { Caller } from '../../../core/operation';
import { mergeTags, type Tags, withoutTags } from '../../../core/tags';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import type { SqsState } from '../state';

const tooManyTags = () => invalidParameter('Too many tags added for queue.');

export const listQueueTags = operation('ListQueueTags', {
  handle: ({ QueueUrl }, { state, caller }) => {
    const { tags } = state.byUrl(caller, QueueUrl).info;
    return Object.keys(tags).length === 0 ? {} : { Tags: { ...tags } };
  },
});

export const tagQueue = operation('TagQueue', {
  handle: ({ QueueUrl, Tags }, { state, caller }) =>
    changeTags(state, caller, QueueUrl, (tags) => mergeTags(tags, Tags, tooManyTags)),
});

export const untagQueue = operation('UntagQueue', {
  handle: ({ QueueUrl, TagKeys }, { state, caller }) =>
    changeTags(state, caller, QueueUrl, (tags) => withoutTags(tags, TagKeys)),
});

function changeTags(state: SqsState, caller: Caller, url: string, change: (tags: Tags) => Tags): Promise<void> {
  return state.transaction(() => {
    const { info } = state.byUrl(caller, url);
    state.put({ ...info, tags: change(info.tags) });
  });
}
