import { functionNotFound, QueryError } from '../errors';
import type { FunctionRow } from '../functions/row';
import {
  type Argument,
  type Bindings,
  bindSignature,
  type Pattern,
  patternsFor,
  showArguments,
  typeFor,
} from '../functions/signature';
import { rowsNamed } from '../functions/table';
import type { Position } from '../sql/tokens';
import { canCoerce, commonType } from '../types/coercion';
import { sameType, type TrinoType } from '../types/type';
import { coerce } from './coerce';
import type { Typed } from './tree';

/** A lambda whose body is typed once its parameters' types are known. */
export interface Unresolved {
  readonly lambda: number;
  readonly resolve: (parameters: readonly TrinoType[]) => Typed & { kind: 'lambda' };
}

export type CallArgument = Typed | Unresolved;

const isLambda = (argument: CallArgument): argument is Unresolved => 'resolve' in argument;
const described = (argument: CallArgument): Argument =>
  isLambda(argument) ? { lambda: argument.lambda } : { type: argument.type };

export interface ResolvedCall {
  readonly row: FunctionRow;
  readonly args: readonly Typed[];
  readonly type: TrinoType;
}

/**
 * Finds the function that takes these arguments, unchanged or after Trino's implicit casts.
 * @throws QueryError `FUNCTION_NOT_FOUND`
 */
export function resolveCall(
  name: string,
  args: readonly CallArgument[],
  at: Position,
  kinds?: readonly FunctionRow['kind'][],
): ResolvedCall {
  const rows = rowsNamed(name).filter(({ kind }) => kinds === undefined || kinds.includes(kind));
  if (rows.length === 0 || name.startsWith('$')) throw functionNotFound(name, at);
  const found = findCall(rows, args);
  if (found !== undefined) return found;
  const expected = rows.map(({ text }) => text.replace(/ -> .*/, ''));
  const given = showArguments(args.map(described));
  throw new QueryError(
    'FUNCTION_NOT_FOUND',
    `Unexpected parameters${given === '' ? '' : ` (${given})`} for function ${name}. Expected: ${expected.join(', ')}`,
    at,
  );
}

/** Finds an operator as `resolveCall` finds a function; undefined if none takes such operands. */
export function resolveOperator(name: string, args: readonly Typed[]): ResolvedCall | undefined {
  return findCall(rowsNamed(name), args);
}

function findCall(rows: readonly FunctionRow[], args: readonly CallArgument[]): ResolvedCall | undefined {
  const given = args.map(described);
  for (const row of rows) {
    const bindings = bindSignature(row.signature, given, false);
    if (bindings !== undefined && row.refused) return undefined;
    const call = bindings && finish(row, bindings, args);
    if (call !== undefined) return call;
  }
  let best: ResolvedCall | undefined;
  for (const row of rows) {
    if (row.refused) continue;
    const bindings = bindSignature(row.signature, given, true);
    const call = bindings && finish(row, bindings, args);
    if (call !== undefined && (best === undefined || isMoreSpecific(call, best))) best = call;
  }
  return best;
}

const isMoreSpecific = (a: ResolvedCall, b: ResolvedCall): boolean =>
  a.args.length === b.args.length &&
  a.args.every((arg, index) => arg.type.kind === 'function' || canCoerce(arg.type, (b.args[index] as Typed).type)) &&
  a.args.some((arg, index) => arg.type.kind !== 'function' && !sameType(arg.type, (b.args[index] as Typed).type));

function finish(row: FunctionRow, bindings: Bindings, args: readonly CallArgument[]): ResolvedCall | undefined {
  const patterns = patternsFor(row.signature, args.length) as readonly Pattern[];
  const lambdas = new Map<number, Typed>();
  for (const [index, argument] of args.entries()) {
    if (!isLambda(argument)) continue;
    const lambda = bindLambda(argument, patterns[index] as Pattern & { kind: 'function' }, bindings);
    if (lambda === undefined) return undefined;
    lambdas.set(index, lambda);
  }
  const typed = args.map((argument, index) => {
    const lambda = lambdas.get(index);
    if (lambda !== undefined) return lambda;
    const wanted = typeFor(patterns[index] as Pattern, bindings, (argument as Typed).type);
    return wanted && coerce(argument as Typed, wanted);
  });
  if (!typed.every((argument) => argument !== undefined)) return undefined;
  const type =
    row.result === undefined
      ? typeFor(row.signature.result, bindings)
      : row.result(
          typed.map((argument) => argument.type),
          bindings,
        );
  return type && { row, args: typed, type };
}

const MAX_ROUNDS = 3;

/** Binds a lambda's body and the type of its result: a state that widens in it is bound to the wider type. */
function bindLambda(
  argument: Unresolved,
  pattern: Pattern & { kind: 'function' },
  bindings: Bindings,
): Typed | undefined {
  const result = pattern.parts.at(-1) as Pattern;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const parameters = pattern.parts.slice(0, -1).map((part) => typeFor(part, bindings));
    if (!parameters.every((type) => type !== undefined)) return undefined;
    const lambda = argument.resolve(parameters);
    const { type } = lambda.body;
    if (result.kind !== 'variable') {
      const wanted = typeFor(result, bindings);
      return wanted && canCoerce(type, wanted) ? withResult(lambda, wanted) : undefined;
    }
    const known = bindings.types.get(result.name);
    const next = known === undefined ? type : commonType(known, type);
    if (next === undefined) return undefined;
    bindings.types.set(result.name, next);
    if (known === undefined || sameType(known, next)) return withResult(lambda, next);
  }
  return undefined;
}

function withResult(lambda: Typed & { kind: 'lambda' }, result: TrinoType): Typed {
  const body = coerce(lambda.body, result);
  const { parameters } = lambda.type as TrinoType & { kind: 'function' };
  return { ...lambda, body, type: { kind: 'function', parameters, result } };
}
