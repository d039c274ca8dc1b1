import { operation } from '../contract';
import { streamNotActive } from '../errors';

/**
 * Deletes a delivery stream. Answers at once; the stream is DELETING while buffered records are delivered, in one
 * attempt. AWS promises less: it "makes no guarantees" for data in progress when a delivery stream is deleted.
 */
export const deleteDeliveryStream = operation('DeleteDeliveryStream', {
  handle: async ({ DeliveryStreamName }, { state, caller }) => {
    const stream = await state.update(caller, DeliveryStreamName, (found) => {
      if (found.status === 'DELETING') throw streamNotActive(found.name, caller.accountId, found.status);
      return { ...found, status: 'DELETING' };
    });
    state.finishDeletion(stream, state.dataPlane.deleted(stream));
  },
});
