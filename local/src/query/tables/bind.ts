import type { Table } from '@aws-sdk/client-glue';
import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { type HiveType, parseHiveType } from '../../core/hive-types';
import type { Caller } from '../../core/operation';
import { getDatabase } from '../../services/glue/operations/get-database';
import { getTable } from '../../services/glue/operations/get-table';
import type { EngineSession } from '../engine/engine';
import { QueryError, schemaNotFound, tableNotFound } from '../errors';
import type { Expression, Query, Relation } from '../sql/ast';
import { columnsIn, nodes, type TableReference, tablesOf } from '../sql/walk';
import type { BoundTable, Context } from '../translate/context';
import { ExpressionEmitter } from '../translate/emit-expression';
import { emitQuery } from '../translate/emit-query';
import { namesOf } from '../translate/names';
import { filesOf, pathsOf } from './files';
import type { Footers } from './footers';
import { informationSchema } from './information-schema';
import { type JsonShapes, jsonColumns } from './json-source';
import { Pruner } from './pruning';
import { formatOf, isHidden, scanSql } from './scan';
import { viewOf } from './view';

/** Who asks, where names without a schema are looked up, and what the statement's parameters are. */
export interface Session {
  readonly cloud: Cloud;
  readonly caller: Caller;
  /** What runs SQL for the statement. */
  readonly engine: EngineSession;
  readonly footers: Footers;
  readonly jsonShapes: JsonShapes;
  readonly database: string | undefined;
  readonly parameters: readonly Expression[];
  readonly now: number;
}

/** A query with its tables found: ready to be written for DuckDB. */
export interface BoundQuery {
  readonly context: Context;
  /** What Athena would count as scanned. */
  readonly scannedBytes: number;
  /** Files that the query's SQL reads. */
  readonly files: readonly string[];
}

const MAX_VIEW_DEPTH = 20;

/** Where a table is. @throws QueryError for another catalog, or no schema. */
export function locate(parts: readonly string[], database: string | undefined, at: Expression['at']): [string, string] {
  const [table, schema = database, catalog = 'awsdatacatalog'] = [...parts].reverse();
  if (catalog !== 'awsdatacatalog')
    throw new QueryError('CATALOG_NOT_FOUND', `Catalog '${catalog}' does not exist`, at);
  if (schema === undefined) {
    throw new QueryError('MISSING_SCHEMA_NAME', 'Schema must be specified when session schema is not set', at);
  }
  return [schema, table as string];
}

/** @throws QueryError if the database or the table isn't there. */
export async function findTable(session: Session, parts: readonly string[], at: Expression['at']): Promise<Table> {
  const { cloud, caller } = session;
  const [DatabaseName, Name] = locate(parts, session.database, at);
  try {
    return (await cloud.call(getTable, { DatabaseName, Name }, caller)).Table as Table;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'EntityNotFoundException') throw permission(error);
    const there = await cloud.call(getDatabase, { Name: DatabaseName }, caller).catch(() => undefined);
    throw there === undefined
      ? schemaNotFound(DatabaseName, at)
      : tableNotFound(`awsdatacatalog.${DatabaseName}.${Name}`, at);
  }
}

function permission(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  return new QueryError('PERMISSION_DENIED', error.message);
}

/** Finds all tables of a query, and of the views that it reads. @throws QueryError */
export async function bindQuery(query: Query, session: Session, depth = 0): Promise<BoundQuery> {
  if (depth > MAX_VIEW_DEPTH) throw new QueryError('VIEW_IS_RECURSIVE', 'Views are nested too deeply');
  const references = tablesOf(query);
  const columns = columnsIn(query).map(({ parts }) => parts.at(-1) as string);
  const hidden = [...new Set(columns.filter(isHidden))];
  const named = readsAll(query) ? undefined : new Set(columns);
  const bound = new Map<Relation, BoundTable>();
  const tables: Table[] = [];
  const names = namesOf(query);
  const context: Context = {
    now: session.now,
    parameters: session.parameters,
    tableOf: (node) => bound.get(node),
    isTable: (parts) => tables.some((table) => isNameOf(table, parts)),
    columnTypes: (name) => columnTypes(tables, name),
    known: new Map(),
    namesakes: (name) => names.get(name) ?? [],
  };
  let scannedBytes = 0;
  const files: string[] = [];
  for (const reference of references) {
    const system = await informationSchema(session, reference.node.parts);
    if (system !== undefined) {
      bound.set(reference.node, { sql: system, hidden: [] });
      continue;
    }
    const table = await findTable(session, reference.node.parts, reference.node.at);
    tables.push(table);
    const view = viewOf(table);
    if (view !== undefined) {
      const inner = await bindQuery(view.query, { ...session, database: view.database, parameters: [] }, depth + 1);
      bound.set(reference.node, { sql: emitQuery(view.query, inner.context), hidden: [] });
      scannedBytes += inner.scannedBytes;
      files.push(...inner.files);
      continue;
    }
    const scan = await bindTable(table, reference, hidden, named, context, session);
    bound.set(reference.node, { sql: scan.sql, hidden });
    scannedBytes += scan.scannedBytes;
    files.push(...scan.files);
  }
  return { context, scannedBytes, files };
}

function readsAll(query: Query): boolean {
  return [...nodes(query)].some((node) => (node as { kind?: string }).kind === 'star');
}

function columnTypes(tables: readonly Table[], name: string): HiveType[] {
  return tables
    .flatMap((table) => [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])])
    .filter((column) => column.Name?.toLowerCase() === name)
    .map((column) => parseHiveType(column.Type ?? 'string'));
}

function isNameOf({ DatabaseName, Name }: Table, parts: readonly string[]): boolean {
  const [table, database, catalog = 'awsdatacatalog', ...rest] = [...parts].reverse();
  return table === Name && database === DatabaseName && catalog === 'awsdatacatalog' && rest.length === 0;
}

async function bindTable(
  table: Table,
  reference: TableReference,
  hidden: readonly string[],
  named: ReadonlySet<string> | undefined,
  context: Context,
  session: Session,
): Promise<{ sql: string; scannedBytes: number; files: string[] }> {
  const format = formatOf(table);
  const pruner = await prunerOf(table, reference, context, session);
  const files = await filesOf(session.cloud, session.caller, table, pruner);
  if (format !== 'parquet') {
    const scannedBytes = files.reduce((sum, { size }) => sum + size, 0);
    const shapes = format === 'json' ? await session.jsonShapes.of(files, session.engine) : undefined;
    const values = shapes && jsonColumns(table, shapes);
    return { sql: scanSql(table, files, hidden, new Set(), true, values), scannedBytes, files: pathsOf(files) };
  }
  const sizes = await session.footers.of(files, session.engine);
  const present = new Set<string>();
  let scannedBytes = 0;
  for (const columns of sizes) {
    for (const [name, size] of columns) {
      present.add(name);
      if (named === undefined || named.has(name)) scannedBytes += size;
    }
  }
  const sameColumns = sizes.every((columns) => columns.size === present.size);
  return { sql: scanSql(table, files, hidden, present, sameColumns), scannedBytes, files: pathsOf(files) };
}

/** The conditions on a table's partition keys, with what is constant in them worked out. */
async function prunerOf(
  table: Table,
  { conjuncts, alias }: TableReference,
  context: Context,
  session: Session,
): Promise<Pruner> {
  const types = new Map(
    (table.PartitionKeys ?? []).map((key) => [(key.Name as string).toLowerCase(), key.Type ?? 'string']),
  );
  const usable = conjuncts.filter((conjunct) => {
    const columns = columnsIn(conjunct);
    const simple = ![...nodes(conjunct)].some((node) =>
      ['subquery', 'exists', 'lambda', 'quantified'].includes((node as { kind: string }).kind),
    );
    const ours = columns.every(
      ({ parts }) => types.has(parts.at(-1) as string) && (parts.length === 1 || parts.at(-2) === alias),
    );
    return simple && ours && columns.length > 0;
  });
  const constants = await foldConstants(usable, context, session.engine);
  return new Pruner(usable, types, (expression) => {
    if (expression.kind === 'string') return expression.value;
    if (expression.kind === 'number') return Number(expression.value);
    if (expression.kind === 'boolean') return expression.value;
    if (expression.kind === 'typed' && expression.type === 'date') return expression.value;
    return constants.get(expression);
  });
}

const LITERALS = new Set(['string', 'number', 'boolean', 'null', 'column', 'interval']);

/** Works out the parts of conditions that name no column, such as `date_format(now(), '%Y')`, in one query. */
async function foldConstants(
  conjuncts: readonly Expression[],
  context: Context,
  engine: EngineSession,
): Promise<Map<Expression, string | number | boolean>> {
  const candidates = [...nodes(conjuncts)].filter((node): node is Expression => {
    const { kind } = node as Expression;
    return 'at' in node && kind !== undefined && !LITERALS.has(kind) && columnsIn(node).length === 0;
  });
  const folded = new Map<Expression, string | number | boolean>();
  if (candidates.length === 0) return folded;
  const emitter = new ExpressionEmitter(context);
  try {
    const sql = `SELECT ${candidates.map((candidate) => emitter.emit(candidate)).join(', ')}`;
    const [row = []] = await engine.run('constants', { sql });
    candidates.forEach((candidate, index) => {
      const value = row[index];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        folded.set(candidate, value);
    });
  } catch {
    // Then nothing is known of them, and the query itself says what is wrong.
  }
  return folded;
}
