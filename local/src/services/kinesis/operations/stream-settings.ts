import { operation } from '../contract';
import { openShards } from '../stream-info';

export const updateStreamMode = operation('UpdateStreamMode', {
  handle: async (input, { state, caller }) => {
    const mode = input.StreamModeDetails.StreamMode;
    await state.update(input, caller, (info) => {
      if (mode === info.mode) return info;
      if (mode === 'ON_DEMAND') state.checkOnDemandQuota(caller);
      else state.checkShardQuota(caller, openShards(info).length);
      return { ...info, mode };
    });
  },
});

export const updateMaxRecordSize = operation('UpdateMaxRecordSize', {
  handle: (input, { state, caller }) =>
    state.update(input, caller, (info) => ({ ...info, maxRecordKiB: input.MaxRecordSizeInKiB })),
});
