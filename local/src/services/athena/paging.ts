import { invalidRequest } from './errors';

/** One page of a list that is in order by `keyOf`; the token is the last key that was seen. */
export function page<T>(items: readonly T[], keyOf: (item: T) => string, limit: number, token: string | undefined) {
  const after = token === undefined ? undefined : readToken(token);
  const rest = after === undefined ? items : items.slice(items.findIndex((item) => keyOf(item) === after) + 1);
  const taken = rest.slice(0, limit === 0 ? 50 : limit);
  const last = taken.at(-1);
  const more = taken.length < rest.length && last !== undefined;
  return { items: taken, nextToken: more ? Buffer.from(keyOf(last)).toString('base64url') : undefined };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text === '') throw invalidRequest('The NextToken is invalid.');
  return text;
}
