import { JsonNumber, JsonReader, type JsonValue } from '../../core/exact-json';

export { JsonError, JsonNumber } from '../../core/exact-json';

export type Json = JsonValue<JsonObject>;

/** An object's members by key. */
export class JsonObject extends Map<string, Json> {}

const MEMBERS = { begin: () => new JsonObject(), end: (members: JsonObject) => members };

/**
 * Parses all documents of a record: one after the other, with or without white space between them.
 * @throws JsonError
 */
export function parseDocuments(text: string): Json[] {
  return new JsonReader(text, MEMBERS).documents();
}

/** Writes a value without white space. */
export function formatJson(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(formatJson).join(',')}]`;
  if (value instanceof JsonObject) {
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${formatJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
