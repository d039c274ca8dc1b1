import { COMPARISONS } from '../../../core/comparisons';
import type { Expression, Value } from './ast';
import { FUNCTIONS, numberOf, textOf } from './functions';

/** Input of an expression's evaluation. */
export interface Environment {
  field(name: string): Value;
  /** The result of an aggregate, after the last row. */
  readonly aggregate?: (id: number) => Value;
  readonly now: number;
}

export function evaluate(expression: Expression, environment: Environment): Value {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'field':
      return environment.field(expression.name);
    case 'aggregate':
      return environment.aggregate?.(expression.id);
    case 'match': {
      const value = evaluate(expression.item, environment);
      return value !== undefined && expression.pattern.finds(textOf(value));
    }
    case 'call': {
      const values = expression.items.map((item) => evaluate(item, environment));
      // `bin(5m)` uses the event's time.
      if (expression.name === 'bin' && values.length === 1) values.unshift(environment.field('@timestamp'));
      return FUNCTIONS.get(expression.name)?.(values, environment.now);
    }
    default:
      return operate(expression, environment);
  }
}

export function isTrue(value: Value): boolean {
  return value !== undefined && value !== false && value !== 0 && value !== '';
}

function operate({ operator, items }: Expression & { kind: 'operator' }, environment: Environment): Value {
  const [first, second] = items as [Expression, Expression];
  if (operator === 'and') return isTrue(evaluate(first, environment)) && isTrue(evaluate(second, environment));
  if (operator === 'or') return isTrue(evaluate(first, environment)) || isTrue(evaluate(second, environment));
  if (operator === 'not') return !isTrue(evaluate(first, environment));
  const [left, ...others] = items.map((item) => evaluate(item, environment));
  if (operator === 'in') return others.some((other) => compare(left, other) === 0);
  const [right] = others;
  const test = COMPARISONS[operator];
  if (test !== undefined) {
    const order = compare(left, right);
    return order === undefined ? operator === '!=' : test(order);
  }
  return arithmetic(operator, numberOf(left), numberOf(right));
}

/** The order of two values: numeric if both are numbers, else as text; undefined if one is missing. */
export function compare(a: Value, b: Value): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (typeof a === 'boolean' || typeof b === 'boolean') {
    const [left, right] = [a, b].map((value) => (typeof value === 'boolean' ? String(value) : textOf(value)));
    return left === right ? 0 : 1;
  }
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return left - right;
  const [first, second] = [textOf(a), textOf(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function arithmetic(operator: string, a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  const result = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b, '^': a ** b }[operator];
  return result === undefined || !Number.isFinite(result) ? undefined : result;
}
