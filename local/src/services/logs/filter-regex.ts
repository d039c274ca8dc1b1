import { invalidParameter } from './errors';

/** Whether an event's message matches. */
export type Matcher = (message: string) => boolean;

const MAX_REPETITIONS = 3;

/** AWS allows a small, linear subset of regular expressions. @throws AwsError `InvalidParameterException` beyond it. */
export function regexMatcher(source: string): Matcher {
  const bare = source.replace(/\\./g, '');
  // No groups and few repetitions: a pattern can't take exponential time.
  if (/[()]/.test(bare) || (bare.match(/[*+{]/g) ?? []).length > MAX_REPETITIONS) throw invalidPattern();
  try {
    const regex = new RegExp(source);
    return (message) => regex.test(message);
  } catch {
    throw invalidPattern();
  }
}

export function invalidPattern() {
  return invalidParameter('Invalid filter pattern');
}
