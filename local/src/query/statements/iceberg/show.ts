import type { Table } from '@aws-sdk/client-glue';
import { icebergTable } from '../../../catalog/iceberg';
import { currentSchema, specOf } from '../../../iceberg/format/metadata';
import { hiveTextOf } from '../../../iceberg/format/schema';
import { formatTransform } from '../../../iceberg/format/transforms';
import { allFiles } from '../../../iceberg/table/vacuum';
import { deleteTable } from '../../../services/glue/operations/delete-table';
import type { Statement } from '../../sql/statement';
import type { StatementOutcome } from '../../statement-protocol';
import type { StatementContext } from '../context';
import { ddl } from '../hive-errors';
import { noResult, textResult } from '../text-result';
import { asStatementError } from './context';

const WIDTH = 20;

/** DESCRIBE of an Iceberg table: its columns and partition spec. */
export async function describeIceberg(found: Table, context: StatementContext): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const { metadata } = await icebergTable(cloud, caller, found).load();
  const schema = currentSchema(metadata);
  const line = (...parts: string[]) => parts.map((part) => part.padEnd(WIDTH));
  const rows = [['# Table schema:', '', ''], line('# col_name', 'data_type', 'comment')];
  for (const { name, type, doc } of schema.fields) rows.push(line(name, hiveTextOf(type), doc ?? ''));
  rows.push(['', '', ''], ['# Partition spec:', '', ''], line('# field_name', 'field_transform', 'column_name'));
  for (const { name, transform, sourceId } of specOf(metadata).fields) {
    const column = schema.fields.find(({ id }) => id === sourceId)?.name ?? '';
    rows.push(line(name, formatTransform(transform), column));
  }
  return textResult(context, ['col_name', 'data_type', 'comment'], rows);
}

/** SHOW CREATE TABLE of an Iceberg table, in a form that Athena accepts. */
export async function showCreateIceberg(found: Table, context: StatementContext): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const { metadata } = await icebergTable(cloud, caller, found).load();
  const { fields } = currentSchema(metadata);
  const text = (value: string) => `'${value.replaceAll("'", "\\'")}'`;
  const last = (index: number, length: number) => (index < length - 1 ? ',' : ')');
  const lines = [`CREATE TABLE ${found.DatabaseName}.${found.Name} (`];
  fields.forEach(({ name, type, doc }, index) => {
    lines.push(
      `  \`${name}\` ${hiveTextOf(type)}${doc === undefined ? '' : ` COMMENT ${text(doc)}`}${last(index, fields.length)}`,
    );
  });
  const terms = specOf(metadata).fields.flatMap(({ transform, sourceId }) => {
    const column = `\`${fields.find(({ id }) => id === sourceId)?.name ?? ''}\``;
    if (transform.name === 'void') return [];
    if (transform.name === 'identity') return [column];
    return [`${transform.name}(${transform.argument > 0 ? `${transform.argument}, ` : ''}${column})`];
  });
  if (terms.length > 0) lines.push(`PARTITIONED BY (${terms.join(', ')})`);
  lines.push(`LOCATION ${text(metadata.location)}`, 'TBLPROPERTIES (');
  const properties = Object.entries({ table_type: 'iceberg', ...metadata.properties });
  properties.forEach(([name, value], index) => {
    lines.push(`  ${text(name)}=${text(value)}${last(index, properties.length)}`);
  });
  return textResult(
    context,
    ['createtab_stmt'],
    lines.map((line) => [line]),
  );
}

/** SHOW TBLPROPERTIES of an Iceberg table: its metadata's, and the catalog's. */
export async function icebergProperties(found: Table, context: StatementContext): Promise<Record<string, string>> {
  const { cloud, caller } = context.session;
  const { metadata } = await icebergTable(cloud, caller, found).load();
  return { ...found.Parameters, ...metadata.properties };
}

/** DROP TABLE: an Iceberg table's files are deleted with it, as in Athena. */
export async function dropIceberg(
  _statement: Statement & { kind: 'drop-table' | 'drop-view' },
  found: Table,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const table = icebergTable(cloud, caller, found);
  const { DatabaseName = '', Name = '' } = found;
  // Without files if the metadata is unreadable: the table must still be removable from the catalog.
  const files = await allFiles(table).catch(() => []);
  await ddl(cloud.call(deleteTable, { DatabaseName, Name }, caller));
  try {
    await table.storage.remove(files);
  } catch (error) {
    throw asStatementError(error);
  }
  return noResult(context);
}
