import type { Column, Table } from '@aws-sdk/client-glue';
import { isIceberg } from '../../catalog/iceberg';
import { createTable } from '../../services/glue/operations/create-table';
import { deleteTable } from '../../services/glue/operations/delete-table';
import type { Statement } from '../sql/statement';
import type { StatementOutcome } from '../statement-protocol';
import { viewDefinition } from '../tables/view';
import type { StatementContext } from './context';
import { changeTable, ddlTable, maybeTable, placeOf, toGlueColumns, toTableInput } from './glue-table';
import { ddl, hiveSemantic, hiveTableNotFound } from './hive-errors';
import * as iceberg from './iceberg/alter';
import { describeIceberg, dropIceberg, icebergProperties, showCreateIceberg } from './iceberg/show';
import { noResult, textResult } from './text-result';

/** Characters of a column in aligned output, as Hive prints it. */
const WIDTH = 20;

type Of<K extends Statement['kind']> = Statement & { kind: K };

export async function createExternalTable(
  statement: Of<'create-table'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  if (statement.ifNotExists && (await maybeTable(statement.table, session)) !== undefined) return noResult(context);
  const [DatabaseName, name] = placeOf(statement.table, session);
  const TableInput = toTableInput(name, statement.definition);
  await ddl(session.cloud.call(createTable, { DatabaseName, TableInput }, session.caller));
  return noResult(context);
}

/** Removes the table from the catalog; its objects stay, as an external table's do. */
export async function dropTable(
  statement: Of<'drop-table' | 'drop-view'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  const found = await maybeTable(statement.table, session);
  const [DatabaseName, Name] = placeOf(statement.table, session);
  if (found === undefined) {
    if (statement.ifExists) return noResult(context);
    throw hiveTableNotFound(DatabaseName, Name);
  }
  const isView = found.TableType === 'VIRTUAL_VIEW';
  if (isView !== (statement.kind === 'drop-view')) {
    throw hiveSemantic(
      isView ? `Cannot drop a view with DROP TABLE: ${Name}` : `Cannot drop a base table with DROP VIEW: ${Name}`,
    );
  }
  if (isIceberg(found)) return dropIceberg(statement, found, context);
  await ddl(session.cloud.call(deleteTable, { DatabaseName, Name }, session.caller));
  return noResult(context);
}

/** DROP COLUMN, CHANGE COLUMN and UNSET TBLPROPERTIES. Hive tables support the latter two only. */
export async function alterTable(
  statement: Of<'drop-column' | 'change-column' | 'unset-properties'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  if (isIceberg(table)) {
    if (statement.kind === 'drop-column') return iceberg.dropColumn(statement, table, context);
    if (statement.kind === 'change-column') return iceberg.changeColumn(statement, table, context);
    return iceberg.unsetProperties(statement, table, context);
  }
  if (statement.kind === 'drop-column') {
    throw hiveSemantic(`DROP COLUMN is supported for Iceberg tables only; use REPLACE COLUMNS for ${table.Name}`);
  }
  if (statement.kind === 'unset-properties') {
    const left = Object.entries(table.Parameters ?? {}).filter(([name]) => !statement.names.includes(name));
    await changeTable(table, { Parameters: Object.fromEntries(left) }, context.session);
    return noResult(context);
  }
  await changeTable(table, { StorageDescriptor: changedColumn(table, statement) }, context.session);
  return noResult(context);
}

/** A Hive table's columns with one changed, and moved if the statement says so. */
function changedColumn(
  table: Table,
  { column, definition, position }: Of<'change-column'>,
): Table['StorageDescriptor'] {
  const before = table.StorageDescriptor?.Columns ?? [];
  const at = before.findIndex(({ Name }) => Name?.toLowerCase() === column);
  if (at === -1) throw hiveSemantic(`Column ${column} does not exist`);
  const others = before.filter((_column, index) => index !== at);
  const changed = { ...before[at], ...(toGlueColumns([definition])[0] as Column) };
  const after = position !== undefined && 'after' in position ? position.after : undefined;
  const place = position === undefined ? at : others.findIndex(({ Name }) => Name?.toLowerCase() === after) + 1;
  return { ...table.StorageDescriptor, Columns: [...others.slice(0, place), changed, ...others.slice(place)] };
}

export async function changeColumns(
  statement: Of<'add-columns' | 'replace-columns'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  if (isIceberg(table)) {
    if (statement.kind === 'add-columns') return iceberg.addColumns(statement, table, context);
    throw hiveSemantic(`REPLACE COLUMNS is not supported for the Iceberg table ${table.Name}`);
  }
  const before = statement.kind === 'add-columns' ? (table.StorageDescriptor?.Columns ?? []) : [];
  const StorageDescriptor = { ...table.StorageDescriptor, Columns: [...before, ...toGlueColumns(statement.columns)] };
  await changeTable(table, { StorageDescriptor }, context.session);
  return noResult(context);
}

export async function setProperties(
  statement: Of<'set-properties'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  if (isIceberg(table)) return iceberg.setProperties(statement, table, context);
  await changeTable(table, { Parameters: { ...table.Parameters, ...statement.properties } }, context.session);
  return noResult(context);
}

export async function showColumns(statement: Of<'show-columns'>, context: StatementContext): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  return textResult(
    context,
    ['field'],
    allColumns(table).map(({ Name = '' }) => [Name.padEnd(WIDTH)]),
  );
}

export async function showProperties(
  statement: Of<'show-properties'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  const Parameters = isIceberg(table) ? await icebergProperties(table, context) : (table.Parameters ?? {});
  const { Name } = table;
  if (statement.property === undefined)
    return textResult(context, ['prpt_name', 'prpt_value'], Object.entries(Parameters));
  const value = Parameters[statement.property] ?? `Table ${Name} does not have property: ${statement.property}`;
  return textResult(context, ['prpt_value'], [[value]]);
}

export async function describeTable(statement: Of<'describe'>, context: StatementContext): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  if (isIceberg(table)) return describeIceberg(table, context);
  const line = ({ Name = '', Type = '', Comment = '' }: Column) => [
    Name.padEnd(WIDTH),
    Type.padEnd(WIDTH),
    Comment.padEnd(WIDTH),
  ];
  const keys = table.PartitionKeys ?? [];
  const rows = allColumns(table).map(line);
  if (keys.length > 0) {
    const heading = ['# col_name', 'data_type', 'comment'].map((title) => title.padEnd(WIDTH));
    rows.push(['', '', ''], ['# Partition Information', '', ''], heading, ['', '', ''], ...keys.map(line));
  }
  if (statement.formatted) rows.push(['', '', ''], ...details(table));
  return textResult(context, ['col_name', 'data_type', 'comment'], rows);
}

function details(table: Table): string[][] {
  const storage = table.StorageDescriptor;
  return [
    ['# Detailed Table Information', '', ''],
    ['Database:', table.DatabaseName ?? '', ''],
    ['CreateTime:', table.CreateTime?.toUTCString() ?? '', ''],
    ['Location:', storage?.Location ?? '', ''],
    ['Table Type:', table.TableType ?? '', ''],
    ['Table Parameters:', '', ''],
    ...Object.entries(table.Parameters ?? {}).map(([name, value]) => ['', name, value]),
    ['# Storage Information', '', ''],
    ['SerDe Library:', storage?.SerdeInfo?.SerializationLibrary ?? '', ''],
    ['InputFormat:', storage?.InputFormat ?? '', ''],
    ['OutputFormat:', storage?.OutputFormat ?? '', ''],
  ];
}

export async function showCreate(
  statement: Of<'show-create-table' | 'show-create-view'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  if (isIceberg(table) && statement.kind === 'show-create-table') return showCreateIceberg(table, context);
  const view = viewDefinition(table)?.originalSql;
  if (view !== undefined) {
    return textResult(
      context,
      ['Create View'],
      [[`CREATE VIEW ${table.DatabaseName}.${table.Name} AS`], ...view.split('\n').map((line) => [line])],
    );
  }
  if (statement.kind === 'show-create-view') throw hiveSemantic(`${table.Name} is not a view`);
  return textResult(
    context,
    ['createtab_stmt'],
    createStatement(table).map((line) => [line]),
  );
}

/** A table's definition in Hive's DDL. */
function createStatement(table: Table): string[] {
  const storage = table.StorageDescriptor ?? {};
  const text = (value: string) => `'${value.replaceAll("'", "\\'")}'`;
  const columns = (list: readonly Column[]) =>
    list.map(
      ({ Name, Type, Comment }, index) =>
        `  \`${Name}\` ${Type}${Comment ? ` COMMENT ${text(Comment)}` : ''}${index < list.length - 1 ? ', ' : ')'}`,
    );
  const pairs = (values: Readonly<Record<string, string>>) => {
    const entries = Object.entries(values);
    return entries.map(
      ([name, value], index) => `  ${text(name)}=${text(value)}${index < entries.length - 1 ? ', ' : ')'}`,
    );
  };
  const lines = [`CREATE EXTERNAL TABLE \`${table.DatabaseName}.${table.Name}\`(`, ...columns(storage.Columns ?? [])];
  if (table.Description !== undefined) lines.push(`COMMENT ${text(table.Description)}`);
  if ((table.PartitionKeys ?? []).length > 0) lines.push('PARTITIONED BY ( ', ...columns(table.PartitionKeys ?? []));
  lines.push('ROW FORMAT SERDE ', `  ${text(storage.SerdeInfo?.SerializationLibrary ?? '')} `);
  const serde = storage.SerdeInfo?.Parameters ?? {};
  if (Object.keys(serde).length > 0) lines.push('WITH SERDEPROPERTIES ( ', ...pairs(serde));
  lines.push('STORED AS INPUTFORMAT ', `  ${text(storage.InputFormat ?? '')} `);
  lines.push('OUTPUTFORMAT ', `  ${text(storage.OutputFormat ?? '')}`);
  lines.push('LOCATION', `  ${text(storage.Location ?? '')}`);
  const { EXTERNAL: _external, ...properties } = table.Parameters ?? {};
  if (Object.keys(properties).length > 0) lines.push('TBLPROPERTIES (', ...pairs(properties));
  return lines;
}

const allColumns = (table: Table): Column[] => [
  ...(table.StorageDescriptor?.Columns ?? []),
  ...(table.PartitionKeys ?? []),
];
