import { operation } from '../contract';
import { encryptionWith } from '../encryption';
import { invalidArgument, streamNotActive } from '../errors';
import type { DeliveryStream } from '../state';

/** Stores that the stream is encrypted; this endpoint's files are plain in any case. */
export const startDeliveryStreamEncryption = operation('StartDeliveryStreamEncryption', {
  handle: async (input, { state, cloud, caller }) => {
    const given = input.DeliveryStreamEncryptionConfigurationInput ?? { KeyType: 'AWS_OWNED_CMK' };
    const encryption = await encryptionWith(given, { cloud, caller });
    await state.update(caller, input.DeliveryStreamName, (stream) => {
      checkDirectPut(stream, caller.accountId);
      return { ...stream, encryption };
    });
  },
});

export const stopDeliveryStreamEncryption = operation('StopDeliveryStreamEncryption', {
  handle: ({ DeliveryStreamName }, { state, caller }) =>
    state.update(caller, DeliveryStreamName, (stream) => {
      checkDirectPut(stream, caller.accountId);
      const { encryption: _dropped, ...rest } = stream;
      return rest;
    }),
});

function checkDirectPut(stream: DeliveryStream, accountId: string): void {
  if (stream.status !== 'ACTIVE') throw streamNotActive(stream.name, accountId, stream.status);
  if (stream.type !== 'DirectPut') {
    throw invalidArgument('Server-side encryption is only supported for delivery streams of type DirectPut.');
  }
}
