/** Position in a statement, line and column from 1, as in Trino's messages. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A token of a statement. `text` is as written; `value` is an identifier's or a string's content. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'ticked' | 'string' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly value: string;
  /** The text in upper case, for unquoted words and symbols; empty for other tokens. */
  readonly keyword: string;
  readonly at: Position;
  /** Offset of its first character. */
  readonly offset: number;
}

/** A statement that can't be parsed, in the parser's wording: `line 1:8: mismatched input 'form'. …`. */
export class SqlSyntaxError extends Error {
  constructor(
    readonly at: Position,
    readonly detail: string,
  ) {
    super(`line ${at.line}:${at.column}: ${detail}`);
  }
}

/** Trino's SQL, or Hive's, in which Athena's DDL is written: their quotes differ. */
export type Dialect = 'trino' | 'hive';

const QUOTES: Readonly<Record<Dialect, readonly RegExp[]>> = {
  trino: [/(?<string>'(?:[^']|'')*')/, /(?<quoted>"(?:[^"]|"")*")/],
  hive: [/(?<string>'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*")/],
};

const patternOf = (dialect: Dialect) =>
  new RegExp(
    [
      /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)/,
      ...QUOTES[dialect],
      /(?<ticked>`(?:[^`]|``)*`)/,
      /(?<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/,
      dialect === 'hive' ? /(?<word>[\p{L}_][\p{L}\p{N}_@:]*)/u : /(?<word>[\p{L}_][\p{L}\p{N}_]*)/u,
      /(?<symbol>->|=>|<=|>=|<>|!=|\|\||[-+*/%()[\]{},.;=<>?:|&])/,
    ]
      .map((part) => part.source)
      .join('|'),
    'uy',
  );
const PATTERNS: Readonly<Record<Dialect, RegExp>> = { trino: patternOf('trino'), hive: patternOf('hive') };

/**
 * Splits a statement into tokens, the last one of kind `end`. @throws SqlSyntaxError for a character that begins none
 */
export function tokenize(text: string, dialect: Dialect): Token[] {
  const pattern = PATTERNS[dialect];
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let offset = 0;
  while (offset < text.length) {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    const at = { line, column: offset - lineStart + 1 };
    if (match === null) throw new SqlSyntaxError(at, `mismatched input '${text.charAt(offset)}'`);
    const piece = match[0];
    const kind = kindOf(match.groups ?? {});
    if (kind !== 'space') {
      const keyword = kind === 'word' || kind === 'symbol' ? piece.toUpperCase() : '';
      tokens.push({ kind, text: piece, value: contentOf(kind, piece, dialect), keyword, at, offset });
    }
    for (let index = piece.indexOf('\n'); index !== -1; index = piece.indexOf('\n', index + 1)) {
      line++;
      lineStart = offset + index + 1;
    }
    offset += piece.length;
  }
  tokens.push({
    kind: 'end',
    text: '<EOF>',
    value: '',
    keyword: '',
    at: { line, column: offset - lineStart + 1 },
    offset,
  });
  return tokens;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): Token['kind'] | 'space' {
  if (groups.space !== undefined) return 'space';
  if (groups.symbol !== undefined) return 'symbol';
  if (groups.word !== undefined) return 'word';
  if (groups.number !== undefined) return 'number';
  if (groups.string !== undefined) return 'string';
  return groups.quoted !== undefined ? 'quoted' : 'ticked';
}

function contentOf(kind: string, piece: string, dialect: Dialect): string {
  switch (kind) {
    case 'string':
      if (dialect === 'hive') return withoutEscapes(piece.slice(1, -1));
      return piece.slice(1, -1).replaceAll("''", "'");
    case 'quoted':
      return piece.slice(1, -1).replaceAll('""', '"');
    case 'ticked':
      return piece.slice(1, -1).replaceAll('``', '`');
    case 'number':
      return piece.replaceAll('_', '');
    default:
      return piece;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', 0: '\0', '%': '\\%', _: '\\_' };

/** Resolves Hive's escapes: `\t`, `\001`, `\u0041`, `\'`. */
function withoutEscapes(text: string): string {
  return text.replaceAll(
    /\\(?:([0-3][0-7]{2})|u([0-9A-Fa-f]{4})|([\s\S]))/g,
    (_whole, octal: string | undefined, hex: string | undefined, letter: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return hex === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16));
    },
  );
}
