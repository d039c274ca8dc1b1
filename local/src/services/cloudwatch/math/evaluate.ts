import { ownEntry } from '../../../core/own-entry';
import { FUNCTIONS, type MathContext } from './functions';
import { invalidExpression, type Node } from './parser';
import { isArray, isSeries, mapSeries, type Value } from './value';

const truth = (flag: boolean) => (flag ? 1 : 0);
const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
};
const WORDS = new Set(['REPEAT', 'LINEAR']);

/**
 * Evaluates a parsed expression.
 * @param resolve returns the value of another query of the request, by id
 * @throws AwsError `ValidationException` for an unknown function or id, or unsuitable operands
 */
export function evaluate(node: Node, text: string, resolve: (id: string) => Value, context: MathContext): Value {
  const go = (child: Node): Value => {
    switch (child.type) {
      case 'number':
      case 'string':
        return child.value;
      case 'name':
        return WORDS.has(child.name) ? child.name : resolve(child.name);
      case 'list':
        return child.items.flatMap((item) => {
          const value = go(item);
          if (typeof value !== 'object') throw invalidExpression(text, 'an array holds time series only');
          return isArray(value) ? [...value] : [value];
        });
      case 'negate':
        return apply('*', -1, go(child.of), text);
      case 'binary':
        return apply(child.operator, go(child.left), go(child.right), text);
      case 'call': {
        const call = ownEntry(FUNCTIONS, child.name);
        if (call === undefined) {
          throw invalidExpression(text, `the function ${child.name} is not available in this local endpoint`);
        }
        return call(child.arguments.map(go), context);
      }
    }
  };
  return go(node);
}

/** Applies an operator: to two series at the times that both have, to an array member by member. */
function apply(operator: string, left: Value, right: Value, text: string): Value {
  const compute = OPERATORS[operator];
  if (compute === undefined || typeof left === 'string' || typeof right === 'string') throw invalidExpression(text);
  if (typeof left === 'number' && typeof right === 'number') return compute(left, right);
  if (typeof left === 'object' && isArray(left)) {
    return left.map((series) => apply(operator, series, right, text)).filter(isSeries);
  }
  if (typeof right === 'object' && isArray(right)) {
    return right.map((series) => apply(operator, left, series, text)).filter(isSeries);
  }
  if (typeof left === 'number') {
    return typeof right === 'object' && isSeries(right) ? mapSeries(right, (value) => compute(left, value)) : 0;
  }
  return mapSeries(left, (value, time) => {
    const other = typeof right === 'number' ? right : right.points.get(time);
    return other === undefined ? undefined : compute(value, other);
  });
}
