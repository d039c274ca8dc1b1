import type { TableInput } from '@aws-sdk/client-glue';
import { createTable } from '../../services/glue/operations/create-table';
import { updateTable } from '../../services/glue/operations/update-table';
import { QueryError } from '../errors';
import { withBoundQuery } from '../run';
import type { Statement } from '../sql/statement';
import type { StatementOutcome } from '../statement-protocol';
import { viewText } from '../tables/view';
import { toHive } from '../types/hive';
import { typeName } from '../types/type';
import type { StatementContext } from './context';
import { maybeTable, placeOf } from './glue-table';
import { ddl } from './hive-errors';
import { checkOutputNames } from './output-names';
import { noResult } from './text-result';

/** Stores a view in the catalog, in Athena's form. */
export async function createView(
  statement: Statement & { kind: 'create-view' },
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  const [DatabaseName, Name] = placeOf(statement.view, session);
  const before = await maybeTable(statement.view, session);
  if (before !== undefined && (!statement.replace || before.TableType !== 'VIRTUAL_VIEW')) {
    throw new QueryError('TABLE_ALREADY_EXISTS', `View already exists: '${DatabaseName}.${Name}'`, statement.view.at);
  }
  checkOutputNames(statement.query);
  const run = { ...context.run, onScanned: () => {} };
  // No files are read: the view's tables and conditions are resolved when it is queried.
  const unread = { ...session, batch: [] };
  const columns = await withBoundQuery(statement.query, unread, run, async (planned) => planned.columns);
  const TableInput: TableInput = {
    Name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    StorageDescriptor: {
      Columns: columns.map(({ name, type }) => ({ Name: name, Type: toHive(type) ?? 'string' })),
      Location: '',
      SerdeInfo: {},
    },
    PartitionKeys: [],
    ViewOriginalText: viewText({
      originalSql: statement.text,
      catalog: 'awsdatacatalog',
      schema: session.database ?? DatabaseName,
      columns: columns.map(({ name, type }) => ({ name, type: typeName(type) })),
    }),
    ViewExpandedText: '/* Presto View */',
  };
  const call = before === undefined ? createTable : updateTable;
  await ddl(session.cloud.call(call, { DatabaseName, TableInput }, session.caller));
  return noResult(context);
}
