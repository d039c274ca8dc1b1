import type { Context } from '../../../core/operation';
import { namedStream } from '../arn';
import { MAX_CONSUMERS, MAX_PAGE } from '../constraints';
import { type ConsumerReference, describeConsumer, resolveConsumer, streamOfConsumer } from '../consumers';
import { operation } from '../contract';
import { invalidArgument, limitExceeded, resourceInUse } from '../errors';
import { KinesisState } from '../state';
import { checkTags } from '../tags';

export const registerStreamConsumer = operation('RegisterStreamConsumer', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    const createdAt = cloud.clock.now();
    const name = input.ConsumerName;
    const arn = `${input.StreamARN}/consumer/${name}:${Math.floor(createdAt / 1000)}`;
    const consumer = { name, arn, createdAt, tags: checkTags({}, input.Tags ?? {}) };
    await state.change(state.findActive(input, caller), (record) => {
      if (record.consumers.some((present) => present.name === name)) {
        throw resourceInUse(
          `Consumer ${name} of stream ${record.name} under account ${record.accountId} exists already.`,
        );
      }
      if (record.consumers.length >= MAX_CONSUMERS) {
        throw limitExceeded(`A stream may have no more than ${MAX_CONSUMERS} registered consumers.`);
      }
      return { ...record, consumers: [...record.consumers, consumer] };
    });
    return { Consumer: { ...describeConsumer(consumer, createdAt) } };
  },
});

export const deregisterStreamConsumer = operation('DeregisterStreamConsumer', {
  resource: namedConsumer,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    const stream = state.find(streamOfConsumer(input), caller);
    await state.change(stream, (record) => {
      const removed = resolveConsumer(record, input);
      return { ...record, consumers: record.consumers.filter((consumer) => consumer !== removed) };
    });
    // Its subscriptions end.
    stream.notify();
  },
});

export const describeStreamConsumer = operation('DescribeStreamConsumer', {
  resource: namedConsumer,
  handle: (input, { cloud, caller }) => {
    const { record } = cloud.state(KinesisState).find(streamOfConsumer(input), caller);
    const consumer = resolveConsumer(record, input);
    return {
      ConsumerDescription: { ...describeConsumer(consumer, cloud.clock.now()), StreamARN: record.arn },
    };
  },
});

export const listStreamConsumers = operation('ListStreamConsumers', {
  resource: namedStream,
  handle: (input, { cloud, caller }) => {
    const { record } = cloud.state(KinesisState).find(input, caller);
    const start = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, 'base64').toString());
    if (!Number.isInteger(start)) throw invalidArgument('Invalid NextToken.');
    const end = start + Math.min(input.MaxResults ?? MAX_PAGE, MAX_PAGE);
    const now = cloud.clock.now();
    return {
      Consumers: record.consumers.slice(start, end).map((consumer) => describeConsumer(consumer, now)),
      ...(end < record.consumers.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {}),
    };
  },
});

/** A consumer's ARN, known only when the stream is looked up where the input has names. */
function namedConsumer(input: ConsumerReference, { cloud, caller }: Context): string {
  const { record } = cloud.state(KinesisState).find(streamOfConsumer(input), caller);
  return resolveConsumer(record, input).arn;
}
