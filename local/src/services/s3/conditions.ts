import { conditionalConflict, headerNotImplemented, noSuchKey, preconditionFailed } from './errors';
import type { MultipartUpload, StoredObject } from './state';

/** Conditions of a write (Amazon S3 User Guide, "Conditional requests"). */
export interface WriteConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/** @throws AwsError `PreconditionFailed`; `NoSuchKey` if there is no object for IfMatch; `NotImplemented` */
export function checkWriteConditions(
  { IfMatch, IfNoneMatch }: WriteConditions,
  current: StoredObject | undefined,
  key: string,
): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined)
    throw headerNotImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  // A write requires a missing key, or one entity tag: S3 supports no other condition.
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
    throw headerNotImplemented('If-None-Match', notTaken('If-None-Match'));
  if (IfMatch === '*') throw headerNotImplemented('If-Match', notTaken('If-Match'));
  if (IfNoneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (current === undefined) throw noSuchKey(key);
  if (!sameEtag(IfMatch, current.etag)) throw preconditionFailed('If-Match');
}

const notTaken = (header: string) => `We don't accept the provided value of ${header} header for this API`;

/**
 * Checks that a key is unchanged since its upload began, for a completion with a condition.
 * @throws AwsError `ConditionalRequestConflict`
 */
export function checkUndisturbed({ IfMatch, IfNoneMatch }: WriteConditions, upload: MultipartUpload): void {
  if (upload.disturbed !== true || (IfMatch === undefined && IfNoneMatch === undefined)) return;
  throw conditionalConflict(IfMatch === undefined ? 'If-None-Match' : 'If-Match', upload.key);
}

/** Whether a key was changed after a date. A future date is no condition (RFC 9110). */
export function modifiedSince({ lastModified }: StoredObject, date: Date, now: number): boolean {
  return date.getTime() > now || wholeSecond(lastModified) > date.getTime();
}

/** Whether a key is unchanged since a date. */
export function unmodifiedSince({ lastModified }: StoredObject, date: Date): boolean {
  return wholeSecond(lastModified) <= date.getTime();
}

const wholeSecond = (time: number) => Math.floor(time / 1000) * 1000;

/** Whether an If-Match header's list contains an entity tag; quotes are optional, as in S3. */
export function sameEtag(header: string, etag: string): boolean {
  const bare = etag.replaceAll('"', '');
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replaceAll('"', '') === bare);
}
