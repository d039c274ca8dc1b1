import type { AttributeValue, Item } from '../values/attribute-value';
import { problemOf } from '../values/check';

/** Problems that DynamoDB tells without saying that they are the starting key's. */
const BARE = /contains duplicates|number set|numeric value|significant digits|number with magnitude/;

/** What is wrong with the values of an ExclusiveStartKey. */
export function startKeyProblem(key: Item): string | undefined {
  for (const name in key) {
    const problem = problemOf(key[name] as AttributeValue);
    if (problem !== undefined) return BARE.test(problem) ? problem : `The provided starting key is invalid: ${problem}`;
  }
  return undefined;
}
