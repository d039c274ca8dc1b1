import { JsonError, JsonNumber, JsonReader, type JsonValue } from '../../core/exact-json';
import { doubleText } from './print';

export { JsonNumber } from '../../core/exact-json';

/** A JSON document: numbers with all digits, keys in order. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

export class JsonObject {
  /** @param members all members, duplicates included: the fields of a row may lack names */
  constructor(
    readonly entries: ReadonlyMap<string, Json>,
    readonly members: Iterable<readonly [string, Json]> = entries,
  ) {}
}

const MEMBERS = {
  begin: () => new Map<string, JsonValue<JsonObject>>(),
  end: (members: ReadonlyMap<string, Json>) => new JsonObject(members),
};

/** Parses JSON. @returns undefined unless the text is one JSON value */
export function parseJson(text: string): Json | undefined {
  try {
    const values = new JsonReader(text, MEMBERS).documents();
    return values.length === 1 ? values[0] : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/** Writes JSON without spaces. @param sorted whether keys are sorted by code units, as in the type `json` */
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

/** A number in Java's notation: fractions as doubles, integers unchanged. */
function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text;
  return doubleText(Number(text));
}
