import type { Database, Table } from '@aws-sdk/client-glue';
import { getDatabases } from '../../services/glue/operations/get-database';
import { getTables } from '../../services/glue/operations/get-table';
import type { Session } from '../session';

/** The catalog of every account. */
export const CATALOG = 'awsdatacatalog';

type Asker = Pick<Session, 'cloud' | 'caller'>;

/** Lists the catalog's databases, page by page. */
export async function* allDatabases({ cloud, caller }: Asker): AsyncGenerator<Database> {
  let NextToken: string | undefined;
  do {
    const page = await cloud.call(getDatabases, { NextToken }, caller);
    yield* page.DatabaseList ?? [];
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

/** Lists the tables and views of a database, page by page. */
export async function* allTables(DatabaseName: string, { cloud, caller }: Asker): AsyncGenerator<Table> {
  let NextToken: string | undefined;
  do {
    const page = await cloud.call(getTables, { DatabaseName, NextToken }, caller);
    yield* page.TableList ?? [];
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}
