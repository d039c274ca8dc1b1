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

/** @throws AwsError `InvalidInputException` for a token that was not given out here. */
export function readToken<T>(token: string | undefined): T | undefined {
  if (token === undefined || token === '') return undefined;
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as T;
  } catch {
    throw invalidInput('The NextToken is invalid.');
  }
}
