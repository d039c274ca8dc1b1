import { COMPARISONS } from '../../../core/comparisons';
import { type AttributeValue, compareValues, type Item, isEqual, typeOf } from '../values/attribute-value';
import type { Comparator, Condition, Operand, Parsed, Path } from './ast';
import { InvalidExpression } from './lexer';
import { valueAt } from './path';
import { bindPath, type Placeholders, shownPath, undefinedValue } from './placeholders';

/** An operand with its placeholders replaced. */
export type BoundOperand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly BoundOperand[] };

export type BoundCondition =
  | { readonly kind: 'and'; readonly left: BoundCondition; readonly right: BoundCondition }
  | { readonly kind: 'or'; readonly left: BoundCondition; readonly right: BoundCondition }
  | { readonly kind: 'not'; readonly of: BoundCondition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly args: readonly BoundOperand[] }
  | { readonly kind: 'between'; readonly args: readonly BoundOperand[] }
  | { readonly kind: 'in'; readonly args: readonly BoundOperand[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly BoundOperand[] };

const OPERANDS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
const TYPES = ['S', 'N', 'B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'NS', 'M'];
const ORDERED: ReadonlySet<string> = new Set(['S', 'N', 'B']);

/** Replaces placeholders and checks operands. @throws InvalidExpression with the first error */
export function bindCondition({ tree, error }: Parsed<Condition>, placeholders: Placeholders): BoundCondition {
  if (error !== undefined) throw new InvalidExpression(error);
  return bind(tree, placeholders);
}

function bind(condition: Condition, placeholders: Placeholders): BoundCondition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return {
        kind: condition.kind,
        left: bind(condition.left, placeholders),
        right: bind(condition.right, placeholders),
      };
    case 'not':
      return { kind: 'not', of: bind(condition.of, placeholders) };
    default:
      return new Binding(placeholders).leaf(condition);
  }
}

/** Binds one comparison or function; DynamoDB reports its errors in the order of their kinds. */
class Binding {
  private undefinedName: string | undefined;
  private operands: string | undefined;
  private distinct: string | undefined;
  private types: string | undefined;

  constructor(private readonly placeholders: Placeholders) {}

  leaf(condition: Exclude<Condition, { kind: 'and' | 'or' | 'not' }>): BoundCondition {
    const args = condition.args.map((arg) => this.operand(arg));
    let bound: BoundCondition;
    if (condition.kind === 'compare') {
      const { comparator } = condition;
      bound = { kind: 'compare', comparator, args };
      this.checkDistinct(comparator, args);
      if (comparator !== '=' && comparator !== '<>') this.checkOrdered(comparator, args);
    } else if (condition.kind === 'call') {
      bound = { kind: 'call', name: condition.name, args };
      this.checkCall(condition.name, args);
    } else {
      bound = { kind: condition.kind, args };
      if (condition.kind === 'between') this.checkBetween(args);
    }
    const problem = this.undefinedName ?? this.operands ?? this.distinct ?? this.types;
    if (problem !== undefined) throw new InvalidExpression(problem);
    return bound;
  }

  private operand(operand: Operand): BoundOperand {
    switch (operand.kind) {
      case 'value': {
        const value = this.placeholders.value(operand.name);
        if (value === undefined) this.undefinedName ??= undefinedValue(operand.name);
        return { kind: 'value', value: value ?? { NULL: true } };
      }
      case 'path': {
        const path = bindPath(operand.parts, this.placeholders, (problem) => {
          this.undefinedName ??= problem;
        });
        return { kind: 'path', path };
      }
      case 'call': {
        const args = operand.args.map((arg) => this.operand(arg));
        this.checkCall(operand.name, args);
        return { kind: 'call', name: operand.name, args };
      }
    }
  }

  private checkCall(name: string, args: readonly BoundOperand[]): void {
    if (args.length !== OPERANDS[name]) {
      this.operands ??= `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`;
      return;
    }
    this.checkDistinct(name, args);
    const [first, second] = args as [BoundOperand, BoundOperand];
    const wrongType = (type: string) => {
      this.types ??= `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
    };
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      if (first.kind !== 'path')
        this.types ??= `Operator or function requires a document path; operator or function: ${name}`;
    } else if (name === 'begins_with') {
      const wrong = args.map(resultType).find((type) => type !== undefined && type !== 'S' && type !== 'B');
      if (wrong !== undefined) wrongType(wrong);
    } else if (name === 'attribute_type') this.checkTypeName(second, wrongType);
    else if (name === 'size') {
      const type = resultType(first);
      if (type === 'N' || type === 'BOOL' || type === 'NULL') wrongType(type);
    }
  }

  private checkTypeName(operand: BoundOperand, wrongType: (type: string) => void): void {
    const type = resultType(operand);
    if (operand.kind !== 'value' || operand.value.S === undefined) wrongType(type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');
    else if (!TYPES.includes(operand.value.S))
      this.types ??= `Invalid attribute type name found; type: ${operand.value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`;
  }

  private checkDistinct(operator: string, args: readonly BoundOperand[]): void {
    const [first, second] = args;
    if (args.length !== 2 || first?.kind !== 'path' || second?.kind !== 'path') return;
    if (first.path.length !== second.path.length || first.path.some((part, index) => part !== second.path[index]))
      return;
    this.distinct ??= `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${shownPath(first.path)}`;
  }

  private checkOrdered(operator: string, args: readonly BoundOperand[]): void {
    for (const arg of args) {
      const type = immediateType(arg);
      if (type !== undefined && !ORDERED.has(type))
        this.types ??= `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${type}`;
    }
  }

  private checkBetween(args: readonly BoundOperand[]): void {
    const [, low, high] = args;
    if (low?.kind !== 'value' || high?.kind !== 'value') return;
    const [lowType, highType] = [typeOf(low.value), typeOf(high.value)];
    const bounds = `lower bound operand: AttributeValue: {${lowType}:${low.value[lowType]}}, upper bound operand: AttributeValue: {${highType}:${high.value[highType]}}`;
    if (lowType !== highType)
      this.types ??= `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`;
    else if ((compareValues(low.value, high.value) ?? 0) > 0)
      this.types ??= `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`;
    this.checkOrdered('BETWEEN', [low, high]);
  }
}

/** The type of a value from the request; undefined if it depends on the item. */
function immediateType(operand: BoundOperand): string | undefined {
  return operand.kind === 'value' ? typeOf(operand.value) : undefined;
}

/** The type of an operand that doesn't depend on the item. */
function resultType(operand: BoundOperand): string | undefined {
  if (operand.kind !== 'call') return immediateType(operand);
  if (operand.name === 'size') return 'N';
  return operand.name.startsWith('attribute_') && operand.name.endsWith('exists') ? undefined : 'BOOL';
}

/** Whether an item meets a condition; a missing item has no attributes. */
export function matches(condition: BoundCondition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return matches(condition.left, item) && matches(condition.right, item);
    case 'or':
      return matches(condition.left, item) || matches(condition.right, item);
    case 'not':
      return !matches(condition.of, item);
    case 'compare': {
      const [a, b] = condition.args.map((arg) => evaluate(arg, item));
      return compare(condition.comparator, a, b);
    }
    case 'between': {
      const [value, low, high] = condition.args.map((arg) => evaluate(arg, item));
      return compare('>=', value, low) && compare('<=', value, high);
    }
    case 'in': {
      const [value, ...list] = condition.args.map((arg) => evaluate(arg, item));
      return list.some((one) => compare('=', value, one));
    }
    case 'call':
      return call(condition.name, condition.args, item);
  }
}

function evaluate(operand: BoundOperand, item: Item): AttributeValue | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return valueAt(item, operand.path);
  const length = sizeOf(evaluate(operand.args[0] as BoundOperand, item));
  return length === undefined ? undefined : { N: String(length) };
}

/** Result of `size`: characters of a string, bytes of a binary, members of a collection; undefined for other types. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const type = typeOf(value);
  if (type === 'S') return value.S?.length;
  if (type === 'B') return Buffer.from(value.B ?? '', 'base64').length;
  if (type === 'M') return Object.keys(value.M ?? {}).length;
  if (type === 'N' || type === 'BOOL' || type === 'NULL') return undefined;
  return value[type]?.length;
}

function compare(comparator: Comparator, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (comparator === '=') return a !== undefined && b !== undefined && isEqual(a, b);
  if (comparator === '<>') return a === undefined || b === undefined ? a !== b : !isEqual(a, b);
  const order = a === undefined || b === undefined ? undefined : compareValues(a, b);
  return order !== undefined && COMPARISONS[comparator]?.(order) === true;
}

function call(name: string, args: readonly BoundOperand[], item: Item): boolean {
  const [value, other] = args.map((arg) => evaluate(arg, item));
  if (name === 'attribute_exists') return value !== undefined;
  if (name === 'attribute_not_exists') return value === undefined;
  if (value === undefined || other === undefined) return false;
  if (name === 'attribute_type') return typeOf(value) === other.S;
  return name === 'begins_with' ? beginsWith(value, other) : contains(value, other);
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B === undefined || prefix.B === undefined) return false;
  const bytes = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, bytes.length).equals(bytes);
}

function contains(value: AttributeValue, wanted: AttributeValue): boolean {
  if (value.L !== undefined) return value.L.some((one) => isEqual(one, wanted));
  if (wanted.S !== undefined) return value.S?.includes(wanted.S) ?? value.SS?.includes(wanted.S) ?? false;
  if (wanted.N !== undefined) return value.NS?.includes(wanted.N) ?? false;
  if (wanted.B === undefined) return false;
  if (value.B !== undefined) return Buffer.from(value.B, 'base64').includes(Buffer.from(wanted.B, 'base64'));
  return value.BS?.includes(wanted.B) ?? false;
}
