import { doubleText } from './print';

/** A number that keeps the text it came in. */
export class JsonNumber {
  /** @param verbatim whether its digits are written as they are. */
  constructor(
    readonly text: string,
    readonly verbatim = false,
  ) {}
}

/** JSON as it is written: numbers to the last digit, keys in order. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

export class JsonObject {
  /** @param members all of them, where names come twice: the fields of a row may have none. */
  constructor(
    readonly entries: ReadonlyMap<string, Json>,
    readonly members: Iterable<readonly [string, Json]> = entries,
  ) {}
}

/** Nesting beyond this is refused, so that a hostile text can't exhaust the stack. */
const MAX_DEPTH = 1000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Control characters must be escaped.
const PLAIN = /(?:[^"\\\p{Cc}]|[\x7f-\x9f])*/uy;
const SPACE = /[ \t\r\n]*/y;

/** @returns undefined for a text that isn't one JSON value */
export function parseJson(text: string): Json | undefined {
  const reader = new Reader(text);
  try {
    const value = reader.value();
    return reader.atEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class NotJson extends Error {}

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  value(): Json {
    this.skip(SPACE);
    switch (this.text[this.at]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default: {
        const number = this.skip(NUMBER);
        if (number === '') throw new NotJson();
        return new JsonNumber(number);
      }
    }
  }

  atEnd(): boolean {
    this.skip(SPACE);
    return this.at === this.text.length;
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new NotJson();
    this.at++;
    const found = read();
    this.depth--;
    return found;
  }

  private object(): JsonObject {
    const entries = new Map<string, Json>();
    if (this.take('}')) return new JsonObject(entries);
    do {
      this.skip(SPACE);
      const key = this.string();
      if (!this.take(':')) throw new NotJson();
      entries.set(key, this.value());
    } while (this.take(','));
    if (!this.take('}')) throw new NotJson();
    return new JsonObject(entries);
  }

  private array(): Json[] {
    const items: Json[] = [];
    if (this.take(']')) return items;
    do items.push(this.value());
    while (this.take(','));
    if (!this.take(']')) throw new NotJson();
    return items;
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw new NotJson();
    const start = this.at++;
    let plain = true;
    for (;;) {
      this.skip(PLAIN);
      const next = this.text[this.at];
      if (next === '"') break;
      if (next !== '\\') throw new NotJson();
      plain = false;
      this.at += 2;
    }
    this.at++;
    const piece = this.text.slice(start, this.at);
    if (plain) return piece.slice(1, -1);
    try {
      return JSON.parse(piece) as string;
    } catch {
      throw new NotJson();
    }
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw new NotJson();
    this.at += word.length;
    return value;
  }

  private take(symbol: string): boolean {
    this.skip(SPACE);
    if (this.text[this.at] !== symbol) return false;
    this.at++;
    return true;
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
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
