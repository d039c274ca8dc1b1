import { validation } from '../errors';
import type { Path } from '../expressions/ast';
import { type BoundCondition, type BoundOperand, bindCondition } from '../expressions/condition';
import { InvalidExpression } from '../expressions/lexer';
import { conditions, projections, updates } from '../expressions/parsed';
import { Placeholders } from '../expressions/placeholders';
import { bindProjection } from '../expressions/projection';
import { type BoundAction, bindUpdate } from '../expressions/update';
import type { AttributeValue, Item } from '../values/attribute-value';
import { problemOf, problemOfItem } from '../values/check';

/** A request's members for expressions. */
export interface ExpressionInput {
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

type ExpressionName = Exclude<keyof ExpressionInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

/** A request's expressions: parsed, checked, with placeholders replaced. */
export interface Expressions {
  readonly update?: readonly BoundAction[];
  readonly condition?: BoundCondition;
  readonly keyCondition?: BoundCondition;
  readonly filter?: BoundCondition;
  readonly projection?: readonly Path[];
}

/** Refuses names and values without an expression. @throws AwsError @param taken expressions of the operation */
export function checkExpressionMembers(input: ExpressionInput, taken: readonly ExpressionName[]): void {
  if (input.ExpressionAttributeNames !== undefined && taken.every((name) => input[name] === undefined))
    throw validation('ExpressionAttributeNames can only be specified when using expressions');
  const withValues = taken.filter((name) => name !== 'ProjectionExpression');
  if (
    input.ExpressionAttributeValues !== undefined &&
    withValues.length > 0 &&
    withValues.every((name) => input[name] === undefined)
  )
    throw validation(
      `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} ${withValues.length > 1 ? 'are' : 'is'} null`,
    );
}

/**
 * Compiles a request's expressions. @throws AwsError `ValidationException` with the first error, in DynamoDB's order
 */
export function compile(input: ExpressionInput): Expressions {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  if (names !== undefined) checkPlaceholders(names, 'ExpressionAttributeNames', /^#[0-9a-zA-Z_]+$/);
  if (values !== undefined) {
    checkPlaceholders(values, 'ExpressionAttributeValues', /^:[0-9a-zA-Z_]+$/);
    for (const name in values) {
      const problem = problemOf(values[name] as AttributeValue);
      if (problem !== undefined)
        throw validation(`ExpressionAttributeValues contains invalid value: ${problem} for key ${name}`);
    }
  }
  const placeholders = new Placeholders(names, values);
  const bound = <T>(name: ExpressionName, bind: (text: string) => T): T | undefined => {
    const text = input[name];
    return text === undefined ? undefined : inExpression(name, () => bind(text));
  };
  const condition = (text: string) => bindCondition(conditions.get(text), placeholders);
  const update = bound('UpdateExpression', (text) => bindUpdate(updates.get(text), placeholders));
  const compiled = {
    ...(update !== undefined && { update }),
    ...optional('condition', bound('ConditionExpression', condition)),
    ...optional('keyCondition', bound('KeyConditionExpression', condition)),
    ...optional('filter', bound('FilterExpression', condition)),
    ...optional(
      'projection',
      bound('ProjectionExpression', (text) => bindProjection(projections.get(text), placeholders)),
    ),
  };
  if (placeholders.problem !== undefined) throw validation(placeholders.problem);
  return compiled;
}

function optional<K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: T };
}

function checkPlaceholders(given: object, member: string, pattern: RegExp): void {
  const names = Object.keys(given);
  if (names.length === 0) throw validation(`${member} must not be empty`);
  for (const name of names)
    if (!pattern.test(name)) throw validation(`${member} contains invalid key: Syntax error; key: "${name}"`);
}

function inExpression<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidExpression) throw validation(`Invalid ${name}: ${error.message}`);
    throw error;
  }
}

/** Checks the values of a request. @throws AwsError `ValidationException` */
export function checkValues(item: Item): void {
  const problem = problemOfItem(item);
  if (problem !== undefined) throw validation(problem);
}

/** Document paths of a condition. */
export function pathsIn(condition: BoundCondition): Path[] {
  if (condition.kind === 'and' || condition.kind === 'or')
    return [...pathsIn(condition.left), ...pathsIn(condition.right)];
  if (condition.kind === 'not') return pathsIn(condition.of);
  return condition.args.flatMap(pathsOfOperand);
}

function pathsOfOperand(operand: BoundOperand): Path[] {
  if (operand.kind === 'path') return [operand.path];
  return operand.kind === 'call' ? operand.args.flatMap(pathsOfOperand) : [];
}

/** Names of the attributes that paths lead into. */
export function nestedIn(paths: readonly Path[]): ReadonlySet<string> {
  return new Set(paths.filter((path) => path.length > 1).map(([head]) => head as string));
}
