import { validation } from '../errors';

/** A token of a PartiQL statement. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'symbol' | 'end';
  /** Without quotes. */
  readonly text: string;
}

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(<<|>>|<>|!=|<=|>=|[=<>()[\]{},.:?*+-]))/y;

/** @throws AwsError `ValidationException` */
export function tokenize(statement: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const end = statement.trimEnd().replace(/;$/, '').length;
  while (position < end) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(statement);
    if (match === null) throw malformed(`unexpected character at ${position + 1}`);
    const [whole, word, name, text, number, symbol] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll('""', '"') });
    else if (text !== undefined) tokens.push({ kind: 'string', text: text.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push({ kind: 'symbol', text: symbol as string });
    position += whole.length;
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

export const malformed = (why: string) => validation(`Statement wasn't well formed, can't be processed: ${why}`);
