import { operation } from '../contract';
import { FirehoseState } from '../state';

/** Names per page by default. */
const DEFAULT_LIMIT = 10;

export const listDeliveryStreams = operation('ListDeliveryStreams', {
  handle: (input, { cloud, caller }) => {
    const names = cloud
      .state(FirehoseState)
      .list(caller)
      .filter(({ type }) => input.DeliveryStreamType === undefined || type === input.DeliveryStreamType)
      .map(({ name }) => name)
      .filter((name) => name > (input.ExclusiveStartDeliveryStreamName ?? ''));
    const limit = input.Limit ?? DEFAULT_LIMIT;
    return { DeliveryStreamNames: names.slice(0, limit), HasMoreDeliveryStreams: names.length > limit };
  },
});
