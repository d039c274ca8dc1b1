import { MAX_TAGS, mergeTags } from '../../core/tags';
import { invalidArgument, limitExceeded } from './errors';

/** What a tag's key or value can't have ("AddTagsToStream"). A colon is taken, as AWS's own `aws:` keys have one. */
const ILLEGAL = /[^\p{L}\p{N} _.:/=+\-@]/u;

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
  for (const text of [...Object.keys(added), ...Object.values(added)]) {
    if (ILLEGAL.test(text))
      throw invalidArgument(
        'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.',
      );
  }
  return mergeTags(present, added, () => limitExceeded(`A resource may have no more than ${MAX_TAGS} tags.`));
}
