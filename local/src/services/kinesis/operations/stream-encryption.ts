import { operation } from '../contract';
import { findUsableKey } from '../encryption';
import { invalidArgument, streamNotActive } from '../errors';

export const startStreamEncryption = operation('StartStreamEncryption', {
  handle: async (request, { state, cloud, caller }) => {
    if (request.EncryptionType !== 'KMS') throw invalidArgument('EncryptionType must be KMS.');
    const stream = state.find(request, caller);
    await findUsableKey(cloud, request.KeyId, stream.info);
    await state.change(stream, (info) => {
      if (info.status !== 'ACTIVE') throw streamNotActive(info);
      return { ...info, keyId: request.KeyId, status: 'UPDATING' };
    });
  },
});

export const stopStreamEncryption = operation('StopStreamEncryption', {
  handle: (request, { state, caller }) =>
    state.change(state.find(request, caller), (info) => {
      if (info.status !== 'ACTIVE') throw streamNotActive(info);
      const { keyId: _, ...rest } = info;
      return { ...rest, status: 'UPDATING' };
    }),
});
