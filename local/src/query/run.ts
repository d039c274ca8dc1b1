import { damageOf, mayBeDamage } from './damage';
import { fromDuckdb, isEngines } from './duckdb-errors';
import type { EngineQuery, ResultColumn } from './engine/protocol';
import { QueryCancelled, QueryError } from './errors';
import type { Expression, Query } from './sql/ast';
import { nodes } from './sql/walk';
import { bindQuery, type Session } from './tables/bind';
import { pathsOf, type TableFile } from './tables/files';
import { emitQuery } from './translate/emit-query';

/** A SELECT that ran, its rows in a file. */
export interface QueryOutcome {
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  readonly scannedBytes: number;
  readonly planningMs: number;
}

/** What a running query tells and obeys. */
export interface Run {
  /** @default no limit */
  readonly bytesCutoff?: number;
  readonly cancelled: () => boolean;
  /** Told as soon as it is known what the query scans. */
  readonly onScanned: (bytes: number) => void;
}

/**
 * Runs a query and writes its rows as Athena's CSV to `path`.
 * @throws QueryError in Athena's words; QueryCancelled when it is stopped, or over the limit.
 */
export async function runQuery(query: Query, session: Session, run: Run, path: string): Promise<QueryOutcome> {
  return prepared(query, session, run, async (engineQuery, scannedBytes, planningMs) => {
    const { columns, rows } = await session.engine.run('csv', { ...engineQuery, path });
    return { columns, rows, scannedBytes, planningMs };
  });
}

/** Binds a query, checks it against the limit, and hands it on as the engine takes it. */
export async function prepared<T>(
  query: Query,
  session: Session,
  run: Run,
  use: (query: EngineQuery, scannedBytes: number, planningMs: number) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let read: readonly TableFile[] = [];
  try {
    checkParameters(query, session.parameters);
    const { context, scannedBytes, files } = await bindQuery(query, session);
    read = files;
    run.onScanned(scannedBytes);
    if (run.cancelled()) throw new QueryCancelled('Query was cancelled');
    if (run.bytesCutoff !== undefined && scannedBytes > run.bytesCutoff) {
      throw new QueryCancelled('Bytes scanned limit was exceeded');
    }
    const engineQuery = { sql: emitQuery(query, context), sources: { files: pathsOf(files) } };
    return await use(engineQuery, scannedBytes, Math.round(performance.now() - started));
  } catch (error) {
    const damage = isEngines(error) && mayBeDamage(error) ? await damageOf(read, session.engine) : undefined;
    throw damage ?? fromDuckdb(error, query, read);
  }
}

/** @throws QueryError `INVALID_PARAMETER_USAGE` for too many or too few, and for what is no literal. */
function checkParameters(query: Query, given: readonly Expression[]): void {
  for (const parameter of given) {
    if (!isLiteral(parameter)) {
      throw new QueryError('INVALID_PARAMETER_USAGE', 'Query parameters must be literals', parameter.at);
    }
  }
  const wanted = [...nodes(query)].filter((node) => (node as { kind?: string }).kind === 'parameter').length;
  if (wanted === given.length) return;
  const message = `Incorrect number of parameters: expected ${wanted} but found ${given.length}`;
  throw new QueryError('INVALID_PARAMETER_USAGE', message, { line: 1, column: 1 });
}

const LITERALS = new Set(['string', 'number', 'boolean', 'null', 'typed', 'interval']);

/** Values alone: nothing that could read a table, or call a function. */
function isLiteral(expression: Expression): boolean {
  switch (expression.kind) {
    case 'unary':
    case 'cast':
      return isLiteral(expression.operand);
    case 'array':
    case 'row':
      return expression.items.every(isLiteral);
    default:
      return LITERALS.has(expression.kind);
  }
}
