import { operation } from '../contract';

/** Names per page by default. */
const DEFAULT_LIMIT = 10;

export const listDeliveryStreams = operation('ListDeliveryStreams', {
  handle: (input, { state, caller }) => {
    const names = state
      .list(caller)
      .filter(({ type }) => input.DeliveryStreamType === undefined || type === input.DeliveryStreamType)
      .map(({ name }) => name)
      .filter((name) => name > (input.ExclusiveStartDeliveryStreamName ?? ''));
    const limit = input.Limit ?? DEFAULT_LIMIT;
    return { DeliveryStreamNames: names.slice(0, limit), HasMoreDeliveryStreams: names.length > limit };
  },
});
