import { type TrinoType, VARCHAR } from '../../types/type';
import { castOf } from '../../values/cast';
import { type Json, JsonObject, jsonText, parseJson } from '../../values/json-text';
import { invalidArgument, type Value, ValueError } from '../../values/value';
import { type FunctionRow, type Run, scalar, scriptFor } from '../row';
import { evaluatePath } from '../sql-json/evaluate';
import { type Item, isArray, jsonOf, PathEvaluationError, SqlValue, scalarOf } from '../sql-json/items';
import { parsePath } from '../sql-json/path';

/** A call's clauses, which the analyser passes as the call's first argument. */
export interface JsonOptions {
  readonly path?: string;
  /** Names of the passed variables, in order. */
  readonly names?: readonly string[];
  /** Whether each passed variable is JSON, by position. */
  readonly json: readonly boolean[];
  readonly wrapper?: 'conditional' | 'unconditional';
  readonly omitQuotes?: boolean;
  readonly onEmpty?: string;
  readonly onError?: string;
  readonly nulls?: boolean;
  readonly unique?: boolean;
}

const kept = new Map<string, JsonOptions>();

function optionsOf(text: string): JsonOptions {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const found = JSON.parse(text) as JsonOptions;
  if (kept.size > 1000) kept.clear();
  kept.set(text, found);
  return found;
}

const inputError = () =>
  new ValueError('JSON_INPUT_CONVERSION_ERROR', 'conversion to JSON failed: input is not valid JSON');
const pathError = (error: PathEvaluationError) =>
  new ValueError('PATH_EVALUATION_ERROR', `path evaluation failed: ${error.message}`);
const valueError = (detail: string) =>
  new ValueError('JSON_VALUE_RESULT_ERROR', `cannot extract SQL scalar from JSON: ${detail}`);

/** Items found by a path, or an error. */
type Found = readonly Item[] | ValueError;

/** Evaluates the path. @param types of the call's arguments. @param first index of the first passed variable */
function search(types: readonly TrinoType[], args: readonly Value[], options: JsonOptions, first: number): Found {
  const input = parseJson(args[1] as string);
  if (input === undefined) return inputError();
  const variables = new Map<string, readonly Item[]>();
  for (const [index, name] of (options.names ?? []).entries()) {
    const value = args[first + index] ?? null;
    if (options.json[index] === true) {
      const json = value === null ? undefined : parseJson(value as string);
      if (json === undefined && value !== null) return inputError();
      variables.set(name, json === undefined ? [] : [json]);
    } else variables.set(name, [value === null ? null : new SqlValue(types[first + index] as TrinoType, value)]);
  }
  try {
    return evaluatePath(parsePath(options.path as string), input, variables);
  } catch (error) {
    if (error instanceof PathEvaluationError) return pathError(error);
    throw error;
  }
}

const exists =
  (types: readonly TrinoType[]): Run =>
  (...args: Value[]) => {
    const options = optionsOf(args[0] as string);
    if (args[1] === null) return null;
    const found = search(types, args, options, 2);
    if (!(found instanceof ValueError)) return found.length > 0;
    if (options.onError === 'error') throw found;
    return options.onError === 'unknown' ? null : options.onError === 'true';
  };

/** JSON_VALUE. The third and the fourth argument are the values of DEFAULT. */
function value(types: readonly TrinoType[], result: TrinoType): Run {
  return (...args: Value[]) => {
    const options = optionsOf(args[0] as string);
    if (args[1] === null) return null;
    const special = (behaviour: string | undefined, place: number, error: ValueError): Value => {
      if (behaviour === 'error') throw error;
      return behaviour === 'default' ? (args[place] ?? null) : null;
    };
    const failed = (error: ValueError) => special(options.onError, 3, error);
    const found = search(types, args, options, 4);
    if (found instanceof ValueError) return failed(found);
    const [item] = found;
    if (item === undefined) return special(options.onEmpty, 2, valueError('JSON path found no items'));
    if (found.length > 1) return failed(valueError('JSON path found multiple items'));
    if (item === null) return null;
    const refused = () => failed(valueError('JSON path found an item that cannot be converted to an SQL value'));
    let scalarItem: SqlValue | undefined;
    try {
      scalarItem = scalarOf(item);
    } catch (error) {
      if (error instanceof PathEvaluationError) return refused();
      throw error;
    }
    if (scalarItem === undefined) return refused();
    const cast = castOf(scalarItem.type, result, { now: 0 });
    try {
      if (cast !== undefined) return cast(scalarItem.value);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
    }
    const detail = `Cannot cast value of type ${scalarItem.type.kind} to declared return type of function JSON_VALUE: ${result.kind}`;
    return failed(valueError(detail));
  };
}

const query =
  (types: readonly TrinoType[]): Run =>
  (...args: Value[]) => {
    const options = optionsOf(args[0] as string);
    if (args[1] === null) return null;
    const special = (behaviour: string | undefined, error: ValueError): Value => {
      if (behaviour === 'error') throw error;
      return behaviour === 'empty array' ? '[]' : behaviour === 'empty object' ? '{}' : null;
    };
    const found = search(types, args, options, 2);
    if (found instanceof ValueError) return special(options.onError, found);
    const refused = (detail: string) =>
      new ValueError('JSON_OUTPUT_CONVERSION_ERROR', `conversion from JSON failed: ${detail}`);
    if (found.length === 0) return special(options.onEmpty, refused('JSON path found no items'));
    const items = found.map(jsonOf);
    if (!items.every((item) => item !== undefined))
      return special(
        options.onError,
        refused('JSON path returned a scalar SQL value that cannot be represented as JSON'),
      );
    const [first = null] = items;
    const whole = items.length === 1 && (isArray(first) || first instanceof JsonObject);
    const wrapped = options.wrapper === 'unconditional' || (options.wrapper === 'conditional' && !whole);
    if (!wrapped && items.length > 1) return special(options.onError, refused('JSON path found multiple items'));
    if (!wrapped && options.omitQuotes === true && typeof first === 'string') return first;
    return jsonText(wrapped ? items : first, false);
  };

/** A value as an element of a JSON array or object. */
function part(type: TrinoType, item: Value, isJson: boolean): Json {
  if (item === null) return null;
  const found = isJson ? parseJson(item as string) : jsonOf(new SqlValue(type, item));
  if (found !== undefined) return found;
  throw isJson ? inputError() : invalidArgument('value cannot be converted to JSON');
}

const array =
  (types: readonly TrinoType[]): Run =>
  (...args: Value[]) => {
    const options = optionsOf(args[0] as string);
    const items = args
      .slice(1)
      .map((item, index) => part(types[index + 1] as TrinoType, item, options.json[index] === true));
    return jsonText(options.nulls === true ? items : items.filter((_item, index) => args[index + 1] !== null), false);
  };

const object =
  (types: readonly TrinoType[]): Run =>
  (...args: Value[]) => {
    const options = optionsOf(args[0] as string);
    const members = new Map<string, Json>();
    for (let at = 1; at < args.length; at += 2) {
      const key = args[at] ?? null;
      const item = args[at + 1] ?? null;
      if (key === null) throw invalidArgument('null value passed for JSON object key to JSON_OBJECT function');
      if (item === null && options.nulls !== true) continue;
      if (members.has(key as string)) {
        if (options.unique === true) throw invalidArgument('duplicate key passed to JSON_OBJECT function');
        throw new ValueError('NOT_SUPPORTED', 'cannot construct a JSON object with duplicate key');
      }
      members.set(key as string, part(types[at + 1] as TrinoType, item, options.json[(at - 1) / 2] === true));
    }
    return jsonText(new JsonObject(inHashOrder(members)), false);
  };

/** Members in the order of Java's HashMap, as in Trino's results. */
function inHashOrder(members: ReadonlyMap<string, Json>): Map<string, Json> {
  let buckets = 16;
  while (members.size > buckets * 0.75) buckets *= 2;
  const places = [...members].map(([key, item], index) => ({ key, item, index, bucket: bucketOf(key, buckets) }));
  places.sort((a, b) => a.bucket - b.bucket || a.index - b.index);
  return new Map(places.map(({ key, item }) => [key, item]));
}

function bucketOf(key: string, buckets: number): number {
  let hash = 0;
  for (let index = 0; index < key.length; index++) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}

const bytes: Run = (text: string, encoding: string) => {
  if (encoding === 'UTF16') return new Uint8Array(Buffer.from(text, 'utf16le'));
  if (encoding === 'UTF32') {
    const points = Array.from(text, (letter) => letter.codePointAt(0) as number);
    const found = Buffer.alloc(points.length * 4);
    for (const [index, point] of points.entries()) found.writeUInt32LE(point, index * 4);
    return new Uint8Array(found);
  }
  return new Uint8Array(Buffer.from(text));
};

const textOf: Run = (data: Uint8Array, encoding: string) => {
  const buffer = Buffer.from(data);
  if (encoding === 'UTF16') return buffer.toString('utf16le');
  if (encoding !== 'UTF32') return buffer.toString();
  let text = '';
  for (let at = 0; at + 4 <= buffer.length; at += 4) {
    const point = buffer.readUInt32LE(at);
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return text;
};

const takesNull = { takesNull: true };

/** SQL/JSON's calls; their first argument holds the clauses, as {@link JsonOptions}. */
export const SQL_JSON: readonly FunctionRow[] = [
  scalar('$json_exists(varchar, any...) -> boolean', scriptFor(exists), takesNull),
  scalar('$json_value(varchar, any...) -> varchar', scriptFor(value), {
    ...takesNull,
    result: (args) => args[2] ?? VARCHAR,
  }),
  scalar('$json_query(varchar, any...) -> varchar', scriptFor(query), takesNull),
  scalar('$json_array(varchar, any...) -> varchar', scriptFor(array), takesNull),
  scalar('$json_object(varchar, any...) -> varchar', scriptFor(object), takesNull),
  scalar(
    '$json_to_bytes(varchar, varchar) -> varbinary',
    scriptFor(() => bytes),
  ),
  scalar(
    '$json_from_bytes(varbinary, varchar) -> varchar',
    scriptFor(() => textOf),
  ),
];
