import { type Position, SqlSyntaxError, type Token, tokenize } from './tokens';

/** Words that can't be a name unless they are quoted (Athena's "Escape reserved keywords", SELECT statements). */
const RESERVED = new Set(
  (
    'ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH ' +
    'CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END ' +
    'ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO ' +
    'IS JOIN LEFT LIKE LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE RECURSIVE ' +
    'RIGHT ROLLUP SELECT SKIP TABLE THEN TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH'
  ).split(' '),
);

/** Nesting beyond this is refused, so that a hostile statement can't exhaust the stack. */
const MAX_DEPTH = 250;
/** DuckDB's time to bind grows twofold with each query in an expression of a query in an expression. */
const MAX_SUBQUERY_DEPTH = 12;

/** A statement's tokens and a place in them: what every part of the parser reads from. */
export class Cursor {
  readonly tokens: readonly Token[];
  private place = 0;
  private depth = 0;
  private subqueries = 0;
  /** How many `?` were met so far. */
  parameters = 0;

  constructor(readonly text: string) {
    this.tokens = tokenize(text);
  }

  get at(): Position {
    return this.current.at;
  }

  get current(): Token {
    return this.tokens[this.place] as Token;
  }

  peek(ahead = 1): Token {
    return (this.tokens[this.place + ahead] ?? this.tokens.at(-1)) as Token;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.place++;
    return token;
  }

  /** Whether the next tokens are these keywords or symbols. */
  is(...words: string[]): boolean {
    return words.every((word, index) => matches(this.peek(index), word));
  }

  accept(...words: string[]): boolean {
    if (!this.is(...words)) return false;
    this.place += words.length;
    return true;
  }

  take(...words: string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.unexpected(`'${word}'`);
  }

  /** Tries a reading; gives the place back if it fails. */
  attempt<T>(read: () => T): T | undefined {
    const [place, parameters, depth, subqueries] = [this.place, this.parameters, this.depth, this.subqueries];
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SqlSyntaxError)) throw error;
      this.place = place;
      this.parameters = parameters;
      this.depth = depth;
      this.subqueries = subqueries;
      return undefined;
    }
  }

  isName(): boolean {
    const { kind, text } = this.current;
    return kind === 'quoted' || kind === 'ticked' || (kind === 'word' && !RESERVED.has(text.toUpperCase()));
  }

  /** A name, in lower case. */
  name(): string {
    if (!this.isName()) throw this.unexpected('<identifier>');
    return this.next().value.toLowerCase();
  }

  /** `a.b.c` */
  qualifiedName(): string[] {
    const parts = [this.name()];
    while (this.accept('.')) parts.push(this.name());
    return parts;
  }

  string(): string {
    if (this.current.kind !== 'string') throw this.unexpected('<string>');
    return this.next().value;
  }

  integer(): number {
    if (this.current.kind !== 'number' || !/^\d+$/.test(this.current.value)) throw this.unexpected('<integer>');
    return Number(this.next().value);
  }

  /** One or more, with commas between them. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.accept(',')) items.push(read());
    return items;
  }

  /** Reads something that may hold itself. */
  nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new SqlSyntaxError(this.at, 'statement is too large (nested too deeply)');
    const result = read();
    this.depth--;
    return result;
  }

  /** Reads a query inside of an expression. */
  subquery<T>(read: () => T): T {
    if (++this.subqueries > MAX_SUBQUERY_DEPTH) {
      throw new SqlSyntaxError(this.at, 'statement is too large (subqueries nested too deeply)');
    }
    const result = read();
    this.subqueries--;
    return result;
  }

  /** The statement must end here, a semicolon aside. */
  end(): void {
    this.accept(';');
    if (this.current.kind !== 'end') throw this.unexpected('<EOF>');
  }

  unexpected(expected: string): SqlSyntaxError {
    return new SqlSyntaxError(this.at, `mismatched input '${this.current.text}'. Expecting: ${expected}`);
  }
}

function matches(token: Token, word: string): boolean {
  return (token.kind === 'word' || token.kind === 'symbol') && token.text.toUpperCase() === word;
}
