/** A number's text: no digit is lost on the way to a bigint or a decimal. */
export class JsonNumber {
  /** @param verbatim whether its digits are written unchanged. @default a reader of doubles may round them */
  constructor(
    readonly text: string,
    readonly verbatim = false,
  ) {}
}

/** A JSON value whose objects have a type of the caller's choice. */
export type JsonValue<O> = string | boolean | null | JsonNumber | JsonValue<O>[] | O;

/** Text that isn't JSON. */
export class JsonError extends Error {}

/** Most levels of nesting, AWS's JSON parser's limit too: a hostile text would exhaust the stack. */
const MAX_DEPTH = 1000;

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows no control characters in strings.
const PLAIN = /[^"\\\u0000-\u001f]*/y;

/** Builds objects from their members; the last of equal keys counts. */
export interface ObjectMaker<M extends Map<string, JsonValue<O>>, O> {
  readonly begin: () => M;
  readonly end: (members: M) => O;
}

/** Parses JSON with numbers as text and limited nesting, unlike JSON.parse. */
export class JsonReader<M extends Map<string, JsonValue<O>>, O> {
  private position = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly objects: ObjectMaker<M, O>,
  ) {}

  /** Parses all values of the text: one after the other, with or without white space between them. @throws JsonError */
  documents(): JsonValue<O>[] {
    const documents: JsonValue<O>[] = [];
    for (;;) {
      this.skip(SPACE);
      if (this.position >= this.text.length) return documents;
      documents.push(this.value());
    }
  }

  private value(): JsonValue<O> {
    switch (this.text.charAt(this.position)) {
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
      default:
        return new JsonNumber(this.take(NUMBER));
    }
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.error('nesting is too deep');
    this.position++;
    const value = read();
    this.depth--;
    return value;
  }

  private object(): O {
    const object = this.objects.begin();
    this.skip(SPACE);
    if (this.accept('}')) return this.objects.end(object);
    do {
      this.skip(SPACE);
      const key = this.string();
      this.skip(SPACE);
      if (!this.accept(':')) throw this.error("expected ':'");
      this.skip(SPACE);
      object.set(key, this.value());
      this.skip(SPACE);
    } while (this.accept(','));
    if (!this.accept('}')) throw this.error("expected ',' or '}'");
    return this.objects.end(object);
  }

  private array(): JsonValue<O>[] {
    const items: JsonValue<O>[] = [];
    this.skip(SPACE);
    if (this.accept(']')) return items;
    do {
      this.skip(SPACE);
      items.push(this.value());
      this.skip(SPACE);
    } while (this.accept(','));
    if (!this.accept(']')) throw this.error("expected ',' or ']'");
    return items;
  }

  private string(): string {
    if (!this.accept('"')) throw this.error('expected a string');
    let text = '';
    for (;;) {
      const start = this.position;
      this.skip(PLAIN);
      text += this.text.slice(start, this.position);
      if (this.accept('"')) return text;
      if (!this.accept('\\')) throw this.error('a string has no end');
      text += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text.charAt(this.position++);
    const plain = ESCAPES[letter];
    if (plain !== undefined) return plain;
    const digits = this.text.slice(this.position, this.position + 4);
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error('an escape is unknown');
    this.position += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.position)) throw this.error('a token is unknown');
    this.position += word.length;
    return value;
  }

  private take(pattern: RegExp): string {
    const start = this.position;
    this.skip(pattern);
    if (this.position === start) throw this.error('a value is expected');
    return this.text.slice(start, this.position);
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.position;
    if (pattern.test(this.text)) this.position = pattern.lastIndex;
  }

  private accept(character: string): boolean {
    if (this.text.charAt(this.position) !== character) return false;
    this.position++;
    return true;
  }

  private error(what: string): JsonError {
    return new JsonError(`${what} at position ${this.position}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
