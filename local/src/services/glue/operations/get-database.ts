import { catalogArns } from '../arn';
import { operation } from '../contract';
import { page } from '../paging';

export const getDatabase = operation('GetDatabase', {
  resource: (input, { caller }) => catalogArns(caller, input.Name),
  handle: (input, { state, caller }) => ({
    Database: state.databases.require(caller, input.Name.toLowerCase()),
  }),
});

export const getDatabases = operation('GetDatabases', {
  resource: (_input, { caller }) => catalogArns(caller, '*'),
  handle: (input, { state, caller }) => {
    const found = page(input.NextToken, input.MaxResults, {
      items: (after) => state.databases.list(caller, [], after),
      keyOf: (database) => database.Name as string,
    });
    return { DatabaseList: found.items, NextToken: found.nextToken };
  },
});
