import { MAX_TAGS } from '../../../core/tags';
import { invalidInput, limitExceeded } from '../errors';
import { page } from '../paging';
import type { Tag } from '../state';

/** @throws AwsError `InvalidInput` for duplicate keys, compared without case */
export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
}

interface Tagged {
  readonly tags: readonly Tag[];
}

/** Adds tags to a resource; one that is overwritten stays in its place. @throws AwsError `InvalidInput`, and `LimitExceeded` when the result is applied */
export function adding(added: readonly Tag[]): <T extends Tagged>(resource: T) => T {
  checkTags(added);
  return (resource) => {
    const byKey = new Map(resource.tags.map((tag) => [tag.Key.toLowerCase(), tag]));
    for (const { Key, Value } of added) byKey.set(Key.toLowerCase(), { Key, Value });
    const tags = [...byKey.values()];
    if (tags.length > MAX_TAGS) throw limitExceeded(`The number of tags has reached the maximum limit: ${MAX_TAGS}.`);
    return { ...resource, tags };
  };
}

/** Removes tags from a resource. */
export const removing =
  (keys: readonly string[]) =>
  <T extends Tagged>(resource: T): T => ({ ...resource, tags: without(resource.tags, keys) });

function without(tags: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return tags.filter(({ Key }) => !gone.has(Key.toLowerCase()));
}

/** A page of a resource's tags. */
export function listed(tags: readonly Tag[], request: Parameters<typeof page>[1]) {
  const { items, ...rest } = page(tags, request);
  return { Tags: [...items], ...rest };
}
