import { JsonError, JsonNumber, JsonReader, type JsonValue } from '../../core/exact-json';
import { doubleText } from './print';

export { JsonNumber } from '../../core/exact-json';

/** JSON as it is written: numbers to the last digit, keys in order. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

export class JsonObject {
  /** @param members all of them, where names come twice: the fields of a row may have none. */
  constructor(
    readonly entries: ReadonlyMap<string, Json>,
    readonly members: Iterable<readonly [string, Json]> = entries,
  ) {}
}

const MEMBERS = {
  begin: () => new Map<string, JsonValue<JsonObject>>(),
  end: (members: ReadonlyMap<string, Json>) => new JsonObject(members),
};

/** @returns undefined for a text that isn't one JSON value */
export function parseJson(text: string): Json | undefined {
  try {
    const values = new JsonReader(text, MEMBERS).documents();
    return values.length === 1 ? values[0] : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/** Writes JSON without spaces. @param sorted keys in order of their code units, as `json` has them. */
export function jsonText(value: Json, sorted = true): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof JsonNumber) return value.verbatim ? value.text : numberText(value.text);
  if (value instanceof JsonObject) {
    const entries = [...value.members];
    if (sorted) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item, sorted)}`).join(',')}}`;
  }
  return `[${value.map((item) => jsonText(item, sorted)).join(',')}]`;
}

/** A number as Java writes it once it was read: fractions as doubles, integers as they are. */
function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text;
  return doubleText(Number(text));
}
