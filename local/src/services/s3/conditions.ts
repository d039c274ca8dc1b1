import { conditionalConflict, headerNotImplemented, noSuchKey, preconditionFailed } from './errors';
import type { MultipartUpload, StoredObject } from './state';

/** Conditions of a write (Amazon S3 User Guide, "Conditional requests"). */
export interface WriteConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/** @throws AwsError `PreconditionFailed`; `NoSuchKey` if there is nothing that IfMatch could match; `NotImplemented`. */
export function checkWriteConditions(
  { IfMatch, IfNoneMatch }: WriteConditions,
  current: StoredObject | undefined,
  key: string,
): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined)
    throw headerNotImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  // A write is for a key that isn't there, or for one entity tag: S3 knows no third.
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
 * Checks that nobody changed a key since an upload for it began, where the completion has a condition.
 * @throws AwsError `ConditionalRequestConflict`.
 */
export function checkUndisturbed({ IfMatch, IfNoneMatch }: WriteConditions, upload: MultipartUpload): void {
  if (upload.disturbed !== true || (IfMatch === undefined && IfNoneMatch === undefined)) return;
  throw conditionalConflict(IfMatch === undefined ? 'If-None-Match' : 'If-Match', upload.key);
}

/** Whether a key was changed after a date. A date that is still to come is no condition (RFC 9110). */
export function modifiedSince({ lastModified }: StoredObject, date: Date, now: number): boolean {
  return date.getTime() > now || wholeSecond(lastModified) > date.getTime();
}

/** Whether a key is as it was at a date. */
export function unmodifiedSince({ lastModified }: StoredObject, date: Date): boolean {
  return wholeSecond(lastModified) <= date.getTime();
}

const wholeSecond = (time: number) => Math.floor(time / 1000) * 1000;

/** Whether an If-Match header's list names an entity tag; quotes are optional, as S3 has it. */
export function sameEtag(header: string, etag: string): boolean {
  const bare = etag.replaceAll('"', '');
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replaceAll('"', '') === bare);
}
