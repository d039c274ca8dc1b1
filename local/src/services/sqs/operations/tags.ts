import { mergeTags, withoutTags } from '../../../core/tags';
import { namedQueue } from '../arn';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { SqsState } from '../state';

/** Most tags of a queue (SQS's page "Amazon SQS standard queue quotas"). */
const MOST_TAGS = 50;

export const listQueueTags = operation('ListQueueTags', {
  resource: namedQueue,
  handle: ({ QueueUrl }, { cloud, caller }) => {
    const { tags } = cloud.state(SqsState).byUrl(caller, QueueUrl).info;
    return Object.keys(tags).length === 0 ? {} : { Tags: { ...tags } };
  },
});

export const tagQueue = operation('TagQueue', {
  resource: namedQueue,
  handle: async ({ QueueUrl, Tags }, { cloud, caller }) => {
    const state = cloud.state(SqsState);
    const { info } = state.byUrl(caller, QueueUrl);
    const tags = mergeTags(info.tags, Tags, () => invalidParameter('Too many tags added for queue.'), MOST_TAGS);
    await state.transaction(() => state.put({ ...info, tags }));
    return undefined;
  },
});

export const untagQueue = operation('UntagQueue', {
  resource: namedQueue,
  handle: async ({ QueueUrl, TagKeys }, { cloud, caller }) => {
    const state = cloud.state(SqsState);
    const { info } = state.byUrl(caller, QueueUrl);
    const tags = withoutTags(info.tags, TagKeys);
    await state.transaction(() => state.put({ ...info, tags }));
    return undefined;
  },
});
