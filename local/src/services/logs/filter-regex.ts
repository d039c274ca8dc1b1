import { linearPattern, PatternError } from '../../core/patterns';
import { invalidParameter } from './errors';

/** Whether an event's message matches. */
export type Matcher = (message: string) => boolean;

const MAX_REPETITIONS = 3;

/** Matcher of AWS's small subset of regular expressions. @throws AwsError `InvalidParameterException` for others */
export function regexMatcher(source: string): Matcher {
  const bare = source.replace(/\\./g, '');
  if (/[()]/.test(bare) || (bare.match(/[*+{]/g) ?? []).length > MAX_REPETITIONS) throw invalidPattern();
  try {
    const pattern = linearPattern(source);
    return (message) => pattern.finds(message);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalidPattern();
  }
}

export function invalidPattern() {
  return invalidParameter('Invalid filter pattern');
}
