import { QueryError } from '../../errors';
import type { Expression, FunctionCall } from '../../sql/ast';
import type { ExpressionEmitter } from '../emit-expression';

/** Writes a call that a template can't say. */

export type Emit = (call: FunctionCall, emitter: ExpressionEmitter) => string;

/** Argument number `index`. @throws QueryError if it isn't given. */
export function arg(call: FunctionCall, index: number): Expression {
  const found = call.args[index];
  if (found !== undefined) return found;
  throw new QueryError('FUNCTION_NOT_FOUND', `Unexpected parameters for function ${call.name}`, call.at);
}

/** A text that must be written out in the statement, as a unit or a format. */
export function text(call: FunctionCall, index: number, emitter: ExpressionEmitter): string {
  let found = arg(call, index);
  if (found.kind === 'parameter') found = emitter.context.parameters[found.index ?? 0] ?? found;
  if (found.kind === 'string') return found.value;
  throw new QueryError('NOT_SUPPORTED', `${call.name} takes only a literal here`, found.at);
}
