import { nameOf } from '../analyse/queries';
import { QueryError } from '../errors';
import type { Query, QueryBody, Select } from '../sql/ast';

/**
 * Checks the column names of a query that a table or view is made from.
 * @throws QueryError for a column without a name, or a duplicate
 */
export function checkOutputNames({ body }: Query): void {
  const seen = new Set<string>();
  selectOf(body)?.items.forEach((item, index) => {
    if (item.kind !== 'expression') return;
    const { expression, alias } = item;
    const name = alias ?? nameOf(expression);
    if (name === undefined) {
      const detail = `Column name not specified at position ${index + 1}`;
      throw new QueryError('MISSING_COLUMN_NAME', detail, expression.at);
    }
    if (seen.has(name)) {
      throw new QueryError('DUPLICATE_COLUMN_NAME', `Column name '${name}' specified more than once`, expression.at);
    }
    seen.add(name);
  });
}

/** The SELECT that names the columns: of a UNION, the first. */
function selectOf(body: QueryBody): Select | undefined {
  switch (body.kind) {
    case 'select':
      return body;
    case 'set':
      return selectOf(body.left);
    case 'nested':
      return selectOf(body.query.body);
    case 'values':
      return undefined;
  }
}
