import { QueryError, tableNotFound } from '../errors';
import type { Session } from '../session';
import type { Statement } from '../sql/statement';
import { CATALOG } from '../tables/catalog';

/** Statements that read or write rows: they need the context's catalog. */
const OF_ROWS: ReadonlySet<Statement['kind']> = new Set([
  ...(['query', 'explain', 'execute', 'unload', 'insert', 'create-table-as'] as const),
  ...(['delete', 'update', 'merge'] as const),
]);

/**
 * The session of a statement whose QueryExecutionContext may name a catalog that doesn't exist: Athena runs DDL, SHOW
 * and DESCRIBE in the default catalog then, and fails what reads or writes rows.
 * @throws QueryError for a statement that writes rows; one that reads fails on its tables, in their order
 */
export function inCatalog(statement: Statement, session: Session): Session {
  const { catalog = CATALOG, catalogs, database } = session;
  if (catalog === CATALOG || catalogs?.has(catalog) === true) return session;
  if (!OF_ROWS.has(statement.kind)) return { ...session, catalog: CATALOG };
  switch (statement.kind) {
    case 'insert':
    case 'create-table-as':
      throw new QueryError('NOT_FOUND', `Session property catalog does not exist: ${catalog}`);
    case 'delete':
    case 'update':
    case 'merge': {
      const names = database === undefined ? [catalog] : [catalog, database];
      const { parts } = statement.table;
      if (parts.length < 3) throw tableNotFound([...names.slice(0, 3 - parts.length), ...parts].join('.'), START);
      return session;
    }
    default:
      return session;
  }
}

/** Position at which Athena reports the missing table of a change of rows. */
const START = { line: 1, column: 1 };
