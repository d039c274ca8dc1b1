import { writeFile } from 'node:fs/promises';
import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { StatementOutcome } from '../statement-protocol';
import type { StatementContext } from './context';

/** Writes the result of DDL: plain lines, with tabs between columns. */
export async function textResult(
  context: StatementContext,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<StatementOutcome> {
  await writeFile(context.path, rows.map((row) => `${row.join('\t')}\n`).join(''));
  return { columns: columns.map(textColumn), rows: rows.length, header: false, planningMs: 0 };
}

/** Writes an empty result. */
export function noResult(context: StatementContext, updateCount?: number): Promise<StatementOutcome> {
  return textResult(context, [], []).then((outcome) => ({ ...outcome, updateCount }));
}

const textColumn = (name: string): ColumnInfo =>
  columnNamed(name, { Type: 'string', Precision: 0, Scale: 0, CaseSensitive: false });

/** A result's column of type string; catalog, schema and table are set as Athena does. */
export function columnNamed(
  name: string,
  type: Required<Pick<ColumnInfo, 'Type' | 'Precision' | 'Scale' | 'CaseSensitive'>>,
): ColumnInfo {
  return { CatalogName: 'hive', SchemaName: '', TableName: '', Name: name, Label: name, Nullable: 'UNKNOWN', ...type };
}
