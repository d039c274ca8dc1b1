import type { Store, Table } from '../store/store';
import type { AwsError } from './errors';

/** Stored tags: values by key. */
export type Tags = Readonly<Record<string, string>>;

/** Most tags of a resource, unless its service states another number. */
export const MAX_TAGS = 50;

/** Adds or overwrites tags. @throws AwsError `tooMany` beyond a resource's limit */
export function mergeTags(
  present: Tags,
  added: Tags,
  tooMany: () => AwsError,
  limit = MAX_TAGS,
): Record<string, string> {
  const tags = { ...present, ...added };
  if (Object.keys(tags).length > limit) throw tooMany();
  return tags;
}

export function withoutTags(present: Tags, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(present).filter(([key]) => !keys.includes(key)));
}

/** Tags in the list form of most services, by key. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}

/** Tags from a list; a missing value is empty. */
export function fromTagList(
  list: readonly { readonly Key?: string; readonly Value?: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/**
 * The first key among the tags that a request gives which begins with `aws:`, as AWS's own tags do; undefined if none
 * does. Keys of tags to remove are a list of strings, and may be any.
 */
export function reservedKeyIn(input: Readonly<Record<string, unknown>>): string | undefined {
  const given = input.Tags ?? input.tags ?? input.TagsToAdd;
  if (typeof given !== 'object' || given === null) return undefined;
  const keys = Array.isArray(given)
    ? given.map((tag: { Key?: unknown; TagKey?: unknown } | string) =>
        typeof tag === 'object' ? (tag.Key ?? tag.TagKey) : undefined,
      )
    : Object.keys(given);
  return keys.find((key): key is string => typeof key === 'string' && /^aws:/i.test(key));
}

/** A page of tags by key, as the operations with an ExclusiveStartTagKey return it. */
export function tagPage(
  tags: Tags,
  after = '',
  limit = MAX_TAGS,
): { Tags: ReturnType<typeof tagList>; HasMoreTags: boolean } {
  const rest = tagList(tags).filter(({ Key }) => Key > after);
  return { Tags: rest.slice(0, limit), HasMoreTags: rest.length > limit };
}

/** Tags of resources by ARN, stored apart from the resources. */
export class TagTable {
  private readonly rows: Table<Tags>;

  constructor(store: Store, name: string) {
    this.rows = store.table(name);
  }

  of(arn: string): Tags {
    return this.rows.get(arn) ?? {};
  }

  put(arn: string, tags: Tags): void {
    if (Object.keys(tags).length === 0) this.rows.remove(arn);
    else this.rows.put(arn, tags);
  }

  /** Adds or overwrites tags. @throws AwsError `tooMany` beyond a resource's limit */
  add(arn: string, added: Tags, tooMany: () => AwsError): void {
    this.put(arn, mergeTags(this.of(arn), added, tooMany));
  }

  withdraw(arn: string, keys: readonly string[]): void {
    this.put(arn, withoutTags(this.of(arn), keys));
  }

  /** Deletes the tags of a deleted resource. */
  remove(arn: string): void {
    this.rows.remove(arn);
  }
}
