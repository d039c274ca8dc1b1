import { MAX_TAGS, mergeTags, withoutTags } from '../../core/tags';
import { invalidArgument } from './errors';
import type { StreamInfo } from './stream-info';

/**
 * Characters that a tag's key or value can't have ("AddTagsToStream"). Colons are accepted: AWS's own `aws:` keys have
 * one.
 */
const ILLEGAL = /[^\p{L}\p{N} _.:/=+\-@%]/u;

type Tags = Readonly<Record<string, string>>;
type Tagged = Pick<StreamInfo, 'name' | 'accountId'>;

/** Adds tags. @throws InvalidArgumentException for invalid characters, AWS's own keys, and beyond a resource's limit */
export function addTags(present: Tags, added: Tags, stream: Tagged): Record<string, string> {
  for (const key in added) {
    if (key.toLowerCase().startsWith('aws:'))
      throw invalidArgument(`'aws:' is reserved and can't begin a tag's key: '${key}'.`);
  }
  checkCharacters([...Object.keys(added), ...Object.values(added)], 'add tags to', stream);
  return mergeTags(present, added, () =>
    invalidArgument(
      `Failed to add tags to stream ${stream.name} under account ${stream.accountId} because a given stream cannot ` +
        `have more than ${MAX_TAGS} tags associated with it.`,
    ),
  );
}

/** Removes tags. @throws InvalidArgumentException for invalid characters */
export function removeTags(present: Tags, keys: readonly string[], stream: Tagged): Record<string, string> {
  checkCharacters(keys, 'remove tags from', stream);
  return withoutTags(present, keys);
}

// Percent signs are refused too, although the first of the two messages says otherwise.
function checkCharacters(texts: readonly string[], what: string, { name, accountId }: Tagged): void {
  if (texts.some((text) => ILLEGAL.test(text))) {
    throw invalidArgument(
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.',
    );
  }
  if (texts.some((text) => text.includes('%'))) {
    throw invalidArgument(
      `Failed to ${what} stream ${name} under account ${accountId} because some tags contained illegal characters. ` +
        "The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.",
    );
  }
}
