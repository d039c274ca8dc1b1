import type { CreateStreamInput } from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import {
  DEFAULT_MAX_RECORD_KIB,
  DEFAULT_RETENTION_HOURS,
  maxRecordSizeInKiB,
  ON_DEMAND_SHARDS,
  positiveInteger,
  streamModeDetails,
  streamName,
  tagMap,
} from '../constraints';
import { streamExists, validation } from '../errors';
import { onStream } from '../permissions';
import { initialShards } from '../resharding';
import { KinesisState, streamArnOf } from '../state';
import { checkTags } from '../tags';

export const createStream = operation<CreateStreamInput, void>({
  name: 'CreateStream',
  input: structure(
    {
      StreamName: streamName,
      ShardCount: positiveInteger,
      StreamModeDetails: streamModeDetails,
      Tags: tagMap,
      MaxRecordSizeInKiB: maxRecordSizeInKiB,
    },
    'StreamName',
  ),
  permissions: onStream('CreateStream'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    const mode = input.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
    if (mode === 'ON_DEMAND' && input.ShardCount !== undefined) {
      throw validation('ShardCount must not be set for a stream in ON_DEMAND mode.');
    }
    if (mode === 'PROVISIONED' && input.ShardCount === undefined) {
      throw validation('ShardCount must be set for a stream in PROVISIONED mode.');
    }
    const { accountId, region } = caller;
    const name = input.StreamName;
    if (state.list(caller).some(({ record }) => record.name === name)) throw streamExists(name, accountId);
    const shardCount = input.ShardCount ?? ON_DEMAND_SHARDS;
    // The quota comes before the shards: nothing is made of what is refused.
    if (mode === 'PROVISIONED') state.checkShardQuota(caller, shardCount);
    else state.checkOnDemandQuota(caller);
    const createdAt = cloud.clock.now();
    await state.create({
      accountId,
      region,
      name,
      arn: streamArnOf({ accountId, region, name }),
      status: 'CREATING',
      mode,
      createdAt,
      retentionHours: DEFAULT_RETENTION_HOURS,
      maxRecordKiB: input.MaxRecordSizeInKiB ?? DEFAULT_MAX_RECORD_KIB,
      monitoring: [],
      tags: checkTags({}, input.Tags ?? {}),
      shards: initialShards(shardCount, createdAt),
      consumers: [],
      resizedAt: [],
    });
  },
});
