import { AGGREGATES } from './aggregates';
import type { Expression, Named } from './ast';
import type { QueryCursor } from './cursor';
import { FUNCTIONS } from './functions';

const MAX_DEPTH = 100;
const NAME = /`([^`]+)`|(@?[A-Za-z_][\w@.]*)/y;
const UNITS: Readonly<Record<string, number>> = {
  ...{ ms: 1, msec: 1, s: 1_000, sec: 1_000, second: 1_000, m: 60_000, min: 60_000, minute: 60_000 },
  ...{
    h: 3_600_000,
    hr: 3_600_000,
    hour: 3_600_000,
    d: 86_400_000,
    day: 86_400_000,
    w: 604_800_000,
    week: 604_800_000,
  },
};

/** Recursive-descent parser of expressions. */
export class ExpressionParser {
  private depth = 0;
  private aggregates = 0;

  /** @param inStats whether aggregate functions are allowed */
  constructor(
    private readonly cursor: QueryCursor,
    private readonly inStats = false,
  ) {}

  /** Parses `expression as name`, or an expression named by its own text. */
  named(): Named {
    const { cursor } = this;
    const place = cursor.place;
    const expression = this.parse();
    const text = cursor.since(place);
    if (cursor.word('as')) return { name: this.name(), expression };
    return { name: expression.kind === 'field' ? expression.name : text, expression };
  }

  list(): Named[] {
    const items = [this.named()];
    while (this.cursor.take(/,/y) !== undefined) items.push(this.named());
    return items;
  }

  name(): string {
    const [, quoted, plain] = this.cursor.need(NAME, 'a name');
    return quoted ?? plain ?? '';
  }

  /** @throws AwsError `MalformedQueryException` */
  parse(): Expression {
    if (++this.depth > MAX_DEPTH) throw this.cursor.fault('the expression is nested too deeply');
    const expression = this.or();
    this.depth--;
    return expression;
  }

  private or(): Expression {
    let left = this.and();
    while (this.cursor.word('or')) left = { kind: 'operator', operator: 'or', items: [left, this.and()] };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.cursor.word('and')) left = { kind: 'operator', operator: 'and', items: [left, this.not()] };
    return left;
  }

  private not(): Expression {
    let negations = 0;
    while (this.cursor.word('not') || this.cursor.take(/!(?!=)/y) !== undefined) negations++;
    const inner = this.comparison();
    return negations % 2 === 0 ? inner : not(inner);
  }

  private comparison(): Expression {
    const { cursor } = this;
    const left = this.sum();
    const negated = cursor.word('not');
    if (cursor.word('like') || (!negated && cursor.take(/=~/y) !== undefined)) {
      const found = this.match(left);
      return negated ? not(found) : found;
    }
    if (cursor.word('in')) {
      const items: Expression[] = [left];
      cursor.need(/\[/y, '[');
      do items.push(this.sum());
      while (cursor.take(/,/y) !== undefined);
      cursor.need(/\]/y, ']');
      const found: Expression = { kind: 'operator', operator: 'in', items };
      return negated ? not(found) : found;
    }
    if (negated) throw cursor.fault('expected like or in');
    const operator = cursor.take(/!=|<=|>=|=|<|>/y)?.[0];
    return operator === undefined ? left : { kind: 'operator', operator, items: [left, this.sum()] };
  }

  /** Parses the right side of `like`: a substring or a regular expression. */
  private match(item: Expression): Expression {
    const regex = this.cursor.regex();
    if (regex !== undefined) return { kind: 'match', item, pattern: regex.pattern };
    const part = this.cursor.quoted();
    if (part === undefined) throw this.cursor.fault('expected a text or a regular expression');
    return { kind: 'call', name: 'strcontains', items: [item, { kind: 'value', value: part }] };
  }

  private sum(): Expression {
    let left = this.product();
    for (;;) {
      const operator = this.cursor.take(/[+-]/y)?.[0];
      if (operator === undefined) return left;
      left = { kind: 'operator', operator, items: [left, this.product()] };
    }
  }

  private product(): Expression {
    let left = this.power();
    for (;;) {
      const operator = this.cursor.take(/[*/%]/y)?.[0];
      if (operator === undefined) return left;
      left = { kind: 'operator', operator, items: [left, this.power()] };
    }
  }

  private power(): Expression {
    const left = this.unary();
    if (this.cursor.take(/\^/y) === undefined) return left;
    return { kind: 'operator', operator: '^', items: [left, this.unary()] };
  }

  private unary(): Expression {
    if (this.cursor.take(/-/y) === undefined) return this.primary();
    return { kind: 'operator', operator: '-', items: [{ kind: 'value', value: 0 }, this.primary()] };
  }

  private primary(): Expression {
    const { cursor } = this;
    if (cursor.take(/\(/y) !== undefined) {
      const inner = this.parse();
      cursor.need(/\)/y, ')');
      return inner;
    }
    const number = cursor.take(/(\d+(?:\.\d+)?|\.\d+)([A-Za-z]+)?/y);
    if (number !== undefined) {
      const unit = number[2] === undefined ? 1 : UNITS[number[2].toLowerCase().replace(/(?<=..)s$/, '')];
      if (unit === undefined) throw cursor.fault(`unknown unit ${number[2]}`);
      return { kind: 'value', value: Number(number[1]) * unit };
    }
    const text = cursor.quoted();
    if (text !== undefined) return { kind: 'value', value: text };
    const call = cursor.take(/([A-Za-z_]\w*)\s*\(/y)?.[1];
    if (call !== undefined) return this.call(call);
    const name = this.name();
    if (/^(true|false)$/i.test(name)) return { kind: 'value', value: name.toLowerCase() === 'true' };
    return { kind: 'field', name };
  }

  private call(name: string): Expression {
    const { cursor } = this;
    const items: Expression[] = [];
    if (cursor.take(/\*/y) === undefined && cursor.take(/(?=\))/y) === undefined) {
      do items.push(this.parse());
      while (cursor.take(/,/y) !== undefined);
    }
    cursor.need(/\)/y, ')');
    const aggregate = [...AGGREGATES.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
    if (this.inStats && aggregate !== undefined) {
      return { kind: 'aggregate', name: aggregate, items, id: this.aggregates++ };
    }
    const found = [...FUNCTIONS.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw cursor.fault(`unknown function ${name}`);
    return { kind: 'call', name: found, items };
  }
}

const not = (item: Expression): Expression => ({ kind: 'operator', operator: 'not', items: [item] });
