import { join } from 'node:path';
import { quoteIdentifier, quoteLiteral } from '../../../core/hive-types';
import { currentSchema } from '../../../iceberg/format/metadata';
import type { Field } from '../../../iceberg/format/schema';
import { commitRows } from '../../../iceberg/table/changes';
import { type FileWriter, writeDataFiles } from '../../../iceberg/table/write-files';
import type { EngineQuery } from '../../engine/protocol';
import { QueryError } from '../../errors';
import { namedColumns, withBoundQuery } from '../../run';
import type { Expression, Query, Relation, SelectItem } from '../../sql/ast';
import type { Assignment, MergeClause, Statement, TableName } from '../../sql/statement';
import type { Position } from '../../sql/tokens';
import type { StatementOutcome } from '../../statement-protocol';
import type { IcebergScan } from '../../tables/iceberg';
import type { StatementContext } from '../context';
import { noResult } from '../text-result';
import { commitOptions, icebergOf, withWriter } from './context';

type Of<K extends Statement['kind']> = Statement & { kind: K };

const HIVE_REFUSAL = 'Modifying Hive table rows is only supported for transactional tables';

/**
 * A statement's changes of the table's rows, as a query with one row for each deleted or inserted row. It yields `file`
 * and `pos` of the table's row, both NULL if there is none, whether a new row is inserted, and the new row's columns.
 */
interface Change {
  readonly from: Relation;
  readonly target: Relation;
  readonly where?: Expression;
  readonly alias: string;
  readonly at: Position;
  /** Whether a row is deleted (`-`), inserted (`+`), replaced (`*`) or unchanged (NULL): an expression. */
  readonly what: Expression;
  /** Columns of the new row; empty for mere deletions. */
  readonly values: readonly { readonly field: Field; readonly value: Expression }[];
}

export async function deleteRows(statement: Of<'delete'>, context: StatementContext): Promise<StatementOutcome> {
  const { table: name, where } = statement;
  await icebergOf(name, context, HIVE_REFUSAL);
  const { from, target, alias } = targetOf(name, statement.alias);
  return change({ from, target, alias, where, at: name.at, what: text('-', name.at), values: [] }, context);
}

export async function updateRows(statement: Of<'update'>, context: StatementContext): Promise<StatementOutcome> {
  const { table: name, where, assignments } = statement;
  const fields = await fieldsOf(name, context);
  const { from, target, alias } = targetOf(name, statement.alias);
  const assigned = assignmentsOf(assignments, fields);
  const values = fields.map((field) => ({
    field,
    value: assigned.get(field) ?? column(alias, field.name.toLowerCase(), name.at),
  }));
  return change({ from, target, alias, where, at: name.at, what: text('*', name.at), values }, context);
}

export async function mergeRows(statement: Of<'merge'>, context: StatementContext): Promise<StatementOutcome> {
  const { table: name, source, on, clauses } = statement;
  const { at } = name;
  const fields = await fieldsOf(name, context);
  const { from: aliased, target, alias } = targetOf(name, statement.alias);
  const matched: Expression = { kind: 'is-null', operand: column(alias, '$pos', at), negated: true, at };
  const holds = clauses.map(({ kind, when }): Expression => {
    const side: Expression = kind === 'insert' ? { kind: 'unary', operator: 'not', operand: matched, at } : matched;
    return when === undefined ? side : { kind: 'binary', operator: 'and', left: side, right: when, at };
  });
  const pick = (of: (clause: MergeClause) => Expression): Expression => ({
    kind: 'case',
    branches: clauses.map((clause, index) => ({ when: holds[index] as Expression, result: of(clause) })),
    at,
  });
  const inputs = clauses.map((clause) => clauseValues(clause, fields, alias, at));
  const values = fields.map((field, index) => ({
    field,
    value: pick((clause) => inputs[clauses.indexOf(clause)]?.[index] ?? { kind: 'null', at }),
  }));
  const what = pick(({ kind }) => text({ update: '*', delete: '-', insert: '+' }[kind], at));
  const inserts = clauses.some(({ kind }) => kind === 'insert');
  const from: Relation = { kind: 'join', type: inserts ? 'left' : 'inner', left: source, right: aliased, on };
  return change({ from, target, alias, at, what, values }, context);
}

function clauseValues(
  clause: MergeClause,
  fields: readonly Field[],
  alias: string,
  at: Position,
): (Expression | undefined)[] {
  if (clause.kind === 'delete') return [];
  if (clause.kind === 'update') {
    const assigned = assignmentsOf(clause.assignments, fields);
    return fields.map((field) => assigned.get(field) ?? column(alias, field.name.toLowerCase(), at));
  }
  const names = clause.columns.length === 0 ? fields.map(({ name }) => name.toLowerCase()) : clause.columns;
  if (names.length !== clause.values.length) {
    throw new QueryError('TYPE_MISMATCH', 'Insert query has mismatched column count', clause.at);
  }
  for (const name of names) fieldOf(name, fields, clause.at);
  return fields.map(({ name }) => clause.values[names.indexOf(name.toLowerCase())]);
}

function assignmentsOf(assignments: readonly Assignment[], fields: readonly Field[]): Map<Field, Expression> {
  const found = new Map<Field, Expression>();
  for (const { column: name, value, at } of assignments) {
    const field = fieldOf(name, fields, at);
    if (found.has(field))
      throw new QueryError('DUPLICATE_COLUMN_NAME', `Multiple assignments for column '${name}'`, at);
    found.set(field, value);
  }
  return found;
}

function fieldOf(name: string, fields: readonly Field[], at: Position): Field {
  const found = fields.find((field) => field.name.toLowerCase() === name);
  if (found !== undefined) return found;
  throw new QueryError('COLUMN_NOT_FOUND', `The target table has no column '${name}'`, at);
}

async function fieldsOf(name: TableName, context: StatementContext): Promise<readonly Field[]> {
  const { table } = await icebergOf(name, context, HIVE_REFUSAL);
  return currentSchema((await table.load()).metadata).fields;
}

/** The table as a relation; its alias also qualifies the rows' files and positions. */
function targetOf(name: TableName, given: string | undefined): { from: Relation; target: Relation; alias: string } {
  const target: Relation = { kind: 'table', parts: name.parts, at: name.at };
  const alias = given ?? (name.parts.at(-1) as string);
  return { from: { kind: 'alias', relation: target, name: alias, columns: [] }, target, alias };
}

const column = (alias: string, name: string, at: Position): Expression => ({
  kind: 'column',
  parts: [alias, name],
  at,
});
const text = (value: string, at: Position): Expression => ({ kind: 'string', value, at });

/** Names of the query's own columns, which no table has. */
const [FILE, POS, WHAT] = ['__file', '__pos', '__what'];
const valueName = (index: number) => `__value_${index}`;

function queryOf({ from, where, alias, at, what, values }: Change): Query {
  const items: SelectItem[] = [
    { kind: 'expression', expression: column(alias, '$file', at), alias: FILE },
    { kind: 'expression', expression: column(alias, '$pos', at), alias: POS },
    { kind: 'expression', expression: what, alias: WHAT },
    ...values.map(
      ({ value }, index): SelectItem => ({ kind: 'expression', expression: value, alias: valueName(index) }),
    ),
  ];
  const select = { kind: 'select', distinct: false, items, from, where, groupBy: [], windows: [] } as const;
  return { with: [], recursive: false, body: select, orderBy: [] };
}

async function change(wanted: Change, context: StatementContext): Promise<StatementOutcome> {
  const { session, run } = context;
  let found: IcebergScan | undefined;
  const onIcebergScan = (node: Relation, scan: IcebergScan) => {
    if (node === wanted.target) found = scan;
  };
  const rows = await withWriter(context, (writer) =>
    withBoundQuery(queryOf(wanted), { ...session, onIcebergScan }, run, (query) =>
      apply(wanted, namedColumns(query), found as IcebergScan, writer, context),
    ),
  );
  return noResult(context, rows);
}

/**
 * Runs the query once, into a file, and makes delete files and data files of it. @returns the number of changed rows
 */
async function apply(
  { values, at }: Change,
  query: EngineQuery,
  scan: IcebergScan,
  writer: FileWriter,
  context: StatementContext,
): Promise<number> {
  const changes = join(writer.scratch, 'changes.parquet');
  const filtered = `SELECT * FROM (${query.sql}) WHERE ${quoteIdentifier(WHAT)} IS NOT NULL`;
  const copy = `COPY (${filtered}) TO ${quoteLiteral(changes)} (FORMAT parquet)`;
  await context.session.engine.run('rows', { sql: copy, sources: query.sources, folder: writer.scratch });
  const select = (items: string, where: string) => ({
    sql: `SELECT ${items} FROM read_parquet(${quoteLiteral(changes)}) WHERE ${where}`,
    files: [changes],
  });
  const deletedRows = select(`${FILE} AS file, ${POS} AS pos`, `${WHAT} IN ('-', '*')`);
  await checkOnce(deletedRows.sql, changes, writer, at);
  const items = values.map(
    ({ field }, index) => `${quoteIdentifier(valueName(index))} AS ${quoteIdentifier(field.name)}`,
  );
  const comes = `${WHAT} IN ('+', '*')`;
  const added = values.length === 0 ? [] : await writeDataFiles(select(items.join(', '), comes), scan.metadata, writer);
  const { table, metadata: base, plan, predicates } = scan;
  const [count] = await writer.engine.rows(select('count(*) AS n', 'TRUE'));
  const changed = Number(count?.n ?? 0);
  await context.writes.commit(changed, () =>
    commitRows(table, { base, plan, predicates, deletedRows, added }, writer, commitOptions(context)),
  );
  return changed;
}

async function checkOnce(rows: string, file: string, { engine }: FileWriter, at: Position): Promise<void> {
  const sql = `SELECT 1 FROM (${rows}) GROUP BY file, pos HAVING count(*) > 1 LIMIT 1`;
  if ((await engine.rows({ sql, files: [file] })).length === 0) return;
  const detail = 'One MERGE target table row matched more than one source row';
  throw new QueryError('MERGE_TARGET_ROW_MULTIPLE_MATCHES', detail, at);
}
