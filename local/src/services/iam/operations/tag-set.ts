import { MAX_TAGS } from '../../../core/tags';
import { invalidInput, limitExceeded } from '../errors';
import type { Tag } from '../state';

/** @throws AwsError `InvalidInput` for duplicate keys, compared without case */
export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
}

/** @throws AwsError `LimitExceeded` beyond a resource's limit */
export function withTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const all = [
    ...withoutTags(
      old,
      added.map(({ Key }) => Key),
    ),
    ...added.map(({ Key, Value }) => ({ Key, Value })),
  ];
  if (all.length > MAX_TAGS) throw limitExceeded(`The number of tags has reached the maximum limit: ${MAX_TAGS}.`);
  return all;
}

export function withoutTags(tags: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return tags.filter(({ Key }) => !gone.has(Key.toLowerCase()));
}
