import { type Json, JsonNumber, JsonObject, jsonText, parseJson } from '../../values/json-text';
import { invalidArgument, type Value } from '../../values/value';
import { follow, isScalar, stepsOf } from '../json-path';
import { type FunctionRow, scalar, script } from '../row';

/** Parses JSON, with json_parse's errors. */
export function parsed(text: string): Json {
  const found = parseJson(text);
  if (found === undefined) throw invalidArgument(`Cannot convert value to JSON: '${text}'`);
  return found;
}

function extract(text: string, path: string): Value {
  stepsOf(path);
  const json = parseJson(text);
  const found = json === undefined ? undefined : follow(json, path);
  return found === undefined ? null : jsonText(found);
}

function scalarText(json: Json | undefined): Value {
  if (json === undefined || json === null || !isScalar(json)) return null;
  return json instanceof JsonNumber ? json.text : String(json);
}

function extractScalar(text: string, path: string): Value {
  stepsOf(path);
  const json = parseJson(text);
  return json === undefined ? null : scalarText(follow(json, path));
}

function size(text: string, path: string): Value {
  stepsOf(path);
  const json = parseJson(text);
  const found = json === undefined ? undefined : follow(json, path);
  if (found === undefined) return null;
  if (found instanceof JsonObject) return BigInt(found.entries.size);
  return Array.isArray(found) ? BigInt(found.length) : 0n;
}

function arrayLength(text: string): Value {
  const json = parseJson(text);
  return Array.isArray(json) ? BigInt(json.length) : null;
}

function arrayGet(text: string, index: bigint): Value {
  const json = parseJson(text);
  if (!Array.isArray(json)) return null;
  const item = json.at(index < 0n && -index > BigInt(json.length) ? json.length : Number(index));
  return item === undefined || item === null ? null : typeof item === 'string' ? item : jsonText(item);
}

const contains = (test: (item: Json, value: never) => boolean) =>
  script((text: string, value: Value) => {
    const json = parseJson(text);
    return Array.isArray(json) ? json.some((item) => test(item, value as never)) : null;
  });

/** Argument types: `json`, and text that holds JSON. */
const TYPES = ['json', 'varchar'];

/** JSON ("JSON functions and operators"); the parser handles those of SQL/JSON. */
export const JSON_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'json_parse(varchar) -> json',
    script((text: string) => jsonText(parsed(text))),
  ),
  scalar('json_format(json) -> varchar', '$1'),
  scalar(
    'is_json_scalar(json) -> boolean',
    script((text: string) => isScalar(parsed(text))),
  ),
  scalar(
    'is_json_scalar(varchar) -> boolean',
    script((text: string) => isScalar(parsed(text))),
  ),
  ...TYPES.flatMap((type) => [
    scalar(`json_extract(${type}, varchar) -> json`, script(extract)),
    scalar(`json_extract_scalar(${type}, varchar) -> varchar`, script(extractScalar)),
    scalar(`json_size(${type}, varchar) -> bigint`, script(size)),
    scalar(`json_array_length(${type}) -> bigint`, script(arrayLength)),
    scalar(`json_array_get(${type}, bigint) -> json`, script(arrayGet)),
    scalar(
      `json_array_contains(${type}, boolean) -> boolean`,
      contains((item, value: boolean) => item === value),
    ),
    scalar(
      `json_array_contains(${type}, bigint) -> boolean`,
      contains(
        (item, value: bigint) => item instanceof JsonNumber && /^-?\d+$/.test(item.text) && BigInt(item.text) === value,
      ),
    ),
    scalar(
      `json_array_contains(${type}, double) -> boolean`,
      contains(
        (item, value: number) =>
          item instanceof JsonNumber &&
          !/^-?\d+$/.test(item.text) &&
          Number(item.text) === value &&
          Number.isFinite(value),
      ),
    ),
    scalar(
      `json_array_contains(${type}, varchar) -> boolean`,
      contains((item, value: string) => item === value),
    ),
  ]),
];
