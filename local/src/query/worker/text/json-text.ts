/** Most levels of a document: deeper ones would exhaust the stack of recursive parsers. */
const MAX_DEPTH = 256;

const OPEN = /[{[]/;
const CLOSE = /[}\]]/;

/** Text that isn't a document, in the words of the SerDes' parsers. */
export class JsonTextError extends Error {}

/**
 * The first document of a text, up to its closing bracket; the rest of the line is ignored, as in Hive.
 * @throws JsonTextError for a document that is incomplete, too deeply nested, or invalid
 */
export function firstDocument(text: string): string {
  const start = text.search(/\S/);
  if (start === -1 || !OPEN.test(text.charAt(start))) throw new JsonTextError("A JSONObject text must begin with '{'");
  return text.slice(start, endOf(text, start));
}

function endOf(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x22) at = endOfString(text, at);
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > MAX_DEPTH) throw new JsonTextError(`nested deeper than ${MAX_DEPTH} levels`);
    } else if (character === 0x7d || character === 0x5d) {
      if (--depth === 0) return at + 1;
    }
  }
  throw new JsonTextError('Expected a closing bracket');
}

/** @param at index of the opening quote @returns index of the closing one */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text.charCodeAt(escapes - 1) === 0x5c) escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
  throw new JsonTextError('Unterminated string');
}

/** Keys of a document's outermost object, unescaped. @throws JsonTextError */
export function* outerKeys(document: string): Generator<string> {
  let depth = 0;
  let isKey = true;
  for (let at = 0; at < document.length; at++) {
    const character = document.charAt(at);
    if (character === '"') {
      const end = endOfString(document, at);
      if (depth === 1 && isKey) yield unescaped(document.slice(at, end + 1));
      isKey = false;
      at = end;
    } else if (OPEN.test(character)) depth++;
    else if (CLOSE.test(character)) depth--;
    else if (character === ',' && depth === 1) isKey = true;
  }
}

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

/**
 * The items of the array under a key of an object, each as text: CloudTrail's `{"Records":[{…},{…}]}`.
 * @throws JsonTextError if there is no such array
 */
export function* itemsUnder(key: string, text: string): Generator<string> {
  const found = new RegExp(`^\\s*\\{\\s*"${key}"\\s*:\\s*\\[`).exec(text);
  if (found === null) throw new JsonTextError(`It begins with no array "${key}"`);
  let at = found[0].length;
  for (;;) {
    while (/[\s,]/.test(text.charAt(at))) at++;
    if (text.charAt(at) === ']') return;
    const end = endOf(text, at);
    yield text.slice(at, end);
    at = end;
  }
}
