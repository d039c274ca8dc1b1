import type { DuckDBType } from '@duckdb/node-api';
import { fromDuckdb } from './duckdb-errors';
import { QueryCancelled, QueryError } from './errors';
import { writeCsv } from './result/csv';
import { type ColumnType, columnTypeOf } from './result/type-names';
import type { Query } from './sql/ast';
import { nodes } from './sql/walk';
import { bindQuery, type Session } from './tables/bind';
import { emitQuery } from './translate/emit-query';

export interface ResultColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly duckdbType: DuckDBType;
}

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
  return prepared(query, session, run, async (sql, scannedBytes, planningMs) => {
    const result = await session.connection.stream(sql);
    const names = result.columnNames();
    const columns = result.columnTypes().map((duckdbType, index) => ({
      name: names[index] as string,
      type: columnTypeOf(duckdbType),
      duckdbType,
    }));
    return { columns, rows: await writeCsv(path, names, result), scannedBytes, planningMs };
  });
}

/** Binds a query, checks it against the limit, and hands on its SQL for DuckDB. */
export async function prepared<T>(
  query: Query,
  session: Session,
  run: Run,
  use: (sql: string, scannedBytes: number, planningMs: number) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  try {
    checkParameters(query, session.parameters.length);
    const { context, scannedBytes } = await bindQuery(query, session);
    run.onScanned(scannedBytes);
    if (run.cancelled()) throw new QueryCancelled('Query was cancelled');
    if (run.bytesCutoff !== undefined && scannedBytes > run.bytesCutoff) {
      throw new QueryCancelled('Bytes scanned limit was exceeded');
    }
    return await use(emitQuery(query, context), scannedBytes, Math.round(performance.now() - started));
  } catch (error) {
    throw fromDuckdb(error, query);
  }
}

function checkParameters(query: Query, given: number): void {
  const wanted = [...nodes(query)].filter((node) => (node as { kind?: string }).kind === 'parameter').length;
  if (wanted === given) return;
  const message = `Incorrect number of parameters: expected ${wanted} but found ${given}`;
  throw new QueryError('INVALID_PARAMETER_USAGE', message, { line: 1, column: 1 });
}
