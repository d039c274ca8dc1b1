import { page } from '../../../core/paging';
import { catalogArns } from '../arn';
import { operation } from '../contract';
import { invalidToken } from '../errors';
import { GlueState } from '../state';

const PAGE = 100;

export const getDatabase = operation('GetDatabase', {
  resource: (input, { caller }) => catalogArns(caller, input.Name),
  handle: (input, { cloud, caller }) => ({
    Database: cloud.state(GlueState).database(caller, input.Name.toLowerCase()),
  }),
});

export const getDatabases = operation('GetDatabases', {
  resource: (_input, { caller }) => catalogArns(caller, '*'),
  handle: (input, { cloud, caller }) => {
    const found = page(
      {
        items: (after) => cloud.state(GlueState).listDatabases(caller, after),
        keyOf: (database) => database.Name as string,
        token: input.NextToken,
        limit: input.MaxResults ?? PAGE,
      },
      invalidToken,
    );
    return { DatabaseList: found.items, NextToken: found.nextToken };
  },
});
