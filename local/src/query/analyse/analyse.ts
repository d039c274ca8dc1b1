import type { Query } from '../sql/ast';
import { Analysis, type AnalysisContext } from './context';
import { QueryAnalyser } from './queries';
import type { TypedQuery } from './tree';

/**
 * Analyses a query as Trino does: names, types, functions, casts.
 * @throws QueryError with Trino's code, message, line and column for what Athena refuses.
 */
export function analyseQuery(query: Query, context: AnalysisContext): TypedQuery {
  return new QueryAnalyser(new Analysis(context)).query(query, undefined, new Map());
}
