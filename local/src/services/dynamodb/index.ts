import type { Service } from '../../core/service';
import { contract } from './contract';
import { batchGetItem, batchWriteItem } from './operations/batches';
import { deleteItem, getItem, putItem, updateItem } from './operations/items';
import {
  describeKinesisStreamingDestination,
  disableKinesisStreamingDestination,
  enableKinesisStreamingDestination,
  updateKinesisStreamingDestination,
} from './operations/kinesis-destinations';
import { query } from './operations/query';
import { scan } from './operations/scan';
import {
  describeContinuousBackups,
  describeEndpoints,
  describeLimits,
  describeTimeToLive,
  updateContinuousBackups,
  updateTimeToLive,
} from './operations/settings';
import { createTable, deleteTable, describeTable, listTables, updateTable } from './operations/tables';
import { listTagsOfResource, tagResource, untagResource } from './operations/tags';
import { transactGetItems, transactWriteItems } from './operations/transactions';
import { Destinations } from './streams/destinations';
import { Sweeper } from './sweeper';

export const dynamodb: Service = {
  name: 'dynamodb',
  signingName: 'dynamodb',
  contract,
  operations: [
    createTable,
    describeTable,
    updateTable,
    deleteTable,
    listTables,
    getItem,
    putItem,
    updateItem,
    deleteItem,
    query,
    scan,
    batchGetItem,
    batchWriteItem,
    transactWriteItems,
    transactGetItems,
    updateTimeToLive,
    describeTimeToLive,
    describeContinuousBackups,
    updateContinuousBackups,
    enableKinesisStreamingDestination,
    disableKinesisStreamingDestination,
    updateKinesisStreamingDestination,
    describeKinesisStreamingDestination,
    describeLimits,
    describeEndpoints,
    tagResource,
    untagResource,
    listTagsOfResource,
  ],
  start: (cloud) => {
    cloud.state(Sweeper);
    cloud.state(Destinations).update();
  },
};
