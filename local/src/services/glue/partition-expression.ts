import type { Column } from '@aws-sdk/client-glue';
import { COMPARISONS } from '../../core/comparisons';
import { ownEntry } from '../../core/own-entry';
import { wildcardMatches } from '../../core/patterns';
import { invalidInput } from './errors';
import { type KeyType, keyType } from './partition-types';

/** Whether a partition matches, by its values in the order of the table's keys. */
export type PartitionFilter = (values: readonly string[]) => boolean;

type Test = (row: readonly string[]) => boolean;
type Operand = { readonly column: number } | { readonly literal: string; readonly text: boolean };

const TOKEN =
  /\s*(?:'((?:[^']|'')*)'|"([^"]+)"|`([^`]+)`|(-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_][\w.]*)|(<=|>=|<>|!=|[=<>(),]))/y;
const MAX_DEPTH = 200;
/** Value of a partition whose key is null, as Hive and Spark write it. */
const NULL = '__HIVE_DEFAULT_PARTITION__';

/**
 * Compiles the expression of GetPartitions: comparisons of partition keys with literals, AND, OR, NOT, BETWEEN, IN,
 * LIKE, IS NULL (AWS Glue's API reference, "GetPartitions"). Values are compared by the key's type.
 * @throws AwsError `InvalidInputException` for invalid text, an unknown key, or a literal that isn't of the key's type
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
  private depth = 0;

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
    while (this.acceptJoin('or')) {
      const [first, second] = [left, this.and()];
      left = (row) => first(row) || second(row);
    }
    return left;
  }

  private and(): Test {
    let left = this.not();
    while (this.acceptJoin('and')) {
      const [first, second] = [left, this.not()];
      left = (row) => first(row) && second(row);
    }
    return left;
  }

  private not(): Test {
    if (++this.depth > MAX_DEPTH) throw this.unsupported();
    const test = this.unary();
    this.depth--;
    return test;
  }

  private unary(): Test {
    if (this.accept('not')) {
      const inner = this.not();
      return (row) => !inner(row);
    }
    if (!this.opensGroup()) return this.predicate();
    this.take('(');
    const inner = this.or();
    this.take(')');
    return inner;
  }

  /** Whether the next parenthesis encloses a condition, not a key or a literal: `((a) = 2)`, not `((a)) = 2`. */
  private opensGroup(): boolean {
    let at = this.at;
    while (this.tokens[at]?.value === '(' && this.tokens[at]?.kind === 'symbol') at++;
    const opened = at - this.at;
    if (/^(date|timestamp)$/i.test(this.tokens[at]?.value ?? '') && this.tokens[at + 1]?.kind === 'text') at++;
    const after = ++at;
    while (this.tokens[at]?.value === ')' && at - after < opened) at++;
    return at - after < opened;
  }

  private predicate(): Test {
    const left = this.operand();
    const negated = this.accept('not');
    if (this.accept('is')) {
      if (negated) throw this.unsupported();
      return this.isNull(left);
    }
    if (this.accept('in')) return this.among(left, negated);
    if (this.accept('between')) return this.between(left, negated);
    if (this.accept('like')) return this.like(left, negated);
    const operator = this.next()?.value ?? '';
    const test = ownEntry(COMPARISONS, operator);
    if (test === undefined || negated) throw this.unsupported();
    const order = this.order(left, this.operand());
    return known(order, test);
  }

  private isNull(left: Operand): Test {
    const negated = this.accept('not');
    this.take('null');
    return (row) => ('column' in left && row[left.column] === NULL) !== negated;
  }

  private among(left: Operand, negated: boolean): Test {
    const orders: Order[] = [];
    this.take('(');
    do orders.push(this.order(left, this.operand()));
    while (this.accept(','));
    this.take(')');
    return (row) => {
      const found = orders.map((order) => order(row));
      return !found.includes(undefined) && found.includes(0) !== negated;
    };
  }

  private between(left: Operand, negated: boolean): Test {
    const low = this.order(left, this.operand());
    if (!this.acceptJoin('and')) throw this.unsupported();
    const high = this.order(left, this.operand());
    return (row) => {
      const [fromLow, fromHigh] = [low(row), high(row)];
      if (fromLow === undefined || fromHigh === undefined) return false;
      return (fromLow >= 0 && fromHigh <= 0) !== negated;
    };
  }

  private like(left: Operand, negated: boolean): Test {
    const right = this.operand();
    if (!('column' in left) || !('literal' in right) || !right.text) throw this.unsupported();
    const { likeName } = this.typeOf(left.column);
    if (likeName !== undefined) throw invalidInput(`${likeName} data type doesn't support operation 'LIKE'`);
    const wildcards = { any: '%', one: '_' };
    return (row) => {
      const value = row[left.column];
      return value !== undefined && value !== NULL && wildcardMatches(right.literal, value, wildcards) !== negated;
    };
  }

  private operand(): Operand {
    if (this.accept('(')) {
      if (++this.depth > MAX_DEPTH) throw this.unsupported();
      const inner = this.operand();
      this.depth--;
      this.take(')');
      return inner;
    }
    const token = this.next();
    if (token?.kind === 'text' || token?.kind === 'number')
      return { literal: token.value, text: token.kind === 'text' };
    if (token?.kind !== 'name') throw this.unsupported();
    // A typed literal: `date '2026-01-01'`.
    const literal = this.tokens[this.at];
    if (/^(date|timestamp)$/i.test(token.value) && literal?.kind === 'text') {
      this.at++;
      return { literal: literal.value, text: true };
    }
    const column = this.keys.findIndex((key) => key.Name?.toLowerCase() === token.value.toLowerCase());
    if (column === -1) throw invalidInput('Invalid partition expression!');
    return { column };
  }

  /** The order of two operands in a row, at least one of which is a key; undefined if one is null. */
  private order(left: Operand, right: Operand): Order {
    const column = 'column' in left ? left.column : 'column' in right ? right.column : undefined;
    if (column === undefined) throw this.unsupported();
    const type = this.typeOf(column);
    const [first, second] = [readerOf(left, type), readerOf(right, type)];
    return (row) => {
      const [a, b] = [first(row), second(row)];
      if (a === undefined || b === undefined) return undefined;
      return a < b ? -1 : a > b ? 1 : 0;
    };
  }

  private typeOf(column: number): KeyType {
    return keyType(this.keys[column]?.Type ?? 'string');
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

  /** Accepts AND or OR, which may be in parentheses of their own. */
  private acceptJoin(word: string): boolean {
    const before = this.at;
    while (this.accept('('));
    const opened = this.at - before;
    if (this.accept(word)) {
      for (let i = 0; i < opened; i++) this.take(')');
      return true;
    }
    this.at = before;
    return false;
  }

  private take(word: string): void {
    if (!this.accept(word)) throw this.unsupported();
  }

  private unsupported() {
    return invalidInput(`Unsupported expression '${this.text}'`);
  }
}

type Order = (row: readonly string[]) => number | undefined;

function known(order: Order, test: (order: number) => boolean): Test {
  return (row) => {
    const found = order(row);
    return found !== undefined && test(found);
  };
}

/** Reader of an operand: a literal is parsed once, a key's value for each partition. */
function readerOf(operand: Operand, type: KeyType): (row: readonly string[]) => string | bigint | undefined {
  if ('literal' in operand) {
    const value = type.literal(operand.literal);
    return () => value;
  }
  return (row) => {
    const value = row[operand.column];
    return value === undefined || value === NULL ? undefined : type.value(value);
  };
}
