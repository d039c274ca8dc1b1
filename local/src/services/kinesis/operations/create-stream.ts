import { streamArnOf } from '../arn';
import { DEFAULT_MAX_RECORD_KIB, DEFAULT_RETENTION_HOURS, ON_DEMAND_SHARDS } from '../constraints';
import { operation } from '../contract';
import { streamExists, validation } from '../errors';
import { initialShards } from '../resharding';
import { addTags } from '../tags';

export const createStream = operation('CreateStream', {
  handle: async (input, { state, cloud, caller }) => {
    // A name alone creates an on-demand stream.
    const mode = input.StreamModeDetails?.StreamMode ?? (input.ShardCount === undefined ? 'ON_DEMAND' : 'PROVISIONED');
    if (mode === 'ON_DEMAND' && input.ShardCount !== undefined) {
      throw validation('ShardCount must not be set for a stream in ON_DEMAND mode.');
    }
    if (mode === 'PROVISIONED' && input.ShardCount === undefined) {
      throw validation('ShardCount must be set for a stream in PROVISIONED mode.');
    }
    const { accountId, region } = caller;
    const name = input.StreamName;
    if (state.list(caller).some(({ info }) => info.name === name)) throw streamExists(name, accountId);
    const shardCount = input.ShardCount ?? ON_DEMAND_SHARDS;
    // The quota is checked first: a refused request must not build its shards.
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
      tags: addTags({}, input.Tags ?? {}, { name, accountId }),
      shards: initialShards(shardCount, createdAt, state.floorOf({ accountId, region, name })),
      consumers: [],
      resizedAt: [],
    });
  },
});
