import type { AttributeValue, Item } from '../values/attribute-value';
import { problemOf } from '../values/check';

/** Errors that DynamoDB reports without naming the starting key. */
const BARE = /contains duplicates|number set|numeric value|significant digits|number with magnitude/;

/** Error in the values of ExclusiveStartKey, if any. */
export function startKeyProblem(key: Item): string | undefined {
  for (const name in key) {
    const problem = problemOf(key[name] as AttributeValue);
    if (problem !== undefined) return BARE.test(problem) ? problem : `The provided starting key is invalid: ${problem}`;
  }
  return undefined;
}
