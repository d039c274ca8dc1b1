import { operation } from '../contract';
import { findUsableKey } from '../encryption';
import { invalidArgument } from '../errors';

export const startStreamEncryption = operation('StartStreamEncryption', {
  handle: async (request, { state, cloud, caller }) => {
    if (request.EncryptionType !== 'KMS') throw invalidArgument('EncryptionType must be KMS.');
    await findUsableKey(cloud, request.KeyId, state.find(request, caller).info);
    await state.update(request, caller, (info) => ({ ...info, keyId: request.KeyId }));
  },
});

export const stopStreamEncryption = operation('StopStreamEncryption', {
  handle: (request, { state, caller }) => state.update(request, caller, ({ keyId: _, ...rest }) => rest),
});
