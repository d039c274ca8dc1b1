/** A token of an expression. */
export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
  /** Its bounds in the expression. */
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /[ \t\r\n]*(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]*)|(:[A-Za-z0-9_]*)|(\d+)|(<>|<=|>=|[=<>()[\].,+-]))/y;

/** An invalid expression; the message is DynamoDB's text after `Invalid …Expression: `. */
export class InvalidExpression extends Error {}

/** Splits an expression into tokens. @throws InvalidExpression for an invalid character */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) {
      const rest = /^[ \t\r\n]*/.exec(text.slice(position))?.[0].length ?? 0;
      if (position + rest === text.length) break;
      const start = position + rest;
      throw syntaxError(text, { kind: 'symbol', text: text.charAt(start), start, end: start + 1 });
    }
    const [whole, word, name, value, number, symbol] = match;
    const token = (word ?? name ?? value ?? number ?? symbol) as string;
    const end = position + whole.length;
    const kind = word ? 'word' : name ? 'name' : value ? 'value' : number ? 'number' : 'symbol';
    tokens.push({ kind, text: token, start: end - token.length, end });
    position = end;
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length });
  return tokens;
}

/** A syntax error, which shows the token and its neighbours as DynamoDB does. */
export function syntaxError(text: string, { text: token, start, end }: Token): InvalidExpression {
  const before = /\S+\s*$/.exec(text.slice(0, start))?.[0] ?? '';
  const after = /^\s*\S+/.exec(text.slice(end))?.[0] ?? '';
  const near = `${before}${text.slice(start, end)}${after}`.trim();
  return new InvalidExpression(`Syntax error; token: "${token}", near: "${near}"`);
}
