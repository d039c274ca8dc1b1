/** Where something stands in a statement, both from 1, as Trino's messages count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A piece of a statement. `text` is as written; `value` is an identifier's or a string's content. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'ticked' | 'string' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly value: string;
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

const PATTERN = new RegExp(
  [
    /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)/,
    /(?<string>'(?:[^']|'')*')/,
    /(?<quoted>"(?:[^"]|"")*")/,
    /(?<ticked>`(?:[^`]|``)*`)/,
    /(?<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/,
    /(?<word>[\p{L}_][\p{L}\p{N}_@:]*)/u,
    /(?<symbol>->|=>|<=|>=|<>|!=|\|\||[-+*/%()[\]{},.;=<>?:|&])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'uy',
);

/** Cuts a statement into tokens, the last one of kind `end`. @throws SqlSyntaxError for what no token begins with. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let offset = 0;
  while (offset < text.length) {
    PATTERN.lastIndex = offset;
    const match = PATTERN.exec(text);
    const at = { line, column: offset - lineStart + 1 };
    if (match === null) throw new SqlSyntaxError(at, `mismatched input '${text.charAt(offset)}'`);
    const piece = match[0];
    const kind = Object.keys(match.groups ?? {}).find((name) => match.groups?.[name] !== undefined) ?? 'symbol';
    if (kind !== 'space') {
      tokens.push({ kind: kind as Token['kind'], text: piece, value: contentOf(kind, piece), at, offset });
    }
    for (let index = piece.indexOf('\n'); index !== -1; index = piece.indexOf('\n', index + 1)) {
      line++;
      lineStart = offset + index + 1;
    }
    offset += piece.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', value: '', at: { line, column: offset - lineStart + 1 }, offset });
  return tokens;
}

function contentOf(kind: string, piece: string): string {
  switch (kind) {
    case 'string':
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
