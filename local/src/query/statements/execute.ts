import type { ColumnInfo } from '@aws-sdk/client-athena';
import { QueryError } from '../errors';
import { columnTypeOf, type ResultColumn } from '../result/type-names';
import { runQuery } from '../run';
import type { Query } from '../sql/ast';
import type { Statement } from '../sql/statement';
import type { StatementOutcome } from '../statement-protocol';
import type { StatementContext } from './context';
import * as databases from './databases';
import { explain } from './explain';
import { deleteRows, mergeRows, updateRows } from './iceberg/change-rows';
import { createIcebergTable } from './iceberg/create-table';
import { optimizeTable, vacuumTable } from './iceberg/maintain';
import * as partitions from './partitions';
import * as prepared from './prepared';
import * as tables from './tables';
import { columnNamed } from './text-result';
import { inCatalog } from './unknown-catalog';
import { createView } from './views';
import * as writes from './writes';

/**
 * Executes any statement and writes its result to `context.path`. @throws QueryError in Athena's words, QueryCancelled
 */
export async function executeStatement(statement: Statement, given: StatementContext): Promise<StatementOutcome> {
  const context = { ...given, session: inCatalog(statement, given.session) };
  if (!ONE_CHANGE.has(statement.kind)) return dispatch(statement, context);
  return context.writes.commit(undefined, () => dispatch(statement, context));
}

/** Statements that consist of one change of the catalog, which is their commit. */
const ONE_CHANGE: ReadonlySet<Statement['kind']> = new Set([
  'create-database',
  'set-database-properties',
  'drop-database',
  'create-view',
  'create-table',
  'create-iceberg-table',
  'drop-table',
  'drop-view',
  'add-columns',
  'replace-columns',
  'set-properties',
  'unset-properties',
  'drop-column',
  'change-column',
  'set-location',
  'rename-partition',
  'optimize',
]);

function dispatch(statement: Statement, context: StatementContext): Promise<StatementOutcome> {
  switch (statement.kind) {
    case 'unreadable':
      throw new QueryError('FAILED', statement.message);
    case 'query':
      return select(statement.query, context);
    case 'execute':
      return executePrepared(statement, context);
    case 'explain':
      return explain(statement, context);
    case 'prepare':
      return prepared.prepareStatement(statement, context);
    case 'deallocate':
      return prepared.deallocate(statement, context);
    case 'show-databases':
      return databases.showDatabases(statement, context);
    case 'show-tables':
    case 'show-views':
      return databases.showTables(statement, context);
    case 'create-database':
      return databases.createDatabaseStatement(statement, context);
    case 'set-database-properties':
      return databases.setDatabaseProperties(statement, context);
    case 'drop-database':
      return databases.dropDatabase(statement, context);
    case 'insert':
      return writes.insertInto(statement, context);
    case 'unload':
      return writes.unload(statement, context);
    case 'create-table-as':
      return writes.createTableAs(statement, context);
    case 'create-view':
      return createView(statement, context);
    case 'show-columns':
      return tables.showColumns(statement, context);
    case 'show-properties':
      return tables.showProperties(statement, context);
    case 'show-create-table':
    case 'show-create-view':
      return tables.showCreate(statement, context);
    case 'describe':
      return tables.describeTable(statement, context);
    case 'create-table':
      return tables.createExternalTable(statement, context);
    case 'drop-table':
    case 'drop-view':
      return tables.dropTable(statement, context);
    case 'add-columns':
    case 'replace-columns':
      return tables.changeColumns(statement, context);
    case 'set-properties':
      return tables.setProperties(statement, context);
    case 'drop-column':
    case 'change-column':
    case 'unset-properties':
      return tables.alterTable(statement, context);
    case 'create-iceberg-table':
      return createIcebergTable(statement, context);
    case 'delete':
      return deleteRows(statement, context);
    case 'update':
      return updateRows(statement, context);
    case 'merge':
      return mergeRows(statement, context);
    case 'optimize':
      return optimizeTable(statement, context);
    case 'vacuum':
      return vacuumTable(statement, context);
    case 'set-location':
      return partitions.setLocation(statement, context);
    case 'show-partitions':
      return partitions.showPartitions(statement, context);
    case 'add-partitions':
      return partitions.addPartitions(statement, context);
    case 'drop-partitions':
      return partitions.dropPartitions(statement, context);
    case 'rename-partition':
      return partitions.renamePartition(statement, context);
    case 'repair':
      return partitions.repairTable(statement, context);
  }
}

async function executePrepared(
  { name, parameters: given }: Statement & { kind: 'execute' },
  context: StatementContext,
): Promise<StatementOutcome> {
  const parameters = given.length > 0 ? given : context.session.parameters;
  const named = await prepared.preparedStatement(name, context);
  return executeStatement(named, { ...context, session: { ...context.session, parameters } });
}

async function select(query: Query, context: StatementContext): Promise<StatementOutcome> {
  const { columns, rows, planningMs } = await runQuery(query, context.session, context.run, context.path);
  return { columns: columns.map(columnInfo), rows, header: true, planningMs };
}

function columnInfo({ name, type: of }: ResultColumn): ColumnInfo {
  const { name: Type, precision: Precision, scale: Scale } = columnTypeOf(of);
  return columnNamed(name, { Type, Precision, Scale, CaseSensitive: Type === 'varchar' });
}
