import { namedStream } from '../arn';
import { operation } from '../contract';
import { streamNotActive } from '../errors';
import { KinesisState } from '../state';
import { openShards } from '../stream-record';

export const updateStreamMode = operation('UpdateStreamMode', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    const mode = input.StreamModeDetails.StreamMode;
    const stream = state.find(input, caller);
    await state.change(stream, (record) => {
      if (record.status !== 'ACTIVE') throw streamNotActive(record);
      if (mode === record.mode) return record;
      if (mode === 'ON_DEMAND') state.checkOnDemandQuota(caller);
      else state.checkShardQuota(caller, openShards(record).length);
      return { ...record, mode, status: 'UPDATING' };
    });
  },
});

export const updateMaxRecordSize = operation('UpdateMaxRecordSize', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (record) => {
      if (record.status !== 'ACTIVE') throw streamNotActive(record);
      return { ...record, maxRecordKiB: input.MaxRecordSizeInKiB, status: 'UPDATING' };
    });
  },
});
