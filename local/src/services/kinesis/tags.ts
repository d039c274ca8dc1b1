import { MAX_TAGS, mergeTags } from '../../core/tags';
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
  return mergeTags(present, added, () => limitExceeded(`A resource may have no more than ${MAX_TAGS} tags.`));
}
