import { catalogPermissions } from '../arn';
import { operation } from '../contract';
import { page, readToken } from '../paging';
import { GlueState } from '../state';

const PAGE = 100;

export const getDatabase = operation('GetDatabase', {
  permissions: (input, { caller }) => catalogPermissions('GetDatabase', caller, input.Name),
  handle: (input, { cloud, caller }) => ({
    Database: cloud.state(GlueState).database(caller, input.Name.toLowerCase()),
  }),
});

export const getDatabases = operation('GetDatabases', {
  permissions: (_input, { caller }) => catalogPermissions('GetDatabases', caller, '*'),
  handle: (input, { cloud, caller }) => {
    const databases = cloud.state(GlueState).listDatabases(caller, readToken(input.NextToken, 'text'));
    const found = page(databases, input.MaxResults ?? PAGE, (database) => database.Name);
    return { DatabaseList: found.items, NextToken: found.nextToken };
  },
});
