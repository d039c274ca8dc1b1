import type { Tag } from '@aws-sdk/client-kms';
import type { Strict } from '../../../core/operation';
import { MAX_TAGS, mergeTags, withoutTags } from '../../../core/tags';
import { operation } from '../contract';
import { duplicateTags, tooManyTags } from '../errors';
import { page } from '../paging';
import { findKeyById, updateOwnKey } from './usable-key';

export const listResourceTags = operation('ListResourceTags', {
  handle: async (input, context) => {
    const { key } = await findKeyById(input.KeyId, context);
    const names = Object.keys(key.tags).sort();
    const { items, ...rest } = page(input, MAX_TAGS, {
      items: (after) => names.filter((name) => after === undefined || name > after),
      keyOf: (name) => name,
    });
    return { Tags: items.map((name) => ({ TagKey: name, TagValue: key.tags[name] })), ...rest };
  },
});

export const tagResource = operation('TagResource', {
  handle: (input, context) => {
    const added = tagMap(input.Tags);
    return updateOwnKey(input.KeyId, context, (key) => {
      return { ...key, tags: mergeTags(key.tags, added, tooManyTags) };
    });
  },
});

export const untagResource = operation('UntagResource', {
  handle: (input, context) =>
    updateOwnKey(input.KeyId, context, (key) => ({
      ...key,
      tags: withoutTags(key.tags, input.TagKeys),
    })),
});

/** @throws AwsError `TagException` for too many tags, or duplicate keys */
export function tagMap(tags: readonly Strict<Tag>[]): Record<string, string> {
  const map = Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
  if (Object.keys(map).length !== tags.length) throw duplicateTags();
  if (tags.length > MAX_TAGS) throw tooManyTags();
  return map;
}
