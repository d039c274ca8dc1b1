import type { Column } from '@aws-sdk/client-glue';
import { wildcardMatches } from '../../core/patterns';
import { invalidInput } from './errors';

/** Whether a partition, given by its values in the order of the table's keys, is wanted. */
export type PartitionFilter = (values: readonly string[]) => boolean;

type Value = string | number | undefined;
type Test = (row: readonly string[]) => boolean;
type Operand = { readonly column?: number; readonly read: (row: readonly string[]) => Value };

const TOKEN = /\s*(?:'((?:[^']|'')*)'|"([^"]+)"|`([^`]+)`|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w]*)|(<=|>=|<>|!=|[=<>(),]))/y;
const NUMERIC = /^(tinyint|smallint|int|integer|bigint|long|float|double|decimal)/;

/**
 * Compiles the expression of GetPartitions: comparisons of partition keys with literals, AND, OR, NOT, BETWEEN, IN,
 * LIKE, IS NULL (AWS Glue's API reference, "GetPartitions"). Keys of number types are compared as numbers.
 * @throws AwsError `InvalidInputException` for text that is no such expression or names no partition key.
 */
export function compilePartitionExpression(text: string, keys: readonly Column[]): PartitionFilter {
  if (text.trim() === '') return () => true;
  return new ExpressionParser(tokenize(text), keys, text).parse();
}

interface Token {
  readonly kind: 'text' | 'name' | 'number' | 'symbol';
  readonly value: string;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw invalidInput(`Unsupported expression '${text}'`);
    const [, literal, quoted, ticked, number, word, symbol] = match;
    if (literal !== undefined) tokens.push({ kind: 'text', value: literal.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', value: symbol });
    else tokens.push({ kind: 'name', value: quoted ?? ticked ?? word ?? '' });
  }
  return tokens;
}

class ExpressionParser {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly keys: readonly Column[],
    private readonly text: string,
  ) {}

  parse(): PartitionFilter {
    const test = this.or();
    if (this.at < this.tokens.length) throw this.unsupported();
    return test;
  }

  private or(): Test {
    let left = this.and();
    while (this.accept('or')) {
      const [first, second] = [left, this.and()];
      left = (row) => first(row) || second(row);
    }
    return left;
  }

  private and(): Test {
    let left = this.not();
    while (this.accept('and')) {
      const [first, second] = [left, this.not()];
      left = (row) => first(row) && second(row);
    }
    return left;
  }

  private not(): Test {
    if (this.accept('not')) {
      const inner = this.not();
      return (row) => !inner(row);
    }
    if (this.accept('(')) {
      const inner = this.or();
      this.take(')');
      return inner;
    }
    return this.predicate();
  }

  private predicate(): Test {
    const left = this.operand();
    const negated = this.accept('not');
    const test = this.rest(left);
    return negated ? (row) => !test(row) : test;
  }

  private rest(left: Operand): Test {
    if (this.accept('is')) {
      const negated = this.accept('not');
      this.take('null');
      return (row) => (left.read(row) === undefined) !== negated;
    }
    if (this.accept('in')) {
      const options: Operand[] = [];
      this.take('(');
      do options.push(this.operand());
      while (this.accept(','));
      this.take(')');
      return (row) => options.some((option) => this.compare(left, option, row) === 0);
    }
    if (this.accept('between')) {
      const low = this.operand();
      this.take('and');
      const high = this.operand();
      return (row) => this.compare(left, low, row) >= 0 && this.compare(left, high, row) <= 0;
    }
    if (this.accept('like')) {
      const pattern = String(this.operand().read([]));
      return (row) => wildcardMatches(pattern, String(left.read(row)), { any: '%', one: '_' });
    }
    const symbol = this.next()?.value ?? '';
    const right = this.operand();
    const test = COMPARISONS[symbol];
    if (test === undefined) throw this.unsupported();
    return (row) => test(this.compare(left, right, row));
  }

  private operand(): Operand {
    const token = this.next();
    if (token?.kind === 'text') return { read: () => token.value };
    if (token?.kind === 'number') return { read: () => Number(token.value) };
    if (token?.kind !== 'name') throw this.unsupported();
    // `date '2026-01-01'` is a literal with its type before it.
    const literal = this.tokens[this.at];
    if (/^(date|timestamp)$/i.test(token.value) && literal?.kind === 'text') {
      this.at++;
      return { read: () => literal.value };
    }
    const column = this.keys.findIndex((key) => key.Name?.toLowerCase() === token.value.toLowerCase());
    if (column === -1) throw invalidInput(`Unsupported expression '${this.text}': ${token.value} is no partition key`);
    return { column, read: (row) => row[column] };
  }

  private compare(left: Operand, right: Operand, row: readonly string[]): number {
    const [a, b] = [left.read(row), right.read(row)];
    const type = this.keys[left.column ?? right.column ?? -1]?.Type ?? 'string';
    if (NUMERIC.test(type)) return Number(a) - Number(b);
    return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  }

  private next(): Token | undefined {
    return this.tokens[this.at++];
  }

  private accept(word: string): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || token.kind === 'text' || token.value.toLowerCase() !== word) return false;
    this.at++;
    return true;
  }

  private take(word: string): void {
    if (!this.accept(word)) throw this.unsupported();
  }

  private unsupported() {
    return invalidInput(`Unsupported expression '${this.text}'`);
  }
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};
