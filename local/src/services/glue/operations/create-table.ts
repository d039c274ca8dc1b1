import type { Table } from '@aws-sdk/client-glue';
import { catalogArns } from '../arn';
import { operation } from '../contract';
import { alreadyExists, invalidInput } from '../errors';
import { asIceberg } from '../iceberg';
import { checkTable, newTable } from '../table';

export const createTable = operation('CreateTable', {
  resource: (input, { caller }) => catalogArns(caller, input.DatabaseName, input.TableInput?.Name),
  handle: async (input, context) => {
    const { cloud, caller } = context;
    if (input.TableInput === undefined) throw invalidInput('TableInput is required.');
    const state = context.state;
    const database = input.DatabaseName.toLowerCase();
    const check = (table: Table) => {
      checkTable(table);
      state.databases.require(caller, database);
      if (state.tables.get(caller, database, table.Name as string) !== undefined) throw alreadyExists('Table');
    };
    check(newTable(input.TableInput, database, caller, cloud.clock.now()));
    const format = input.OpenTableFormatInput;
    const described = format === undefined ? input.TableInput : await asIceberg(input.TableInput, format, context);
    const table = newTable(described, database, caller, cloud.clock.now());
    await state.transaction(() => {
      check(table);
      state.putTable(caller, { table, indexes: input.PartitionIndexes ?? [] }, false);
    });
  },
});
