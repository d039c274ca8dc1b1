import type { AttributeValue, Item } from './attribute-value';
import { InvalidNumber, normalizeNumber } from './decimal';

/** Most levels of nested lists and maps ("Service, account, and table quotas"). */
export const MAX_DEPTH = 32;

/**
 * Checks a value of a request and normalizes its numbers in place.
 * @returns the error in DynamoDB's words; undefined if valid
 */
export function problemOf(value: AttributeValue, depth = 0): string | undefined {
  let count = 0;
  for (const type in value) {
    count++;
    const problem = problemOfType(value, type as keyof AttributeValue, depth);
    if (problem !== undefined) return problem;
  }
  if (count === 1) return undefined;
  return count === 0
    ? 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'
    : 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes';
}

export function problemOfItem(item: Item, depth = 0): string | undefined {
  for (const name in item) {
    const problem = problemOf(item[name] as AttributeValue, depth);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const INVALID = 'One or more parameter values were invalid: ';

function problemOfType(value: AttributeValue, type: keyof AttributeValue, depth: number): string | undefined {
  switch (type) {
    case 'S':
    case 'B':
    case 'BOOL':
      return undefined;
    case 'N':
      return normalize(value as { N: string }, 'N');
    case 'NULL':
      return value.NULL === true ? undefined : `${INVALID}Null attribute value types must have the value of true`;
    case 'SS':
      if (value.SS?.length === 0) return `${INVALID}An string set  may not be empty`;
      return hasDuplicate(value.SS) ? `${INVALID}Input collection ${shown(value.SS)} contains duplicates.` : undefined;
    case 'BS':
      if (value.BS?.length === 0) return `${INVALID}Binary sets should not be empty`;
      return hasDuplicate(value.BS)
        ? `${INVALID}Input collection ${shown(value.BS)}of type BS contains duplicates.`
        : undefined;
    case 'NS':
      return problemOfNumbers(value.NS as string[]);
    case 'L':
    case 'M': {
      if (depth >= MAX_DEPTH) return 'Nesting Levels have exceeded supported limits';
      if (type === 'M') return problemOfItem(value.M ?? {}, depth + 1);
      for (const one of value.L ?? []) {
        const problem = problemOf(one, depth + 1);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
  }
}

function problemOfNumbers(numbers: string[]): string | undefined {
  if (numbers.length === 0) return `${INVALID}An number set  may not be empty`;
  for (let index = 0; index < numbers.length; index++) {
    const problem = normalize(numbers, index);
    if (problem !== undefined) return problem;
  }
  return hasDuplicate(numbers) ? 'Input collection contains duplicates' : undefined;
}

function normalize<K extends string | number>(holder: Record<K, string>, key: K): string | undefined {
  try {
    holder[key] = normalizeNumber(holder[key]);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidNumber) return error.message;
    throw error;
  }
}

const hasDuplicate = (list: readonly string[] = []): boolean => new Set(list).size < list.length;
const shown = (list: readonly string[] = []): string => `[${list.join(', ')}]`;
