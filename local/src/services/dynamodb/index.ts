import type { Service } from '../../core/service';
import { contract } from './contract';
import { batchGetItem, batchWriteItem } from './operations/batches';
import { deleteItem, getItem, putItem, updateItem } from './operations/items';
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
    describeLimits,
    describeEndpoints,
    tagResource,
    untagResource,
    listTagsOfResource,
  ],
};
