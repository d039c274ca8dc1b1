import { namedStream } from '../arn';
import { operation } from '../contract';
import { resourceInUse } from '../errors';
import { KinesisState } from '../state';

export const deleteStream = operation('DeleteStream', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (record) => {
      if (record.consumers.length > 0 && input.EnforceConsumerDeletion !== true) {
        throw resourceInUse(
          `Stream ${record.name} under account ${record.accountId} has registered consumers, ` +
            'and EnforceConsumerDeletion is not set.',
        );
      }
      return record.status === 'DELETING' ? record : { ...record, status: 'DELETING' };
    });
  },
});
