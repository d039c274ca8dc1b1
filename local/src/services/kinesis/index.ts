import type { Service } from '../../core/service';
import { contract } from './contract';
import { createStream } from './operations/create-stream';
import { deleteStream } from './operations/delete-stream';
import { describeLimits } from './operations/describe-limits';
import { describeStream } from './operations/describe-stream';
import { describeStreamSummary } from './operations/describe-stream-summary';
import { disableEnhancedMonitoring, enableEnhancedMonitoring } from './operations/enhanced-monitoring';
import { getRecords } from './operations/get-records';
import { getShardIterator } from './operations/get-shard-iterator';
import { listShards } from './operations/list-shards';
import { listStreams } from './operations/list-streams';
import { putRecord } from './operations/put-record';
import { putRecords } from './operations/put-records';
import { mergeShards, splitShard } from './operations/resharding';
import { listTagsForResource, tagResource, untagResource } from './operations/resource-tags';
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from './operations/retention';
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from './operations/stream-consumers';
import { startStreamEncryption, stopStreamEncryption } from './operations/stream-encryption';
import { updateMaxRecordSize, updateStreamMode } from './operations/stream-settings';
import { addTagsToStream, listTagsForStream, removeTagsFromStream } from './operations/stream-tags';
import { subscribeToShard } from './operations/subscribe-to-shard';
import { updateShardCount } from './operations/update-shard-count';
import { KinesisState } from './state';

export { onAppend } from './on-append';

export const kinesis: Service = {
  name: 'kinesis',
  signingName: 'kinesis',
  contract,
  operations: [
    createStream,
    deleteStream,
    describeStream,
    describeStreamSummary,
    describeLimits,
    listStreams,
    listShards,
    putRecord,
    putRecords,
    getShardIterator,
    getRecords,
    splitShard,
    mergeShards,
    updateShardCount,
    increaseStreamRetentionPeriod,
    decreaseStreamRetentionPeriod,
    updateStreamMode,
    updateMaxRecordSize,
    startStreamEncryption,
    stopStreamEncryption,
    enableEnhancedMonitoring,
    disableEnhancedMonitoring,
    addTagsToStream,
    removeTagsFromStream,
    listTagsForStream,
    tagResource,
    untagResource,
    listTagsForResource,
    registerStreamConsumer,
    deregisterStreamConsumer,
    describeStreamConsumer,
    listStreamConsumers,
    subscribeToShard,
  ],
  // Finishes what a killed process left half done, and begins to delete expired records.
  start: (cloud) => {
    cloud.state(KinesisState);
  },
};
