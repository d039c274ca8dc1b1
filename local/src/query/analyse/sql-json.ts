import type { FunctionCall } from '../sql/ast';
import type { ExpressionAnalyser } from './expressions';
import type { Typed } from './tree';

/** The functions of SQL/JSON. */
export function analyseSqlJson(_call: FunctionCall, _analyser: ExpressionAnalyser): Typed | undefined {
  return undefined;
}
