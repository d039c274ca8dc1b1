import { AwsError } from '../../core/errors';
import { wildcardMatches } from '../../core/patterns';
import { createDatabase } from '../../services/glue/operations/create-database';
import { deleteDatabase } from '../../services/glue/operations/delete-database';
import { getDatabase } from '../../services/glue/operations/get-database';
import { getTables } from '../../services/glue/operations/get-table';
import { updateDatabase } from '../../services/glue/operations/update-database';
import type { Session } from '../session';
import type { Statement } from '../sql/statement';
import type { StatementOutcome } from '../statement-protocol';
import { allDatabases, allTables } from '../tables/catalog';
import type { StatementContext } from './context';
import { ddl, hiveDatabaseNotFound, hiveSemantic } from './hive-errors';
import { noResult, textResult } from './text-result';

type Of<K extends Statement['kind']> = Statement & { kind: K };

/** Hive's patterns: `*` for any text, `|` for alternatives. */
export function matchesPattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const parts = pattern.toLowerCase().split('|');
  return (name) => parts.some((part) => wildcardMatches(part, name.toLowerCase(), { any: '*%' }));
}

export async function showDatabases(
  statement: Of<'show-databases'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const names: string[] = [];
  for await (const { Name } of allDatabases(context.session)) names.push(Name as string);
  const shown = names.filter(matchesPattern(statement.pattern));
  return textResult(
    context,
    ['database_name'],
    shown.map((name) => [name]),
  );
}

export async function showTables(
  statement: Of<'show-tables' | 'show-views'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const DatabaseName = statement.database ?? context.session.database ?? 'default';
  if (!(await databaseExists(context.session, DatabaseName))) throw hiveDatabaseNotFound(DatabaseName);
  const matches = matchesPattern(statement.pattern);
  const names: string[] = [];
  for await (const { Name = '', TableType } of allTables(DatabaseName, context.session)) {
    const wanted = statement.kind === 'show-tables' || TableType === 'VIRTUAL_VIEW';
    if (wanted && matches(Name)) names.push(Name);
  }
  return textResult(
    context,
    [statement.kind === 'show-tables' ? 'tab_name' : 'views'],
    names.map((name) => [name]),
  );
}

export async function databaseExists({ cloud, caller }: Session, Name: string): Promise<boolean> {
  try {
    await cloud.call(getDatabase, { Name }, caller);
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'EntityNotFoundException') return false;
    throw error;
  }
}

export async function createDatabaseStatement(
  statement: Of<'create-database'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const there = statement.ifNotExists && (await databaseExists(context.session, statement.name));
  if (!there) {
    const DatabaseInput = {
      Name: statement.name,
      Description: statement.comment,
      LocationUri: statement.location,
      Parameters: { ...statement.properties },
    };
    await ddl(cloud.call(createDatabase, { DatabaseInput }, caller));
  }
  return noResult(context);
}

export async function setDatabaseProperties(
  statement: Of<'set-database-properties'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const { name: Name, properties } = statement;
  if (!(await databaseExists(context.session, Name))) throw hiveDatabaseNotFound(Name);
  const { Database } = await ddl(cloud.call(getDatabase, { Name }, caller));
  const { Description, LocationUri, Parameters } = Database ?? {};
  const DatabaseInput = { Name, Description, LocationUri, Parameters: { ...Parameters, ...properties } };
  await ddl(cloud.call(updateDatabase, { Name, DatabaseInput }, caller));
  return noResult(context);
}

export async function dropDatabase(
  statement: Of<'drop-database'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  if (!(await databaseExists(context.session, statement.name))) {
    if (statement.ifExists) return noResult(context);
    throw hiveDatabaseNotFound(statement.name);
  }
  const { TableList } = await ddl(cloud.call(getTables, { DatabaseName: statement.name, MaxResults: 1 }, caller));
  if (!statement.cascade && (TableList ?? []).length > 0) {
    throw hiveSemantic(
      `InvalidOperationException(message:Database ${statement.name} is not empty. One or more tables exist.)`,
    );
  }
  await ddl(cloud.call(deleteDatabase, { Name: statement.name }, caller));
  return noResult(context);
}
