import type { Context } from '../../../core/operation';
import { parsePolicy } from '../../iam/policy/document';
import { findConsumer, isConsumerArn, streamArnOfConsumer } from '../consumers';
import { operation } from '../contract';
import { invalidArgument, noResourcePolicy } from '../errors';
import { KinesisState } from '../state';

const resource = ({ ResourceARN }: { readonly ResourceARN: string }) => ResourceARN;

export const putResourcePolicy = operation('PutResourcePolicy', {
  resource,
  handle: async ({ ResourceARN, Policy }, context) => {
    try {
      parsePolicy(Policy, 'resource');
    } catch (error) {
      throw invalidArgument(`Invalid resource policy: ${(error as Error).message}`);
    }
    await setPolicy(ResourceARN, context, () => Policy);
  },
});

export const getResourcePolicy = operation('GetResourcePolicy', {
  resource,
  handle: ({ ResourceARN }, { state, caller }) => {
    const { info } = state.find({ StreamARN: streamArnOfConsumer(ResourceARN) }, caller);
    const { policy } = isConsumerArn(ResourceARN) ? findConsumer(info, ResourceARN) : info;
    return { Policy: policy ?? '{}' };
  },
});

export const deleteResourcePolicy = operation('DeleteResourcePolicy', {
  resource,
  handle: ({ ResourceARN }, context) =>
    setPolicy(ResourceARN, context, (present) => {
      if (present === undefined) throw noResourcePolicy(ResourceARN);
      return undefined;
    }),
});

/** Changes the policy of a stream or, by a longer ARN, of one of its consumers. */
async function setPolicy(
  arn: string,
  { cloud, caller }: Context,
  make: (present: string | undefined) => string | undefined,
): Promise<void> {
  const state = cloud.state(KinesisState);
  await state.change(state.find({ StreamARN: streamArnOfConsumer(arn) }, caller), (info) => {
    if (!isConsumerArn(arn)) return { ...info, policy: make(info.policy) };
    const changed = findConsumer(info, arn);
    const consumers = info.consumers.map((consumer) =>
      consumer === changed ? { ...consumer, policy: make(consumer.policy) } : consumer,
    );
    return { ...info, consumers };
  });
}
