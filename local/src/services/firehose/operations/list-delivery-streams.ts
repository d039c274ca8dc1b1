import type { ListDeliveryStreamsInput, ListDeliveryStreamsOutput } from '@aws-sdk/client-firehose';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import * as is from '../constraints';
import { FirehoseState } from '../state';

/** Names per answer when none are asked for. */
const DEFAULT_LIMIT = 10;

export const listDeliveryStreams = operation<ListDeliveryStreamsInput, ListDeliveryStreamsOutput>({
  name: 'ListDeliveryStreams',
  input: structure({
    Limit: is.limit,
    DeliveryStreamType: is.streamType,
    ExclusiveStartDeliveryStreamName: is.streamName,
  }),
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
