import { MAX_TAGS } from './constraints';
import { invalidArgument, limitExceeded } from './errors';

/** Adds tags. @throws LimitExceededException over the limit of a resource, InvalidArgumentException for a bad key */
export function checkTags(
  present: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const key in added) {
    if (key === '' || key.length > 128) throw invalidArgument(`A tag's key has 1 to 128 characters: '${key}'.`);
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidArgument(`'aws:' is reserved and can't begin a tag's key: '${key}'.`);
    }
  }
  const tags = { ...present, ...added };
  if (Object.keys(tags).length > MAX_TAGS) {
    throw limitExceeded(`A resource may have no more than ${MAX_TAGS} tags.`);
  }
  return tags;
}

export function withoutTags(
  present: Readonly<Record<string, string>>,
  keys: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(present).filter(([key]) => !keys.includes(key)));
}

/** Tags as the API lists them, by key. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}
