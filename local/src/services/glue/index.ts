import type { Service } from '../../core/service';
import { contract } from './contract';
import { batchCreatePartition, createPartition } from './operations/batch-create-partition';
import { createDatabase } from './operations/create-database';
import { createTable } from './operations/create-table';
import { deleteDatabase } from './operations/delete-database';
import { batchDeletePartition, deletePartition } from './operations/delete-partition';
import { batchDeleteTable, deleteTable } from './operations/delete-table';
import { getDatabase, getDatabases } from './operations/get-database';
import { getPartitionIndexes } from './operations/get-partition-indexes';
import { batchGetPartition, getPartition, getPartitions } from './operations/get-partitions';
import { getTable, getTables, searchTables } from './operations/get-table';
import {
  batchDeleteTableVersion,
  deleteTableVersion,
  getTableVersion,
  getTableVersions,
} from './operations/get-table-versions';
import { createPartitionIndex, deletePartitionIndex } from './operations/partition-index';
import {
  batchGetTableOptimizer,
  createTableOptimizer,
  deleteTableOptimizer,
  getTableOptimizer,
  listTableOptimizerRuns,
  updateTableOptimizer,
} from './operations/table-optimizers';
import { getTags, tagResource, untagResource } from './operations/tags';
import { updateDatabase } from './operations/update-database';
import { batchUpdatePartition, updatePartition } from './operations/update-partition';
import { updateTable } from './operations/update-table';

export const glue: Service = {
  name: 'glue',
  signingName: 'glue',
  contract,
  operations: [
    createDatabase,
    getDatabase,
    getDatabases,
    updateDatabase,
    deleteDatabase,
    createTable,
    getTable,
    getTables,
    searchTables,
    updateTable,
    deleteTable,
    batchDeleteTable,
    getTableVersion,
    getTableVersions,
    deleteTableVersion,
    batchDeleteTableVersion,
    createPartition,
    batchCreatePartition,
    getPartition,
    getPartitions,
    batchGetPartition,
    updatePartition,
    batchUpdatePartition,
    deletePartition,
    batchDeletePartition,
    getPartitionIndexes,
    createPartitionIndex,
    deletePartitionIndex,
    createTableOptimizer,
    getTableOptimizer,
    batchGetTableOptimizer,
    updateTableOptimizer,
    deleteTableOptimizer,
    listTableOptimizerRuns,
    getTags,
    tagResource,
    untagResource,
  ],
};
