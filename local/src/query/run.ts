import { quoteIdentifier } from '../core/hive-types';
import { analyseQuery } from './analyse/analyse';
import { damageOf, mayBeDamage } from './damage';
import { fromDuckdb, isEngines } from './duckdb-errors';
import { emitQuery } from './emit/query';
import type { EngineQuery } from './engine/protocol';
import { QueryCancelled, QueryError } from './errors';
import type { ResultColumn } from './result/type-names';
import type { Expression, Query } from './sql/ast';
import { nodes } from './sql/walk';
import { bindQuery, fileTableOf, type Session } from './tables/bind';
import { pathsOf, type TableFile } from './tables/files';
import { batchesOf, rowByRowQuery, singles } from './tables/limited';
import { columnGroups, isWide, needsMemory } from './tables/width';
import { spellType } from './types/parse';
import { toNative } from './values/native';

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
 * Runs a query batch by batch of its table's files, until it has as many rows as its LIMIT says.
 * @param inGroups whether a wide result's columns are read one group after the other.
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
  // Without files there are a header and no rows.
  if (isFirst) await readBatch([], false);
  return total;
}

/** A query for the engine, whose columns are called `c0`, `c1`, … there, and what they are in the result. */
export interface PlannedQuery extends EngineQuery {
  readonly columns: readonly ResultColumn[];
}

/** A planned query with its columns by their names and of the engine's own types, as files are written of them. */
export function namedColumns({ sql, sources, columns }: PlannedQuery): EngineQuery {
  const items = columns.map(({ name, type }, index) => `${toNative(`"c${index}"`, type)} AS ${quoteIdentifier(name)}`);
  return { sql: `SELECT ${items.join(', ')} FROM (${sql}) AS n`, sources };
}

/** Lets others be served between two steps that take long for a long statement. */
const othersTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Binds a query, analyses it, checks it against the limit, and hands it on as the engine takes it. */
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
    const sources = { files: pathsOf(files), variables, tables, wide: needsMemory(types) };
    const engineQuery = { sql: emitQuery(analysed, session.now), sources, columns };
    return await use(engineQuery, scannedBytes, Math.round(performance.now() - started));
  } catch (error) {
    const damage = isEngines(error) && mayBeDamage(error) ? await damageOf(read, session.engine) : undefined;
    throw damage ?? fromDuckdb(error, read);
  }
}

/** @throws QueryError `INVALID_PARAMETER_USAGE` for too many or too few, and for what is no literal. */
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
