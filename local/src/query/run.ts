import { quoteIdentifier } from '../core/hive-types';
import { analyseQuery } from './analyse/analyse';
import { damageOf, mayBeDamage } from './damage';
import { fromDuckdb, isEngines } from './duckdb-errors';
import { emitQuery } from './emit/query';
import { reachOf } from './engine/paths';
import type { EngineQuery } from './engine/protocol';
import { QueryCancelled, QueryError } from './errors';
import type { ResultColumn } from './result/type-names';
import type { Session } from './session';
import type { Expression, Query } from './sql/ast';
import { nodes } from './sql/walk';
import { bindQuery, fileTableOf } from './tables/bind';
import { pathsOf, type TableFile } from './tables/files';
import { batchesOf, rowByRowQuery, singles } from './tables/limited';
import { columnGroups, isWide, needsMemory } from './tables/width';
import { spellType } from './types/parse';
import { toNative } from './values/native';

/** A SELECT that has run, with its rows in a file. */
export interface QueryOutcome {
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  readonly scannedBytes: number;
  readonly planningMs: number;
}

/** Limit and progress of a running query. */
export interface Run {
  /** @default no limit */
  readonly bytesCutoff?: number;
  readonly cancelled: () => boolean;
  /** Called once the number of bytes to scan is known. */
  readonly onScanned: (bytes: number) => void;
}

/**
 * Runs a query and writes its rows as Athena's CSV to `path`.
 * @throws QueryError in Athena's words; QueryCancelled if it is stopped or over the limit
 */
export async function runQuery(query: Query, session: Session, run: Run, path: string): Promise<QueryOutcome> {
  checkParameters(query, session.parameters);
  const rowByRow = rowByRowQuery(query);
  const table = rowByRow && (await fileTableOf(query, rowByRow.table, session));
  if (rowByRow !== undefined && table !== undefined) {
    const wide = rowByRow.repeatable && isWide(table.types);
    const files = (pages: AsyncIterable<readonly TableFile[]>) => (wide ? singles(pages) : batchesOf(pages));
    if (wide || rowByRow.endsEarly) {
      return runBatches(query, rowByRow.limit, wide, files(await table.pages()), session, run, path);
    }
  }
  return withBoundQuery(query, session, run, async (planned, scannedBytes, planningMs) => {
    const rows = await printRows(planned, session, path);
    const { columns } = planned;
    return { columns, rows, scannedBytes, planningMs };
  });
}

function printRows(
  { columns, ...query }: PlannedQuery,
  { engine }: Session,
  path: string,
  { append = false, inGroups = false } = {},
): Promise<number> {
  const printed = columns.map(({ name, type }) => ({ name, type: spellType(type) }));
  const groups = inGroups ? columnGroups(columns.map(({ type }) => type)) : undefined;
  return engine.run('csv', { ...query, path, columns: printed, append, groups });
}

/**
 * Runs a query over batches of its table's files until it has as many rows as its LIMIT.
 * @param inGroups whether a wide result's columns are read in groups
 */
async function runBatches(
  query: Query,
  limit: number | undefined,
  inGroups: boolean,
  batches: AsyncIterable<readonly TableFile[]>,
  session: Session,
  run: Run,
  path: string,
): Promise<QueryOutcome> {
  const total = { columns: [] as readonly ResultColumn[], rows: 0, scannedBytes: 0, planningMs: 0 };
  const readBatch = async (batch: readonly TableFile[], append: boolean) => {
    const value = limit === undefined ? undefined : String(limit - total.rows);
    const rest: Query =
      value === undefined ? query : { ...query, limit: { kind: 'number', value, at: { line: 1, column: 1 } } };
    const earlier = total.scannedBytes;
    const ofBatch: Run = {
      ...run,
      bytesCutoff: run.bytesCutoff === undefined ? undefined : run.bytesCutoff - earlier,
      onScanned: (bytes) => run.onScanned(earlier + bytes),
    };
    await withBoundQuery(rest, { ...session, batch }, ofBatch, async (planned, scannedBytes, planningMs) => {
      const rows = await printRows(planned, session, path, { append, inGroups });
      const { columns } = planned;
      total.columns = columns;
      total.rows += rows;
      total.scannedBytes += scannedBytes;
      total.planningMs += planningMs;
    });
  };
  let isFirst = true;
  for await (const batch of batches) {
    await readBatch(batch, !isFirst);
    isFirst = false;
    if (limit !== undefined && total.rows >= limit) break;
  }
  // Without files, the result is a header without rows.
  if (isFirst) await readBatch([], false);
  return total;
}

/** A query for the engine, with columns `c0`, `c1`, …, and the result's columns. */
export interface PlannedQuery extends EngineQuery {
  readonly columns: readonly ResultColumn[];
}

/** A planned query with the columns' own names and the engine's own types, for writing files. */
export function namedColumns({ sql, sources, columns }: PlannedQuery): EngineQuery {
  const items = columns.map(({ name, type }, index) => `${toNative(`"c${index}"`, type)} AS ${quoteIdentifier(name)}`);
  return { sql: `SELECT ${items.join(', ')} FROM (${sql}) AS n`, sources };
}

/** Lets other requests be served between two long steps of a long statement. */
const othersTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Binds a query, analyses it, checks it against the limit, and passes its SQL on. */
export async function withBoundQuery<T>(
  query: Query,
  session: Session,
  run: Run,
  use: (query: PlannedQuery, scannedBytes: number, planningMs: number) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let read: readonly TableFile[] = [];
  try {
    checkParameters(query, session.parameters);
    await othersTurn();
    const { context, scannedBytes, files, variables, tables, types } = await bindQuery(query, session);
    read = files;
    await othersTurn();
    const analysed = analyseQuery(query, context);
    await othersTurn();
    run.onScanned(scannedBytes);
    if (run.cancelled()) throw new QueryCancelled('Query was cancelled');
    if (run.bytesCutoff !== undefined && scannedBytes > run.bytesCutoff) {
      throw new QueryCancelled('Bytes scanned limit was exceeded');
    }
    const columns = analysed.outputs.map(({ name, type }, index) => ({ name: name ?? `_col${index}`, type }));
    const sources = { ...reachOf(pathsOf(files)), variables, tables, wide: needsMemory(types) };
    const engineQuery = { sql: emitQuery(analysed, session.now), sources, columns };
    return await use(engineQuery, scannedBytes, Math.round(performance.now() - started));
  } catch (error) {
    const damage = isEngines(error) && mayBeDamage(error) ? await damageOf(read, session.engine) : undefined;
    throw damage ?? fromDuckdb(error, read);
  }
}

/**
 * Checks EXECUTE's parameters. @throws QueryError `INVALID_PARAMETER_USAGE` for a wrong number, or an expression that
 * isn't a literal
 */
function checkParameters(query: Query, given: readonly Expression[]): void {
  for (const parameter of given) {
    if (!isLiteral(parameter)) {
      throw new QueryError('INVALID_PARAMETER_USAGE', 'Query parameters must be literals', parameter.at);
    }
  }
  const wanted = nodes(query).filter((node) => (node as { kind?: string }).kind === 'parameter').length;
  if (wanted === given.length) return;
  const message = `Incorrect number of parameters: expected ${wanted} but found ${given.length}`;
  throw new QueryError('INVALID_PARAMETER_USAGE', message, { line: 1, column: 1 });
}

const LITERALS = new Set(['string', 'number', 'boolean', 'null', 'typed', 'interval']);

/** Whether an expression is a literal: it can't read a table or call a function. */
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
