import { QueryError, typeMismatch } from '../errors';
import { PathError, type PathNode, parsePath, variablesIn } from '../functions/sql-json/path';
import type { JsonOptions } from '../functions/table/sql-json';
import type { Expression, JsonArgument, JsonBehaviour, JsonFormat, JsonPathCall, JsonReturning } from '../sql/ast';
import type { Position } from '../sql/tokens';
import { canCoerce, commonType } from '../types/coercion';
import { DOUBLE, INTEGER, isNumeric, isText, type TrinoType, typeName, VARCHAR, varchar } from '../types/type';
import { canCast } from '../values/cast';
import { coerce } from './coerce';
import type { ExpressionAnalyser } from './expressions';
import { literal } from './literals';
import type { Typed } from './tree';

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

/** Calls that return JSON: as an argument of another call, their text is JSON. */
const JSON_RESULTS = new Set(['json-object', 'json-array']);
const returnsJson = (expression: Expression): boolean =>
  JSON_RESULTS.has(expression.kind) || (expression.kind === 'json-path' && expression.name === 'json_query');

const internal = (name: string, args: readonly Typed[], analyser: ExpressionAnalyser, at: Position): Typed =>
  analyser.operator(name, args, () => typeMismatch(`Unexpected parameters for function ${name}`, at));

const optionsText = (options: JsonOptions): Typed => literal(VARCHAR, JSON.stringify(options));

/** Types JSON_EXISTS, JSON_VALUE and JSON_QUERY. @throws QueryError in Trino's words */
export function analyseJsonPath(call: JsonPathCall, analyser: ExpressionAnalyser): Typed {
  const input = jsonText(call.input.value, call.input.format ?? 'JSON', analyser);
  const passed = call.passing.map(({ argument }) => parameter(argument, analyser));
  const names = call.passing.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new QueryError(
      'DUPLICATE_PARAMETER_NAME',
      `${twice} JSON path parameter is specified more than once`,
      call.at,
    );
  const root = checkedPath(call, names);
  const options: JsonOptions = {
    path: call.path,
    names,
    json: passed.map(({ isJson }) => isJson),
    wrapper: call.wrapper,
    omitQuotes: call.quotes === 'omit',
    onEmpty: call.onEmpty?.kind,
    onError: call.onError?.kind,
  };
  const values = passed.map(({ value }) => value);
  switch (call.name) {
    case 'json_exists':
      return internal('$json_exists', [optionsText(options), input, ...values], analyser, call.at);
    case 'json_value': {
      const type = valueType(call, root, analyser);
      const defaults = [
        defaultOf(call.onEmpty, type, 'EMPTY', analyser),
        defaultOf(call.onError, type, 'ERROR', analyser),
      ];
      return internal('$json_value', [optionsText(options), input, ...defaults, ...values], analyser, call.at);
    }
    case 'json_query': {
      if (call.wrapper !== undefined && call.quotes !== undefined)
        throw new QueryError(
          'INVALID_FUNCTION_ARGUMENT',
          `${call.quotes.toUpperCase()} QUOTES behavior specified with WITH ${call.wrapper.toUpperCase()} ARRAY WRAPPER behavior`,
          call.at,
        );
      const found = internal('$json_query', [optionsText(options), input, ...values], analyser, call.at);
      return returned(found, call.returning, analyser, call.at);
    }
  }
}

export function analyseJsonObject(call: Of<'json-object'>, analyser: ExpressionAnalyser): Typed {
  const parts = call.members.map(({ key, argument }) => {
    const name = analyser.analyse(key);
    if (!isText(name.type) && name.type.kind !== 'unknown')
      throw new QueryError(
        'INVALID_FUNCTION_ARGUMENT',
        `Invalid type of JSON object key: ${typeName(name.type)}`,
        key.at,
      );
    const found = element(argument, 'JSON_OBJECT', analyser);
    if (found.isJson && call.unique)
      throw new QueryError(
        'NOT_SUPPORTED',
        'WITH UNIQUE KEYS behavior is not supported for JSON_OBJECT function when input expression has FORMAT',
        call.at,
      );
    return { name: coerce(name, VARCHAR), ...found };
  });
  const options = { json: parts.map(({ isJson }) => isJson), nulls: call.nulls, unique: call.unique };
  const args = parts.flatMap(({ name, value }) => [name, value]);
  const found = internal('$json_object', [optionsText(options), ...args], analyser, call.at);
  return returned(found, call.returning, analyser, call.at);
}

export function analyseJsonArray(call: Of<'json-array'>, analyser: ExpressionAnalyser): Typed {
  const parts = call.items.map((item) => element(item, 'JSON_ARRAY', analyser));
  const options = { json: parts.map(({ isJson }) => isJson), nulls: call.nulls };
  const found = internal('$json_array', [optionsText(options), ...parts.map(({ value }) => value)], analyser, call.at);
  return returned(found, call.returning, analyser, call.at);
}

/** A string argument that holds JSON. @throws QueryError `TYPE_MISMATCH` */
function jsonText(expression: Expression, format: JsonFormat, analyser: ExpressionAnalyser): Typed {
  const value = analyser.analyse(expression);
  const { kind } = value.type;
  if (format === 'JSON' && (isText(value.type) || kind === 'unknown')) return coerce(value, VARCHAR);
  if (kind !== 'varbinary')
    throw typeMismatch(
      `Cannot read input of type ${typeName(value.type)} as JSON using formatting ${format}`,
      expression.at,
    );
  const encoding = literal(VARCHAR, format === 'JSON' ? 'UTF8' : format);
  return internal('$json_from_bytes', [value, encoding], analyser, expression.at);
}

interface Passed {
  readonly value: Typed;
  readonly isJson: boolean;
}

const isDateTime = ({ kind }: TrinoType): boolean => kind === 'date' || kind.startsWith('time');

/** An argument of PASSING. */
function parameter(argument: JsonArgument, analyser: ExpressionAnalyser): Passed {
  const unsupported = (type: TrinoType) => `Unsupported type of JSON path parameter: ${typeName(type)}`;
  return passedAs(argument, analyser, isDateTime, unsupported);
}

function element(argument: JsonArgument, name: string, analyser: ExpressionAnalyser): Passed {
  const unsupported = (type: TrinoType) => `Unsupported type of value passed to ${name} function: ${typeName(type)}`;
  return passedAs(argument, analyser, () => false, unsupported);
}

function passedAs(
  { value: expression, format }: JsonArgument,
  analyser: ExpressionAnalyser,
  keeps: (type: TrinoType) => boolean,
  unsupported: (type: TrinoType) => string,
): Passed {
  const read = format ?? (returnsJson(expression) ? 'JSON' : undefined);
  if (read !== undefined) return { value: jsonText(expression, read, analyser), isJson: true };
  const value = analyser.analyse(expression);
  const { type } = value;
  if (isText(type) || isNumeric(type) || type.kind === 'boolean' || keeps(type)) return { value, isJson: false };
  if (type.kind === 'varbinary' || !canCast(type, VARCHAR))
    throw new QueryError('NOT_SUPPORTED', unsupported(type), expression.at);
  return {
    value:
      type.kind === 'unknown' ? literal(VARCHAR, null) : { kind: 'cast', type: VARCHAR, operand: value, safe: false },
    isJson: false,
  };
}

/** Parses a path. @throws QueryError `INVALID_PATH` if it is invalid, or names variables that aren't passed */
function checkedPath({ path, pathAt }: JsonPathCall, names: readonly string[]): PathNode {
  try {
    const { root } = parsePath(path);
    for (const name of variablesIn(root)) {
      if (names.includes(name)) continue;
      const similar = names.some((other) => other.toLowerCase() === name.toLowerCase());
      const hint = similar ? `. Try quoting "${name}" in the PASSING clause to match case` : '';
      throw new PathError(`no value passed for parameter ${name}${hint}`);
    }
    return root;
  } catch (error) {
    if (error instanceof PathError) throw new QueryError(error.code, error.message, pathAt);
    throw error;
  }
}

/** The type of a path's items, if it is known before evaluation. */
function typeOfPath(node: PathNode): TrinoType | undefined {
  switch (node.kind) {
    case 'literal':
      return node.type;
    case 'last':
      return INTEGER;
    case 'filter':
    case 'sign':
      return typeOfPath(node.base);
    case 'method':
      if (node.method === 'double') return DOUBLE;
      if (node.method === 'size') return INTEGER;
      return node.method === 'type' ? varchar(27) : undefined;
    case 'binary': {
      const [left, right] = [typeOfPath(node.left), typeOfPath(node.right)];
      const common = left && right && commonType(left, right);
      return common?.kind === 'decimal' ? undefined : common;
    }
    default:
      return undefined;
  }
}

function valueType(call: JsonPathCall, root: PathNode, analyser: ExpressionAnalyser): TrinoType {
  const type = call.returning === undefined ? VARCHAR : analyser.typeNamed(call.returning.type, call.at);
  if (!isText(type) && !isNumeric(type) && type.kind !== 'boolean' && !isDateTime(type))
    throw typeMismatch(`Invalid return type of function JSON_VALUE: ${typeName(type)}`, call.at);
  const found = typeOfPath(root);
  if (found !== undefined && !canCast(found, type))
    throw typeMismatch(
      `Return type of JSON path: ${typeName(found)} incompatible with return type of function JSON_VALUE: ${typeName(type)}`,
      call.at,
    );
  return type;
}

function defaultOf(
  behaviour: JsonBehaviour | undefined,
  type: TrinoType,
  clause: 'EMPTY' | 'ERROR',
  analyser: ExpressionAnalyser,
): Typed {
  if (behaviour?.kind !== 'default') return literal(type, null);
  const value = analyser.analyse(behaviour.value);
  if (!canCoerce(value.type, type))
    throw typeMismatch(
      `Function JSON_VALUE default ON ${clause} result must evaluate to a ${typeName(type)} (actual: ${typeName(value.type)})`,
      behaviour.value.at,
    );
  return coerce(value, type);
}

/** Casts JSON text to the type of RETURNING. */
function returned(
  found: Typed,
  returning: JsonReturning | undefined,
  analyser: ExpressionAnalyser,
  at: Position,
): Typed {
  if (returning === undefined) return found;
  const type = analyser.typeNamed(returning.type, at);
  const format = returning.format ?? 'JSON';
  if (type.kind === 'varbinary')
    return internal('$json_to_bytes', [found, literal(VARCHAR, format === 'JSON' ? 'UTF8' : format)], analyser, at);
  if (!isText(type) || format !== 'JSON')
    throw typeMismatch(`Cannot output JSON value as ${typeName(type)} using formatting ${format}`, at);
  return type.kind === 'varchar' && type.length === undefined
    ? found
    : { kind: 'cast', type, operand: found, safe: false };
}
