import type {
  GetDatabaseRequest,
  GetDatabaseResponse,
  GetDatabasesRequest,
  GetDatabasesResponse,
} from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { string, structure } from '../../../core/shape';
import { catalogPermissions } from '../arn';
import { catalogId, name, paging } from '../constraints';
import { page, readToken } from '../paging';
import { GlueState } from '../state';

const PAGE = 100;

export const getDatabase = operation<GetDatabaseRequest, GetDatabaseResponse>({
  name: 'GetDatabase',
  input: structure({ CatalogId: catalogId, Name: name }, 'Name'),
  permissions: (input, { caller }) => catalogPermissions('GetDatabase', caller, input.Name),
  handle: (input, { cloud, caller }) => ({
    Database: cloud.state(GlueState).database(caller, input.Name.toLowerCase()),
  }),
});

export const getDatabases = operation<GetDatabasesRequest, GetDatabasesResponse>({
  name: 'GetDatabases',
  input: structure({ CatalogId: catalogId, ...paging(PAGE), ResourceShareType: string() }),
  permissions: (_input, { caller }) => catalogPermissions('GetDatabases', caller, '*'),
  handle: (input, { cloud, caller }) => {
    const databases = cloud.state(GlueState).listDatabases(caller, readToken(input.NextToken, 'text'));
    const found = page(databases, input.MaxResults ?? PAGE, (database) => database.Name);
    return { DatabaseList: found.items, NextToken: found.nextToken };
  },
});
