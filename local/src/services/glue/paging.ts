import { invalidInput } from './errors';

/** One page of a listing; the token is the key of the last item that was seen. */
export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

/** Takes up to `limit` matching items; there is a token only if another matching item follows. */
export function page<T>(
  items: Iterable<T>,
  limit: number,
  tokenOf: (item: T) => unknown,
  matches: (item: T) => boolean = () => true,
): Page<T> {
  const found: T[] = [];
  for (const item of items) {
    if (!matches(item)) continue;
    if (found.length === limit) return { items: found, nextToken: encode(tokenOf(found[limit - 1] as T)) };
    found.push(item);
  }
  return { items: found, nextToken: undefined };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface Tokens {
  readonly text: string;
  readonly texts: string[];
}

/** @throws AwsError `InvalidInputException` for a token that was not given out here for such a listing. */
export function readToken<K extends keyof Tokens>(token: string | undefined, kind: K): Tokens[K] | undefined {
  if (token === undefined || token === '') return undefined;
  const value = decoded(token);
  const texts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (kind === 'text' ? typeof value === 'string' : texts) return value as Tokens[K];
  throw invalidInput('The NextToken is invalid.');
}

function decoded(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
