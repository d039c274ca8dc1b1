/** One token of JSON: a string, a number or word, or a punctuation mark. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[-+\w.]+|[{}[\],:]/g;

/**
 * The value of a field of a JSON object as text, from the document's own text: an integer beyond 2^53 keeps its digits,
 * which `JSON.parse` would round. Spaces are dropped, and strings within an object or array are normalized. The last of
 * duplicate fields counts, as with `JSON.parse`.
 *
 * @param json a document that `JSON.parse` has accepted as an object
 */
export function fieldText(json: string, field: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  let value: string[] | undefined;
  let key: string | undefined;
  for (const [token] of json.matchAll(TOKEN)) {
    if (depth === 1 && (token === ',' || token === '}')) {
      if (value !== undefined) found = value.join('');
      value = undefined;
      key = undefined;
    }
    if (value !== undefined) value.push(normal(token));
    else if (depth === 1 && key === undefined && token.startsWith('"')) key = JSON.parse(token) as string;
    else if (depth === 1 && token === ':' && key === field) value = [];
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
  }
  return found;
}

const normal = (token: string): string => (token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token);
