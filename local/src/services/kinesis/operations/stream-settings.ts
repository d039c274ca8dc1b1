import type { UpdateMaxRecordSizeInput, UpdateStreamModeInput } from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { maxRecordSizeInKiB, streamArn, streamModeDetails } from '../constraints';
import { streamNotActive } from '../errors';
import { onStream } from '../permissions';
import { KinesisState } from '../state';
import { openShards } from '../stream-record';

export const updateStreamMode = operation<UpdateStreamModeInput, void>({
  name: 'UpdateStreamMode',
  input: structure({ StreamARN: streamArn, StreamModeDetails: streamModeDetails }, 'StreamARN StreamModeDetails'),
  permissions: onStream('UpdateStreamMode'),
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

export const updateMaxRecordSize = operation<UpdateMaxRecordSizeInput, void>({
  name: 'UpdateMaxRecordSize',
  input: structure({ StreamARN: streamArn, MaxRecordSizeInKiB: maxRecordSizeInKiB }, 'MaxRecordSizeInKiB'),
  permissions: onStream('UpdateMaxRecordSize'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    await state.change(state.find(input, caller), (record) => {
      if (record.status !== 'ACTIVE') throw streamNotActive(record);
      return { ...record, maxRecordKiB: input.MaxRecordSizeInKiB, status: 'UPDATING' };
    });
  },
});
