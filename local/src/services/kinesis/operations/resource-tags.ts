import type { Context } from '../../../core/operation';
import { tagList } from '../../../core/tags';
import { findConsumer, isConsumerArn, streamArnOfConsumer } from '../consumers';
import { operation } from '../contract';
import { KinesisState } from '../state';
import type { StreamInfo } from '../stream-info';
import { addTags, removeTags } from '../tags';

type Tags = Readonly<Record<string, string>>;

export const tagResource = operation('TagResource', {
  handle: ({ ResourceARN, Tags }, context) =>
    changeTags(ResourceARN, context, (tags, stream) => addTags(tags, Tags, stream)),
});

export const untagResource = operation('UntagResource', {
  handle: ({ ResourceARN, TagKeys }, context) =>
    changeTags(ResourceARN, context, (tags, stream) => removeTags(tags, TagKeys, stream)),
});

export const listTagsForResource = operation('ListTagsForResource', {
  handle: ({ ResourceARN }, { state, caller }) => {
    const { info } = state.find({ StreamARN: streamArnOfConsumer(ResourceARN) }, caller);
    const { tags } = isConsumerArn(ResourceARN) ? findConsumer(info, ResourceARN) : info;
    return { Tags: tagList(tags) };
  },
});

/** Changes the tags of a stream or, by a longer ARN, of one of its consumers. */
async function changeTags(
  arn: string,
  { cloud, caller }: Context,
  make: (tags: Tags, stream: StreamInfo) => Tags,
): Promise<void> {
  const state = cloud.state(KinesisState);
  await state.change(state.find({ StreamARN: streamArnOfConsumer(arn) }, caller), (info) => {
    if (!isConsumerArn(arn)) return { ...info, tags: make(info.tags, info) };
    const changed = findConsumer(info, arn);
    return {
      ...info,
      consumers: info.consumers.map((consumer) =>
        consumer === changed ? { ...consumer, tags: make(consumer.tags, info) } : consumer,
      ),
    };
  });
}
