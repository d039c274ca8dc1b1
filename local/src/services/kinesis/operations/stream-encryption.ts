import { namedStream } from '../arn';
import { operation } from '../contract';
import { findUsableKey } from '../encryption';
import { invalidArgument, streamNotActive } from '../errors';
import { KinesisState } from '../state';

export const startStreamEncryption = operation('StartStreamEncryption', {
  resource: namedStream,
  handle: async (request, { cloud, caller }) => {
    if (request.EncryptionType !== 'KMS') throw invalidArgument('EncryptionType must be KMS.');
    const state = cloud.state(KinesisState);
    const stream = state.find(request, caller);
    await findUsableKey(cloud, request.KeyId, stream.record);
    await state.change(stream, (record) => {
      if (record.status !== 'ACTIVE') throw streamNotActive(record);
      return { ...record, keyId: request.KeyId, status: 'UPDATING' };
    });
  },
});

export const stopStreamEncryption = operation('StopStreamEncryption', {
  resource: namedStream,
  handle: async (request, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(request, caller), (record) => {
      if (record.status !== 'ACTIVE') throw streamNotActive(record);
      const { keyId: _, ...rest } = record;
      return { ...rest, status: 'UPDATING' };
    });
  },
});
