import { writeFile } from 'node:fs/promises';
import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { StatementContext, StatementOutcome } from './context';

/** Writes what a statement of DDL answers: plain lines, a tab between columns. */
export async function textResult(
  context: StatementContext,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<StatementOutcome> {
  await writeFile(context.path, rows.map((row) => `${row.join('\t')}\n`).join(''));
  return { columns: columns.map(textColumn), rows: rows.length, header: false, planningMs: 0 };
}

/** For what answers nothing. */
export function noResult(context: StatementContext, updateCount?: number): Promise<StatementOutcome> {
  return textResult(context, [], []).then((outcome) => ({ ...outcome, updateCount }));
}

function textColumn(name: string): ColumnInfo {
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: 'string',
    Precision: 0,
    Scale: 0,
    Nullable: 'UNKNOWN',
    CaseSensitive: false,
  };
}
