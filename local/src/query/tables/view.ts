import type { Table } from '@aws-sdk/client-glue';
import { QueryError } from '../errors';
import type { Query } from '../sql/ast';
import { Cursor } from '../sql/cursor';
import { parseQuery } from '../sql/parse-query';
import { SqlSyntaxError } from '../sql/tokens';
import type { TextBudget } from '../statement-protocol';

const COMMENT = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/;

/** Athena's definition of a view in the catalog. */
export interface ViewDefinition {
  readonly originalSql: string;
  readonly catalog: string;
  readonly schema: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** The text of a view's definition in the catalog. */
export function viewText(definition: ViewDefinition): string {
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`;
}

/** A view's definition; undefined for a table. @throws QueryError `INVALID_VIEW` */
export function viewDefinition(table: Table): ViewDefinition | undefined {
  if (table.TableType !== 'VIRTUAL_VIEW') return undefined;
  const encoded = COMMENT.exec(table.ViewOriginalText ?? '')?.[1];
  if (encoded === undefined) throw invalidView(table, 'it is not a view of Athena');
  try {
    const found = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as Partial<ViewDefinition>;
    if (typeof found.originalSql === 'string') return found as ViewDefinition;
  } catch {
    // An invalid definition is reported below.
  }
  throw invalidView(table, 'its definition is no JSON with an originalSql');
}

/**
 * A view's query, and the database of its unqualified names.
 * @throws QueryError `INVALID_VIEW`, LongText
 */
export function viewOf(
  table: Table,
  budget: TextBudget | undefined,
): { query: Query; database: string | undefined } | undefined {
  const definition = viewDefinition(table);
  if (definition === undefined) return undefined;
  budget?.spend(definition.originalSql);
  try {
    const cursor = new Cursor(definition.originalSql);
    const query = parseQuery(cursor);
    cursor.end();
    return { query, database: definition.schema ?? table.DatabaseName };
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    throw invalidView(table, error.message);
  }
}

const invalidView = ({ DatabaseName, Name }: Table, reason: string) =>
  new QueryError('INVALID_VIEW', `Failed analyzing stored view 'awsdatacatalog.${DatabaseName}.${Name}': ${reason}`);
