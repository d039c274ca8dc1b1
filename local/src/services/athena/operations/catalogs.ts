import type { Database, TableMetadata } from '@aws-sdk/client-athena';
import type { Database as GlueDatabase, Table } from '@aws-sdk/client-glue';
import { AwsError } from '../../../core/errors';
import * as glue from '../../glue/operations/get-database';
import { getTable, getTables } from '../../glue/operations/get-table';
import { operation } from '../contract';
import { ENGINE_VERSION } from '../engine-version';
import { metadataError } from '../errors';

/** Runs a call of Glue, whose errors Athena passes on as its own exception. */
async function ofGlue<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof AwsError ? metadataError(error) : error;
  }
}

export const getDatabase = operation('GetDatabase', {
  handle: async (input, { state, cloud, caller }) => {
    state.reachableCatalog(caller, input.CatalogName);
    const { Database: found } = await ofGlue(cloud.call(glue.getDatabase, { Name: input.DatabaseName }, caller));
    return { Database: databaseOf(found as GlueDatabase) };
  },
});

export const listDatabases = operation('ListDatabases', {
  handle: async (input, { state, cloud, caller }) => {
    state.reachableCatalog(caller, input.CatalogName);
    const { NextToken, MaxResults = 50 } = input;
    const page = await ofGlue(cloud.call(glue.getDatabases, { NextToken, MaxResults }, caller));
    return { DatabaseList: (page.DatabaseList ?? []).map(databaseOf), NextToken: page.NextToken };
  },
});

export const getTableMetadata = operation('GetTableMetadata', {
  handle: async (input, { state, cloud, caller }) => {
    state.reachableCatalog(caller, input.CatalogName);
    const at = { DatabaseName: input.DatabaseName, Name: input.TableName };
    const { Table: table } = await ofGlue(cloud.call(getTable, at, caller));
    return { TableMetadata: metadataOf(table as Table) };
  },
});

/** @param input.Expression a regular expression for names. @default all */
export const listTableMetadata = operation('ListTableMetadata', {
  handle: async (input, { state, cloud, caller }) => {
    state.reachableCatalog(caller, input.CatalogName);
    const { DatabaseName, Expression, NextToken, MaxResults = 50 } = input;
    const page = await ofGlue(cloud.call(getTables, { DatabaseName, Expression, NextToken, MaxResults }, caller));
    return { TableMetadataList: (page.TableList ?? []).map(metadataOf), NextToken: page.NextToken };
  },
});

export const listEngineVersions = operation('ListEngineVersions', {
  handle: () => ({
    EngineVersions: [
      ENGINE_VERSION,
      { ...ENGINE_VERSION, SelectedEngineVersion: ENGINE_VERSION.EffectiveEngineVersion },
    ],
  }),
});

function databaseOf({ Name, Description, Parameters }: GlueDatabase): Database {
  return { Name, Description, Parameters };
}

function metadataOf(table: Table): TableMetadata {
  const columns = (list: Table['PartitionKeys']) =>
    (list ?? []).map(({ Name, Type, Comment }) => ({ Name, Type, Comment }));
  const storage = table.StorageDescriptor;
  return {
    Name: table.Name,
    CreateTime: table.CreateTime,
    LastAccessTime: table.LastAccessTime,
    TableType: table.TableType,
    Columns: columns(storage?.Columns),
    PartitionKeys: columns(table.PartitionKeys),
    Parameters: {
      ...table.Parameters,
      ...(storage?.Location !== undefined && { location: storage.Location }),
      ...(storage?.InputFormat !== undefined && { inputformat: storage.InputFormat }),
      ...(storage?.OutputFormat !== undefined && { outputformat: storage.OutputFormat }),
      ...(storage?.SerdeInfo?.SerializationLibrary !== undefined && {
        'serde.serialization.lib': storage.SerdeInfo.SerializationLibrary,
      }),
    },
  };
}
