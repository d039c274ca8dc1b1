import { type AttributeValue, compareValues, typeOf } from '../values/attribute-value';
import type { BoundCondition, BoundOperand } from './condition';

/** A condition on a key attribute, with the attribute on its left side. */
export interface KeyCondition {
  readonly operator: 'EQ' | 'LT' | 'LE' | 'GT' | 'GE' | 'BETWEEN' | 'BEGINS_WITH';
  readonly values: readonly AttributeValue[];
}

/** An unusable key condition; the message is DynamoDB's. */
export class InvalidKeyCondition extends Error {}

const OPERATORS = { '=': 'EQ', '<': 'LT', '<=': 'LE', '>': 'GT', '>=': 'GE' } as const;
const MIRRORED = { EQ: 'EQ', LT: 'GT', LE: 'GE', GT: 'LT', GE: 'LE' } as const;
const NO_KEY_FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'contains',
]);

/** The conditions of a KeyConditionExpression by attribute. @throws InvalidKeyCondition */
export function keyConditionsOf(condition: BoundCondition): ReadonlyMap<string, KeyCondition> {
  const conditions = new Map<string, KeyCondition>();
  collect(condition, conditions);
  for (const { operator, values } of conditions.values()) checkTypes(operator, values);
  if (conditions.size > 2) throw new InvalidKeyCondition('Conditions can be of length 1 or 2 only');
  return conditions;
}

function collect(condition: BoundCondition, conditions: Map<string, KeyCondition>): void {
  if (condition.kind === 'and') {
    collect(condition.left, conditions);
    collect(condition.right, conditions);
    return;
  }
  const operator = condition.kind === 'compare' ? condition.comparator : condition.kind;
  if (condition.kind === 'or' || condition.kind === 'not' || condition.kind === 'in' || operator === '<>')
    throw new InvalidKeyCondition(`Invalid operator used in KeyConditionExpression: ${operator.toUpperCase()}`);
  if (condition.kind === 'call' && NO_KEY_FUNCTIONS.has(condition.name))
    throw new InvalidKeyCondition(`Invalid operator used in KeyConditionExpression: ${condition.name}`);
  checkFirstOperand(condition);
  const at = attributeIn(condition.args);
  if (conditions.has(at.name))
    throw new InvalidKeyCondition('KeyConditionExpressions must only contain one condition per key');
  const values = condition.args.flatMap((arg) => (arg.kind === 'value' ? [arg.value] : []));
  if (condition.kind === 'between') conditions.set(at.name, { operator: 'BETWEEN', values });
  else if (condition.kind === 'call') conditions.set(at.name, { operator: 'BEGINS_WITH', values });
  else {
    const straight = OPERATORS[condition.comparator as keyof typeof OPERATORS];
    conditions.set(at.name, { operator: at.index === 0 ? straight : MIRRORED[straight], values });
  }
}

function checkFirstOperand(condition: BoundCondition): void {
  if (condition.kind !== 'between' && condition.kind !== 'call') return;
  if (condition.args[0]?.kind === 'path') return;
  const name = condition.kind === 'between' ? 'BETWEEN' : condition.name;
  throw new InvalidKeyCondition(
    `Invalid condition in KeyConditionExpression: ${name} operator must have the key attribute as its first operand`,
  );
}

function attributeIn(args: readonly BoundOperand[]): { readonly name: string; readonly index: number } {
  let found: { name: string; index: number } | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg.kind === 'call') throw new InvalidKeyCondition('KeyConditionExpressions cannot contain nested operations');
    if (arg.kind !== 'path') continue;
    if (found !== undefined)
      throw new InvalidKeyCondition(
        'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
      );
    if (arg.path.length > 1)
      throw new InvalidKeyCondition('KeyConditionExpressions cannot have conditions on nested attributes');
    found = { name: arg.path[0] as string, index };
  }
  if (found === undefined)
    throw new InvalidKeyCondition('Invalid condition in KeyConditionExpression: No key attribute specified');
  return found;
}

const INVALID = 'One or more parameter values were invalid: ';

function checkTypes(operator: KeyCondition['operator'], values: readonly AttributeValue[]): void {
  const types = values.map(typeOf);
  if (types.some((type) => type !== types[0]))
    throw new InvalidKeyCondition(`${INVALID}AttributeValues inside AttributeValueList must be of same type`);
  const allowed =
    operator === 'EQ' ? ['S', 'N', 'B', 'SS', 'NS', 'BS'] : operator === 'BEGINS_WITH' ? ['S', 'B'] : ['S', 'N', 'B'];
  const wrong = types.find((type) => !allowed.includes(type));
  if (wrong !== undefined)
    throw new InvalidKeyCondition(
      `${INVALID}ComparisonOperator ${operator} is not valid for ${wrong} AttributeValue type`,
    );
}

/** Whether a key attribute's value meets a condition of its own type. */
export function fulfils(value: AttributeValue, { operator, values }: KeyCondition): boolean {
  const [first, second] = values as readonly [AttributeValue, AttributeValue];
  const order = compareValues(value, first) ?? Number.NaN;
  switch (operator) {
    case 'EQ':
      return order === 0;
    case 'LT':
      return order < 0;
    case 'LE':
      return order <= 0;
    case 'GT':
      return order > 0;
    case 'GE':
      return order >= 0;
    case 'BETWEEN':
      return order >= 0 && (compareValues(value, second) ?? Number.NaN) <= 0;
    case 'BEGINS_WITH':
      return (
        value.S?.startsWith(first.S ?? '') ??
        Buffer.from(value.B ?? '', 'base64')
          .toString('latin1')
          .startsWith(Buffer.from(first.B ?? '', 'base64').toString('latin1'))
      );
  }
}
