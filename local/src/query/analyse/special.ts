import { ownEntry } from '../../core/own-entry';
import { QueryError, typeMismatch } from '../errors';
import type { FunctionCall } from '../sql/ast';
import { commonType } from '../types/coercion';
import { BIGINT, DATE, INTEGER, timestamp, typeName, VARCHAR, zoned } from '../types/type';
import { PICOS_PER_DAY, PICOS_PER_MILLI, roundPicos } from '../values/calendar';
import { asBoolean, coerce, commonTypeOf } from './coerce';
import type { ExpressionAnalyser } from './expressions';
import { literal } from './literals';
import type { Typed } from './tree';

/**
 * Special forms, which are no functions in Trino either: their arguments determine which expressions are evaluated, and
 * the type.
 */
type Special = (call: FunctionCall, analyser: ExpressionAnalyser) => Typed;

const wrongCount = ({ name, at }: FunctionCall, wanted: string) =>
  new QueryError('INVALID_ARGUMENTS', `Invalid number of arguments for '${name}' function: ${wanted}`, at);

const coalesce: Special = (call, analyser) => {
  if (call.args.length < 2)
    throw new QueryError('INVALID_ARGUMENTS', "The 'coalesce' function must have at least two arguments", call.at);
  const items = analyser.all(call.args);
  const type = commonTypeOf(
    items,
    'All COALESCE operands must be the same type or coercible to a common type.',
    call.at,
  );
  return { kind: 'coalesce', type, items: items.map((item) => coerce(item, type)) };
};

const nullif: Special = (call, analyser) => {
  if (call.args.length !== 2)
    throw new QueryError('INVALID_ARGUMENTS', "Invalid number of arguments for 'nullif' function", call.at);
  const [first, second] = analyser.all(call.args) as [Typed, Typed];
  const type = commonType(first.type, second.type);
  if (type === undefined)
    throw typeMismatch(
      `Types are not comparable with NULLIF: ${typeName(first.type)} vs ${typeName(second.type)}`,
      call.at,
    );
  return {
    kind: 'case',
    type: first.type,
    branches: [{ when: analyser.compare('=', first, second, call.at), result: literal(first.type, null) }],
    otherwise: first,
  };
};

const conditional: Special = (call, analyser) => {
  if (call.args.length < 2 || call.args.length > 3)
    throw new QueryError('INVALID_ARGUMENTS', "Invalid number of arguments for 'if' function", call.at);
  const [test, ...results] = analyser.all(call.args) as [Typed, ...Typed[]];
  const when = asBoolean(test, 'IF condition', call.at);
  const [yes, no] = results as [Typed, Typed | undefined];
  const type = no === undefined ? yes.type : commonType(yes.type, no.type);
  if (type === undefined)
    throw typeMismatch(
      `Result types for IF must be the same: ${typeName(yes.type)} vs ${typeName((no as Typed).type)}`,
      call.at,
    );
  return { kind: 'case', type, branches: [{ when, result: coerce(yes, type) }], otherwise: no && coerce(no, type) };
};

const tried: Special = (call, analyser) => {
  const [operand, ...rest] = analyser.all(call.args);
  if (operand === undefined || rest.length > 0)
    throw new QueryError('INVALID_ARGUMENTS', "The 'try' function must have exactly one argument", call.at);
  return { kind: 'try', type: operand.type, operand };
};

const typeOf: Special = (call, analyser) => {
  const [operand, ...rest] = analyser.all(call.args);
  if (operand === undefined || rest.length > 0) throw wrongCount(call, 'typeof takes one');
  return literal(VARCHAR, typeName(operand.type));
};

const grouping: Special = (call, analyser) => ({
  kind: 'grouping',
  type: call.args.length <= 31 ? INTEGER : BIGINT,
  items: analyser.all(call.args),
});

const picosNow = (analyser: ExpressionAnalyser): bigint =>
  BigInt(Math.trunc(analyser.around.analysis.context.now)) * PICOS_PER_MILLI;
const precisionOf = (call: FunctionCall): number => {
  const [precision] = call.args;
  return precision?.kind === 'number' ? Number(precision.value) : 3;
};
const midnight = (picos: bigint): bigint => picos - (picos % PICOS_PER_DAY);

const NOW: Readonly<Record<string, (picos: bigint, precision: number) => Typed>> = {
  now: (picos) => literal(zoned(3), { picos, zone: 'UTC' }),
  current_timestamp: (picos, precision) =>
    literal(zoned(precision), { picos: roundPicos(picos, precision), zone: 'UTC' }),
  localtimestamp: (picos, precision) => literal(timestamp(precision), roundPicos(picos, precision)),
  current_date: (picos) => literal(DATE, Number(midnight(picos) / PICOS_PER_DAY)),
  current_time: (picos, precision) =>
    literal(
      { kind: 'time with time zone', precision },
      { picos: roundPicos(picos - midnight(picos), precision), offset: 0 },
    ),
  localtime: (picos, precision) => literal({ kind: 'time', precision }, roundPicos(picos - midnight(picos), precision)),
  current_timezone: () => literal(VARCHAR, 'UTC'),
};

/** Functions of the current time that take a precision. */
const PRECISE = new Set(['current_timestamp', 'localtimestamp', 'current_time', 'localtime']);

const timesOf = (name: string): Special => {
  const make = NOW[name] as (picos: bigint, precision: number) => Typed;
  return (call, analyser) => {
    if (call.args.length > 0 && !PRECISE.has(name))
      throw new QueryError(
        'FUNCTION_NOT_FOUND',
        `Unexpected parameters (${analyser
          .all(call.args)
          .map(({ type }) => typeName(type))
          .join(', ')}) for function ${name}. Expected: ${name}()`,
        call.at,
      );
    return make(picosNow(analyser), precisionOf(call));
  };
};

const SPECIAL: Readonly<Record<string, Special>> = {
  coalesce,
  nullif,
  if: conditional,
  try: tried,
  typeof: typeOf,
  grouping,
  ...Object.fromEntries(Object.keys(NOW).map((name) => [name, timesOf(name)])),
};

/** Types a special form; undefined for a function. */
export function analyseSpecial(call: FunctionCall, analyser: ExpressionAnalyser): Typed | undefined {
  const special = ownEntry(SPECIAL, call.name);
  return special?.(call, analyser);
}

/** Names of the special forms, which users take for functions: for the documentation's list. */
export const SPECIAL_NAMES: readonly string[] = [
  ...Object.keys(SPECIAL),
  'cast',
  'try_cast',
  'extract',
  'json_array',
  'json_exists',
  'json_object',
  'json_query',
  'json_value',
];
