import { operation } from '../contract';
import { resourceInUse } from '../errors';

export const deleteStream = operation('DeleteStream', {
  handle: (input, { state, caller }) =>
    state.change(state.find(input, caller), (info) => {
      if (info.consumers.length > 0 && input.EnforceConsumerDeletion !== true) {
        throw resourceInUse(
          `Stream ${info.name} under account ${info.accountId} has registered consumers, ` +
            'and EnforceConsumerDeletion is not set.',
        );
      }
      return info.status === 'DELETING' ? info : { ...info, status: 'DELETING' };
    }),
});
