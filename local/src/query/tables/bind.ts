import type { Table } from '@aws-sdk/client-glue';
import { isIceberg } from '../../catalog/iceberg';
import { AwsError } from '../../core/errors';
import { getDatabase } from '../../services/glue/operations/get-database';
import { getTable } from '../../services/glue/operations/get-table';
import { analyseQuery } from '../analyse/analyse';
import { Analysis, type AnalysisContext, type BoundTable } from '../analyse/context';
import { QueryAnalyser } from '../analyse/queries';
import { Scope } from '../analyse/scope';
import { ExpressionEmitter } from '../emit/expression';
import { emitQuery } from '../emit/query';
import type { Engine } from '../engine/engine';
import type { ScratchTable } from '../engine/protocol';
import { QueryError, schemaNotFound, tableNotFound } from '../errors';
import type { Session } from '../session';
import type { Expression, Query, Relation } from '../sql/ast';
import { pushInto } from '../sql/push-down';
import { columnsIn, nodes, type TableReference, tablesOf } from '../sql/walk';
import type { TrinoType } from '../types/type';
import { fromNativeType, toMillis } from '../values/native';
import { CATALOG } from './catalog';
import { filePages, filesOf, type TableFile } from './files';
import {
  bindIceberg,
  bindMetadataTable,
  type ConstantOf,
  checkUnversioned,
  isIcebergHidden,
  metadataTableOf,
} from './iceberg';
import { informationSchema } from './information-schema';
import { nativeColumns } from './native-columns';
import { checkReadable } from './parquet-types';
import { partitionRows } from './partition-rows';
import { scratchName, type Variables } from './per-file';
import { Pruner } from './pruning';
import {
  countedSql,
  dataColumns,
  formatOf,
  heldSql,
  hiveColumns,
  isHidden,
  parquetSource,
  type ScanSql,
  scanSql,
  tableColumns,
} from './scan';
import { textSource } from './text-source';
import { viewOf } from './view';

/** A query with its tables resolved, ready to be translated to DuckDB's SQL. */
export interface BoundQuery {
  readonly context: AnalysisContext;
  /** Bytes that Athena would count as scanned. */
  readonly scannedBytes: number;
  /** Files that the query's SQL reads. */
  readonly files: readonly TableFile[];
  /** Lists that the SQL refers to. */
  readonly variables: Variables;
  readonly tables: readonly ScratchTable[];
  /** Types of the file columns that the query reads. */
  readonly types: readonly TrinoType[];
}

/** Sources of the scans of a query's tables. */
interface Scanned {
  readonly files: readonly TableFile[];
  readonly variables?: Variables;
  readonly tables?: readonly ScratchTable[];
}

const MAX_VIEW_DEPTH = 20;

/** The catalog of a name. */
export function catalogOf(parts: readonly string[], { catalog = CATALOG }: Pick<Session, 'catalog'>): string {
  return parts.at(-3) ?? catalog;
}

/** @throws QueryError for a name in an unknown catalog */
function requireCatalog(
  parts: readonly string[],
  session: Pick<Session, 'catalog' | 'catalogs'>,
  at: Expression['at'],
): void {
  const catalog = catalogOf(parts, session);
  if (catalog === CATALOG || session.catalogs?.has(catalog) === true) return;
  throw new QueryError('CATALOG_NOT_FOUND', `Catalog '${catalog}' does not exist`, at);
}

/** Database and name of a table. @throws QueryError for an unknown catalog, or without a schema */
export function locate(
  parts: readonly string[],
  session: Pick<Session, 'database' | 'catalog' | 'catalogs'>,
  at: Expression['at'],
): [string, string] {
  const [table, schema = session.database] = [...parts].reverse();
  requireCatalog(parts, session, at);
  if (schema === undefined) {
    throw new QueryError('MISSING_SCHEMA_NAME', 'Schema must be specified when session schema is not set', at);
  }
  return [schema, table as string];
}

/** Reads a table from the catalog. @throws QueryError if the database or the table doesn't exist */
export async function findTable(session: Session, parts: readonly string[], at: Expression['at']): Promise<Table> {
  const { cloud, caller } = session;
  const [DatabaseName, Name] = locate(parts, session, at);
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

/** Resolves all tables of a query, and of its views. @throws QueryError */
export async function bindQuery(query: Query, session: Session, depth = 0): Promise<BoundQuery> {
  if (depth > MAX_VIEW_DEPTH) throw new QueryError('VIEW_IS_RECURSIVE', 'Views are nested too deeply');
  const references = tablesOf(query);
  // Every part of a name may be a column: in `s.x`, `s` may be a row with the field x, or a table with the column x.
  const columns = columnsIn(query).flatMap(({ parts }) => parts);
  const special = [...new Set(columns.filter((name) => isHidden(name) || isIcebergHidden(name)))];
  const hidden = special.filter(isHidden);
  const named = readsAll(query) ? undefined : new Set([...columns, ...joinedBy(query)]);
  const bound = new Map<Relation, BoundTable>();
  const context: AnalysisContext = {
    now: session.now,
    parameters: session.parameters,
    tableOf: (node) => bound.get(node),
  };
  let scannedBytes = 0;
  const scans: Scanned[] = [];
  const types: TrinoType[] = [];
  for (const reference of references) {
    requireCatalog(reference.node.parts, session, reference.node.at);
    const system = await informationSchema(session, reference.node.parts);
    if (system !== undefined) {
      bound.set(reference.node, system);
      continue;
    }
    const about = metadataTableOf(reference.node.parts);
    const table = await findTable(session, about?.parts ?? reference.node.parts, reference.node.at);
    const names = [catalogOf(about?.parts ?? reference.node.parts, session), ...namesOf(table)];
    if (about?.name === 'partitions' && !isIceberg(table)) {
      const rows = await partitionRows(table, reference.node, session);
      bound.set(reference.node, { ...rows, names: [...names.slice(0, -1), reference.node.parts.at(-1) as string] });
      continue;
    }
    if (about !== undefined) {
      const constantOf = await versionConstants(reference, context, session);
      const sql = await bindMetadataTable(table, about.name, reference.node, constantOf, session);
      bound.set(
        reference.node,
        await nativeTable([...names.slice(0, -1), reference.node.parts.at(-1) as string], sql, session),
      );
      continue;
    }
    if (isIceberg(table)) {
      const constantOf = await versionConstants(reference, context, session);
      const scan = await bindIceberg(table, reference, named, special, constantOf, session);
      bound.set(reference.node, { names, columns: scan.columns, sql: scan.sql });
      scannedBytes += scan.scannedBytes;
      scans.push(scan);
      continue;
    }
    checkUnversioned(reference.node);
    const view = viewOf(table, session.budget);
    if (view !== undefined) {
      const { alias, conjuncts } = reference;
      const read = pushInto(view.query, { alias, columns: [], conjuncts });
      const inner = await bindQuery(read, { ...session, database: view.database, parameters: [] }, depth + 1);
      const analysed = analyseQuery(view.query, inner.context);
      const columns = analysed.outputs.map(({ name, type }, index) => ({
        name: name ?? `_col${index}`,
        type,
        hidden: false,
      }));
      bound.set(reference.node, { names, columns, sql: emitQuery(analysed, session.now) });
      scannedBytes += inner.scannedBytes;
      scans.push(inner);
      types.push(...inner.types);
      continue;
    }
    const scan = await bindTable(table, reference, hidden, named, context, session);
    bound.set(reference.node, { names, columns: tableColumns(table, hidden), sql: scan.sql });
    types.push(...readTypes(table, named));
    scannedBytes += scan.scannedBytes;
    scans.push(scan);
  }
  const variables = Object.assign({}, ...scans.map((scan) => scan.variables)) as Variables;
  const read = scans.flatMap(({ files }) => files);
  const scratch = scans.flatMap(({ tables = [] }) => tables);
  return { context, scannedBytes, files: read, variables, tables: scratch, types };
}

function readsAll(query: Query): boolean {
  // Columns renamed by a relation's alias could be mistaken for the table's own: all columns are read.
  return nodes(query).some((node) => {
    const { kind, columns } = node as { kind?: string; columns?: readonly string[] };
    return kind === 'star' || (kind === 'alias' && (columns ?? []).length > 0);
  });
}

/** Columns of USING clauses. */
function joinedBy(query: Query): string[] {
  return nodes(query).flatMap((node) => (node as { using?: readonly string[] }).using ?? []);
}

/** Qualifiers of a table's columns, after the catalog. */
const namesOf = ({ DatabaseName = '', Name = '' }: Table): string[] => [DatabaseName, Name];

/** A table of literal rows, with column types as the engine describes them. */
async function nativeTable(names: readonly string[], sql: string, session: Session): Promise<BoundTable> {
  const described = await session.engine.run('constants', {
    sql: `SELECT column_name, column_type FROM (DESCRIBE ${sql})`,
  });
  const columns = described.map(([name, type]) => ({ name: String(name), type: fromNativeType(String(type)) }));
  return { names, ...nativeColumns(columns, sql, toMillis) };
}

async function bindTable(
  table: Table,
  reference: TableReference,
  hidden: readonly string[],
  named: ReadonlySet<string> | undefined,
  context: AnalysisContext,
  session: Session,
): Promise<ScanSql & { scannedBytes: number; files: readonly TableFile[]; tables?: readonly ScratchTable[] }> {
  const format = formatOf(table);
  const pruner = await prunerOf(table, reference, context, session);
  const files = session.batch ?? (await filesOf(session.cloud, session.caller, table, pruner));
  if (files.length === 0) return { ...scanSql(table, files, hidden, undefined), scannedBytes: 0, files: [] };
  if (format !== 'parquet') {
    const scannedBytes = files.reduce((sum, { size }) => sum + size, 0);
    const facts = await session.texts.of(files, session.engine);
    const source = await textSource(table, files, facts, named, session.engine);
    return { ...scanSql(table, files, hidden, source), scannedBytes, files: source.files };
  }
  const footers = await session.footers.of(files, session.engine);
  const columnsOf = readColumns(table, named);
  const present = new Set<string>();
  let scannedBytes = 0;
  footers.forEach(({ fields, sizes }, index) => {
    const file = files[index] as TableFile;
    if (fields !== footers[index - 1]?.fields || file.columns !== files[index - 1]?.columns) {
      checkReadable(file, fields, columnsOf(file));
    }
    fields.forEach((field, position) => {
      const name = field.name.toLowerCase();
      present.add(name);
      if (named === undefined || named.has(name)) scannedBytes += sizes[position] ?? 0;
    });
  });
  const sameColumns = footers.every(({ fields }) => fields.length === present.size);
  if (named !== undefined && hidden.length === 0 && !dataColumns(table).some(({ name }) => named.has(name))) {
    const rows = footers.map((footer) => footer.rows);
    return { ...countedSql(table, files, rows), scannedBytes: 0, files: [] };
  }
  const needed = new Set([...present].filter((name) => named === undefined || named.has(name)));
  if (files.length > MANY_TO_SCAN)
    return { ...scratchScan(table, files, hidden, named, needed, sameColumns), scannedBytes, files };
  const source = parquetSource(files, needed, sameColumns);
  return { ...scanSql(table, files, hidden, source), scannedBytes, files };
}

/** Most files of one scan, which holds all of them open. */
const MANY_TO_SCAN = 2_048;

/** A scan of more files: the rows of the needed columns are first copied to a temporary table. */
function scratchScan(
  table: Table,
  files: readonly TableFile[],
  hidden: readonly string[],
  named: ReadonlySet<string> | undefined,
  needed: ReadonlySet<string>,
  sameColumns: boolean,
): ScanSql & { tables: ScratchTable[] } {
  const name = scratchName();
  const parts: ScanSql[] = [];
  for (let start = 0; start < files.length; start += MANY_TO_SCAN) {
    const part = files.slice(start, start + MANY_TO_SCAN);
    parts.push(scanSql(table, part, hidden, parquetSource(part, needed, sameColumns), named));
  }
  return { sql: heldSql(table, hidden, name, named), variables: {}, tables: [{ name, parts }] };
}

/** A query's only table, with files of its own. */
export interface FileTable {
  /** Types of the columns that the query may read. */
  readonly types: readonly TrinoType[];
  /** The files that may match, as the listing finds them. */
  pages(): Promise<AsyncGenerator<TableFile[]>>;
}

const readTypes = (table: Table, named: ReadonlySet<string> | undefined): TrinoType[] =>
  tableColumns(table, [])
    .filter(({ name }) => named === undefined || named.has(name))
    .map(({ type }) => type);

/** A query's only table; undefined for views and other relations without files. */
export async function fileTableOf(
  query: Query,
  node: TableReference['node'],
  session: Session,
): Promise<FileTable | undefined> {
  const reference = tablesOf(query).find((each) => each.node === node);
  if (reference === undefined || node.parts.some((part) => part.includes('$') || part === 'information_schema')) {
    return undefined;
  }
  const table = await findTable(session, node.parts, node.at);
  if (table.TableType === 'VIRTUAL_VIEW' || isIceberg(table)) return undefined;
  const context: AnalysisContext = { now: session.now, parameters: session.parameters, tableOf: () => undefined };
  return {
    types: readTypes(table, undefined),
    pages: async () => {
      const pruner = await prunerOf(table, reference, context, session);
      return filePages(session.cloud, session.caller, table, pruner);
    },
  };
}

/** The columns to read from files, in the types of their partition. */
function readColumns(table: Table, named: ReadonlySet<string> | undefined) {
  const own = hiveColumns(table).filter(({ name }) => named === undefined || named.has(name));
  return ({ columns }: TableFile) => {
    if (columns === undefined || columns.length === 0) return own;
    const types = new Map(
      hiveColumns({ StorageDescriptor: { Columns: [...columns] } }).map((each) => [each.name, each.type]),
    );
    return own.map(({ name, type }) => ({ name, type: types.get(name) ?? type }));
  };
}

/** The pruner of a table's partitions, from the conditions on its keys, with constants evaluated. */
async function prunerOf(
  table: Table,
  { conjuncts, alias }: TableReference,
  context: AnalysisContext,
  session: Session,
): Promise<Pruner> {
  const types = new Map(
    (table.PartitionKeys ?? []).map((key) => [(key.Name as string).toLowerCase(), key.Type ?? 'string']),
  );
  const usable = conjuncts.filter((conjunct) => {
    const columns = columnsIn(conjunct);
    const simple = !nodes(conjunct).some((node) =>
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

/** Constants in the conditions on an Iceberg table, and in its version. */
async function versionConstants(
  reference: TableReference,
  context: AnalysisContext,
  session: Session,
): Promise<ConstantOf> {
  const simple = reference.conjuncts.filter(
    (conjunct) =>
      !nodes(conjunct).some((node) =>
        ['subquery', 'exists', 'lambda', 'quantified'].includes((node as { kind: string }).kind),
      ),
  );
  const version = reference.node.version?.value;
  const wanted = version === undefined ? simple : [...simple, version];
  const constants = await foldConstants(wanted, context, session.engine);
  return (expression) => {
    // Literals as text: a number would lose digits of a 64-bit id.
    if (expression.kind === 'string' || expression.kind === 'number') return expression.value;
    if (expression.kind === 'boolean') return expression.value;
    return constants.get(expression);
  };
}

const LITERALS = new Set(['string', 'number', 'boolean', 'null', 'column', 'interval']);

/** Evaluates constant subexpressions of conditions, such as `date_format(now(), '%Y')`, in one query. */
async function foldConstants(
  conjuncts: readonly Expression[],
  context: AnalysisContext,
  engine: Engine,
): Promise<Map<Expression, string | number | boolean>> {
  const candidates = nodes(conjuncts).filter((node): node is Expression => {
    const { kind } = node as Expression;
    return 'at' in node && kind !== undefined && !LITERALS.has(kind) && columnsIn(node).length === 0;
  });
  const folded = new Map<Expression, string | number | boolean>();
  if (candidates.length === 0) return folded;
  const analyser = new QueryAnalyser(new Analysis(context)).expressions(new Scope([]), new Map());
  const emitter = new ExpressionEmitter(context.now, () => '');
  try {
    const values = candidates.map((candidate) => {
      const value = analyser.analyse(candidate);
      const text = emitter.emit(value);
      // A time with a zone is compared as an instant.
      return value.type.kind === 'timestamp with time zone' ? `(CAST((${text}).t AS VARCHAR) || '+00')` : text;
    });
    const sql = `SELECT ${values.join(', ')}`;
    const [row = []] = await engine.run('constants', { sql });
    candidates.forEach((candidate, index) => {
      const value = row[index];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        folded.set(candidate, value);
    });
  } catch {
    // On an error nothing is known of the constants; the query itself will report it.
  }
  return folded;
}
