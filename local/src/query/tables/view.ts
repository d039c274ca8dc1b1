import type { Table } from '@aws-sdk/client-glue';
import type { Query } from '../sql/ast';
import { Cursor } from '../sql/cursor';
import { parseQuery } from '../sql/parse-query';

const COMMENT = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/;

/** What Athena keeps of a view in the catalog. */
export interface ViewDefinition {
  readonly originalSql: string;
  readonly catalog: string;
  readonly schema: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** The text under which a view is kept in the catalog. */
export function viewText(definition: ViewDefinition): string {
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`;
}

/** The statement that made a view; undefined for a table. */
export function viewSql(table: Table): string | undefined {
  if (table.TableType !== 'VIRTUAL_VIEW') return undefined;
  const encoded = COMMENT.exec(table.ViewOriginalText ?? '')?.[1];
  if (encoded === undefined) return undefined;
  return (JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as ViewDefinition).originalSql;
}

export function viewQuery(table: Table): Query | undefined {
  const sql = viewSql(table);
  return sql === undefined ? undefined : parseQuery(new Cursor(sql));
}
