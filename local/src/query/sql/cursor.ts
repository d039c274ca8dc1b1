import { type Dialect, type Position, SqlSyntaxError, type Token, tokenize } from './tokens';

/** Words that can't be a name unless they are quoted (Athena's "Escape reserved keywords in queries"). */
const RESERVED: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  trino: words(
    'ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH ' +
      'CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END ' +
      'ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO ' +
      'IS JOIN LEFT LIKE LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE RECURSIVE ' +
      'RIGHT ROLLUP SELECT SKIP TABLE THEN TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH',
  ),
  hive: words(
    'ALL ALTER AND ARRAY AS AUTHORIZATION BETWEEN BIGINT BINARY BOOLEAN BOTH BY CASE CAST CHAR COLUMN CONF CONSTRAINT ' +
      'COMMIT CREATE CROSS CUBE CURRENT CURRENT_DATE CURRENT_TIMESTAMP CURSOR DATABASE DATE DAYOFWEEK DECIMAL DELETE ' +
      'DESCRIBE DISTINCT DIV DOUBLE DROP ELSE END EXCHANGE EXISTS EXTENDED EXTERNAL EXTRACT FALSE FETCH FLOAT FLOOR ' +
      'FOLLOWING FOR FOREIGN FROM FULL FUNCTION GRANT GROUP GROUPING HAVING IF IMPORT IN INNER INSERT INT INTEGER ' +
      'INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LESS LIKE LOCAL MACRO MAP MORE NONE NOT NULL NUMERIC OF ON ONLY OR ' +
      'ORDER OUT OUTER OVER PARTIALSCAN PARTITION PERCENT PRECEDING PRECISION PRESERVE PRIMARY PROCEDURE RANGE READS ' +
      'REDUCE REGEXP REFERENCES REVOKE RIGHT RLIKE ROLLBACK ROLLUP ROW ROWS SELECT SET SMALLINT START TABLE TABLESAMPLE ' +
      'THEN TIME TIMESTAMP TO TRANSFORM TRIGGER TRUE TRUNCATE UNBOUNDED UNION UNIQUEJOIN UPDATE USER USING ' +
      'UTC_TIMESTAMP VALUES VARCHAR VIEWS WHEN WHERE WINDOW WITH',
  ),
};

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** Most levels of nesting: a hostile statement would exhaust the stack. */
const MAX_DEPTH = 250;
/** Most levels of subqueries within expressions: DuckDB's time to bind doubles with each. */
const MAX_SUBQUERY_DEPTH = 12;

/** A statement's tokens and the parser's position among them. */
export class Cursor {
  readonly tokens: readonly Token[];
  private place = 0;
  private depth = 0;
  private subqueries = 0;
  /** Number of `?` so far. */
  parameters = 0;

  constructor(
    readonly text: string,
    readonly dialect: Dialect = 'trino',
  ) {
    this.tokens = tokenize(text, dialect);
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

  /** Tries a parser; restores the position if it fails. */
  attempt<T>(read: () => T): T | undefined {
    const { place, parameters, depth, subqueries } = this;
    // No stack traces: in a list of a hundred thousand items as many attempts fail, and traces would cost more than the
    // parsing.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SqlSyntaxError)) throw error;
      this.place = place;
      this.parameters = parameters;
      this.depth = depth;
      this.subqueries = subqueries;
      return undefined;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  isName(): boolean {
    const { kind, text } = this.current;
    return (
      kind === 'quoted' || kind === 'ticked' || (kind === 'word' && !RESERVED[this.dialect].has(text.toUpperCase()))
    );
  }

  /** A name, in lower case. */
  name(): string {
    if (!this.isName()) {
      throw this.dialect === 'hive' ? this.unrecognized('table name') : this.unexpected('<identifier>');
    }
    if (this.dialect === 'trino' && this.current.kind === 'ticked') {
      const detail = 'backquoted identifiers are not supported; use double quotes to quote identifiers';
      throw new SqlSyntaxError(this.at, detail);
    }
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

  /** Parses one or more items, separated by commas. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.accept(',')) items.push(read());
    return items;
  }

  /** Parses a part that may contain itself, with a limit of levels. */
  nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new SqlSyntaxError(this.at, 'statement is too large (nested too deeply)');
    const result = read();
    this.depth--;
    return result;
  }

  /** Parses a subquery of an expression, with a limit of levels. */
  subquery<T>(read: () => T): T {
    if (++this.subqueries > MAX_SUBQUERY_DEPTH) {
      throw new SqlSyntaxError(this.at, 'statement is too large (subqueries nested too deeply)');
    }
    const result = read();
    this.subqueries--;
    return result;
  }

  /** Requires the statement's end, after an optional semicolon. */
  end(): void {
    this.accept(';');
    if (this.current.kind === 'end') return;
    if (this.dialect === 'trino') throw this.unexpected('<EOF>');
    throw new SqlSyntaxError(this.at, `missing EOF at '${this.current.text}' near '${this.peek(-1).text}'`);
  }

  unexpected(expected: string): SqlSyntaxError {
    if (this.dialect === 'hive') {
      const near = this.place === 0 ? '' : ` near '${this.peek(-1).text}'`;
      return new SqlSyntaxError(this.at, `mismatched input '${this.current.text}' expecting ${expected}${near}`);
    }
    return new SqlSyntaxError(this.at, `mismatched input '${this.current.text}'. Expecting: ${expected}`);
  }

  /** Hive's error for an invalid name. */
  private unrecognized(where: string): SqlSyntaxError {
    const [first, second, third] = [this.current, this.peek(1), this.peek(2)].map(({ text }) => `'${text}'`);
    return new SqlSyntaxError(this.at, `cannot recognize input near ${first} ${second} ${third} in ${where}`);
  }
}

function matches(token: Token, word: string): boolean {
  return token.keyword === word;
}
