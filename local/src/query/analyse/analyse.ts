import { QueryError } from '../errors';
import type { Query } from '../sql/ast';
import { Analysis, type AnalysisContext } from './context';
import { QueryAnalyser } from './queries';
import type { TypedQuery } from './tree';

/**
 * Analyses a query as Trino does: names, types, functions, casts.
 * @throws QueryError with Trino's code, message, line and column if Athena would refuse the query
 */
export function analyseQuery(query: Query, context: AnalysisContext): TypedQuery {
  try {
    return new QueryAnalyser(new Analysis(context)).query(query, undefined, new Map());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new QueryError('STACK_OVERFLOW', 'statement is too large (stack overflow during analysis)');
  }
}
