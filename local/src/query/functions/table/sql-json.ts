import { type Json, JsonNumber, JsonObject, jsonText, parseJson } from '../../values/json-text';
import { invalidArgument, type Value, ValueError } from '../../values/value';
import { follow } from '../json-path';
import { type FunctionRow, scalar, script } from '../row';

/** What SQL/JSON's functions find by a path such as `lax $.a[0]`; NULL for a text that is no JSON. */
function found(text: string, path: string): Json | undefined {
  const match = /^\s*(?:(lax|strict)\s+)?(\$[\s\S]*?)\s*$/.exec(path);
  if (match === null) throw invalidArgument(`Invalid JSON path: '${path}'`);
  const json = parseJson(text);
  if (json === undefined) return undefined;
  return follow(json, match[2] as string);
}

function value(text: string, path: string): Value {
  const json = found(text, path);
  if (json === undefined || json === null || Array.isArray(json) || json instanceof JsonObject) return null;
  return json instanceof JsonNumber ? json.text : String(json);
}

function query(text: string, path: string, wrapped: number): Value {
  const json = found(text, path);
  if (json === undefined) return null;
  const whole = Array.isArray(json) || json instanceof JsonObject;
  if (wrapped === 0 && !whole) return null;
  return jsonText(wrapped === 1 || (wrapped === 2 && !whole) ? [json] : json);
}

/** A value as a part of JSON: texts that are JSON already stay as they are where they are said to be. */
function part(item: Value): Json {
  if (item === null || typeof item === 'boolean') return item;
  if (typeof item === 'string') return item;
  if (typeof item === 'number' || typeof item === 'bigint') return new JsonNumber(String(item));
  throw new ValueError('INVALID_FUNCTION_ARGUMENT', 'value is not a scalar of JSON');
}

/** The functions of SQL/JSON, as the parser writes their calls. */
export const SQL_JSON: readonly FunctionRow[] = [
  scalar(
    'json_exists(varchar, varchar) -> boolean',
    script((text: string, path: string) => found(text, path) !== undefined),
  ),
  scalar('json_value(varchar, varchar) -> varchar', script(value)),
  scalar(
    'json_query(varchar, varchar) -> varchar',
    script((text: string, path: string) => query(text, path, 0)),
  ),
  scalar('json_query(varchar, varchar, integer) -> varchar', script(query)),
  scalar(
    'json_array(any...) -> varchar',
    script((...items: Value[]) => jsonText(items.filter((item) => item !== null).map(part))),
    { takesNull: true },
  ),
  scalar(
    'json_object(any...) -> varchar',
    script((...items: Value[]) => {
      const entries = new Map<string, Json>();
      for (let index = 0; index < items.length; index += 2) {
        const key = items[index];
        if (typeof key !== 'string')
          throw invalidArgument('null value passed for JSON object key to JSON_OBJECT function');
        entries.set(key, part(items[index + 1] ?? null));
      }
      return jsonText(new JsonObject(entries), false);
    }),
    { takesNull: true },
  ),
];
