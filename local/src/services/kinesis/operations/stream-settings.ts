import { operation } from '../contract';
import { streamNotActive } from '../errors';
import { openShards } from '../stream-info';

export const updateStreamMode = operation('UpdateStreamMode', {
  handle: async (input, { state, caller }) => {
    const mode = input.StreamModeDetails.StreamMode;
    const stream = state.find(input, caller);
    await state.change(stream, (info) => {
      if (info.status !== 'ACTIVE') throw streamNotActive(info);
      if (mode === info.mode) return info;
      if (mode === 'ON_DEMAND') state.checkOnDemandQuota(caller);
      else state.checkShardQuota(caller, openShards(info).length);
      return { ...info, mode, status: 'UPDATING' };
    });
  },
});

export const updateMaxRecordSize = operation('UpdateMaxRecordSize', {
  handle: (input, { state, caller }) =>
    state.change(state.find(input, caller), (info) => {
      if (info.status !== 'ACTIVE') throw streamNotActive(info);
      return { ...info, maxRecordKiB: input.MaxRecordSizeInKiB, status: 'UPDATING' };
    }),
});
