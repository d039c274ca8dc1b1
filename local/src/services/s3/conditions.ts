import { headerNotImplemented, noSuchKey, preconditionFailed } from './errors';
import type { ObjectRecord } from './state';

/** Conditions of a write (Amazon S3 User Guide, "Conditional requests"). */
export interface WriteConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/** @throws AwsError `PreconditionFailed`; `NoSuchKey` if there is nothing that IfMatch could match; `NotImplemented`. */
export function checkWriteConditions(
  { IfMatch, IfNoneMatch }: WriteConditions,
  current: ObjectRecord | undefined,
  key: string,
): void {
  // S3 has no other: a write that replaces all but one version is none that it knows.
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') throw headerNotImplemented('If-None-Match');
  if (IfNoneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (current === undefined) throw noSuchKey(key);
  if (!sameEtag(IfMatch, current.etag)) throw preconditionFailed('If-Match');
}

/** Whether an If-Match header's list names an entity tag; quotes are optional, as S3 has it. */
export function sameEtag(header: string, etag: string): boolean {
  const bare = etag.replaceAll('"', '');
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replaceAll('"', '') === bare);
}
