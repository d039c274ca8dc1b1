import { page } from '../../../core/paging';
import { catalogArns } from '../arn';
import { operation } from '../contract';
import { invalidToken } from '../errors';

const PAGE = 100;

export const getDatabase = operation('GetDatabase', {
  resource: (input, { caller }) => catalogArns(caller, input.Name),
  handle: (input, { state, caller }) => ({
    Database: state.database(caller, input.Name.toLowerCase()),
  }),
});

export const getDatabases = operation('GetDatabases', {
  resource: (_input, { caller }) => catalogArns(caller, '*'),
  handle: (input, { state, caller }) => {
    const found = page(
      {
        items: (after) => state.listDatabases(caller, after),
        keyOf: (database) => database.Name as string,
        token: input.NextToken,
        limit: input.MaxResults ?? PAGE,
      },
      invalidToken,
    );
    return { DatabaseList: found.items, NextToken: found.nextToken };
  },
});
