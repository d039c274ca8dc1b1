import type { Context } from '../../../core/operation';
import { pageOfList } from '../../../core/paging';
import { MAX_CONSUMERS, MAX_PAGE } from '../constraints';
import { type ConsumerReference, describeConsumer, resolveConsumer, streamOfConsumer } from '../consumers';
import { operation } from '../contract';
import { invalidToken, limitExceeded, resourceInUse } from '../errors';
import { KinesisState } from '../state';
import { addTags } from '../tags';

export const registerStreamConsumer = operation('RegisterStreamConsumer', {
  handle: async (input, { state, cloud, caller }) => {
    const createdAt = cloud.clock.now();
    const name = input.ConsumerName;
    const arn = `${input.StreamARN}/consumer/${name}:${Math.floor(createdAt / 1000)}`;
    const consumer = {
      name,
      arn,
      createdAt,
      tags: addTags({}, input.Tags ?? {}, { name, accountId: caller.accountId }),
    };
    await state.change(state.findActive(input, caller), (info) => {
      if (info.consumers.some((present) => present.name === name)) {
        throw resourceInUse(`Consumer ${name} of stream ${info.name} under account ${info.accountId} exists already.`);
      }
      if (info.consumers.length >= MAX_CONSUMERS) {
        throw limitExceeded(`A stream may have no more than ${MAX_CONSUMERS} registered consumers.`);
      }
      return { ...info, consumers: [...info.consumers, consumer] };
    });
    return { Consumer: { ...describeConsumer(consumer, createdAt) } };
  },
});

export const deregisterStreamConsumer = operation('DeregisterStreamConsumer', {
  resource: namedConsumer,
  handle: async (input, { state, caller }) => {
    const stream = state.find(streamOfConsumer(input), caller);
    await state.change(stream, (info) => {
      const removed = resolveConsumer(info, input);
      return { ...info, consumers: info.consumers.filter((consumer) => consumer !== removed) };
    });
    // The deleted consumer's subscriptions end.
    stream.notify();
  },
});

export const describeStreamConsumer = operation('DescribeStreamConsumer', {
  resource: namedConsumer,
  handle: (input, { state, cloud, caller }) => {
    const { info } = state.find(streamOfConsumer(input), caller);
    const consumer = resolveConsumer(info, input);
    return {
      ConsumerDescription: { ...describeConsumer(consumer, cloud.clock.now()), StreamARN: info.arn },
    };
  },
});

export const listStreamConsumers = operation('ListStreamConsumers', {
  handle: (input, { state, cloud, caller }) => {
    const { info } = state.find(input, caller);
    const now = cloud.clock.now();
    const limit = Math.min(input.MaxResults ?? MAX_PAGE, MAX_PAGE);
    const { items, nextToken } = pageOfList(info.consumers, { token: input.NextToken, limit }, invalidToken);
    return { Consumers: items.map((consumer) => describeConsumer(consumer, now)), NextToken: nextToken };
  },
});

/** A consumer's ARN; for an input with names, the stream is looked up first. */
function namedConsumer(input: ConsumerReference, { cloud, caller }: Context): string {
  const { info } = cloud.state(KinesisState).find(streamOfConsumer(input), caller);
  return resolveConsumer(info, input).arn;
}
