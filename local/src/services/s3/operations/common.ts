import type { Cloud } from '../../../core/cloud';
import type { Caller, Context, Permission } from '../../../core/operation';
import { OBJECT_ACLS, ownershipOf } from '../acl';
import { objectArn } from '../arn';
import { type EncryptionInput, encryptionOf, keyPermission, withUsableKey } from '../encryption';
import {
  aclsOff,
  badRequest,
  invalidArgument,
  invalidRedirect,
  invalidStorageClass,
  invalidTag,
  keyTooLong,
  metadataTooLarge,
} from '../errors';
import { metadataText } from '../metadata';
import { type Bucket, type ObjectHeaders, S3State, type StoredObject, type Tag } from '../state';
import { isStorable } from '../table-keys';

const MAX_KEY_BYTES = 1_024;

/** @throws AwsError `KeyTooLongError`. */
export function checkKey(bucket: string, key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES || !isStorable(bucket, key)) throw keyTooLong(size, MAX_KEY_BYTES);
}

/**
 * Most bytes of user-defined metadata, names and values together (Amazon S3 User Guide, "Working with object
 * metadata").
 */
const MAX_METADATA_BYTES = 2_048;

/** Storage classes of general purpose buckets ("PutObject, x-amz-storage-class"). */
export const STORAGE_CLASSES: ReadonlySet<string> = new Set(
  'STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER DEEP_ARCHIVE GLACIER_IR'.split(' '),
);

/** The headers stored with an object, with S3's defaults. @throws AwsError `MetadataTooLarge` */
export function headersOf(input: ObjectHeaders): ObjectHeaders {
  const size = Object.entries(input.Metadata ?? {}).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (size > MAX_METADATA_BYTES) throw metadataTooLarge(size, MAX_METADATA_BYTES);
  if (input.StorageClass !== undefined && !STORAGE_CLASSES.has(input.StorageClass))
    throw invalidStorageClass(input.StorageClass);
  if (input.WebsiteRedirectLocation !== undefined && !/^(https?:\/)?\//.test(input.WebsiteRedirectLocation))
    throw invalidRedirect();
  // Chunk framing belongs to the request, not to the object.
  const encoding = input.ContentEncoding?.split(',')
    .filter((part) => part.trim() !== 'aws-chunked')
    .join(',');
  return {
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    ContentEncoding: encoding === '' ? undefined : encoding,
    ContentLanguage: input.ContentLanguage,
    ContentType: input.ContentType ?? 'binary/octet-stream',
    ExpiresString: input.ExpiresString,
    WebsiteRedirectLocation: input.WebsiteRedirectLocation,
    StorageClass: input.StorageClass,
    Metadata:
      input.Metadata &&
      Object.fromEntries(Object.entries(input.Metadata).map(([name, value]) => [name, metadataText(value)])),
  };
}

/**
 * Checks an object's ACL. With BucketOwnerEnforced, as in all new buckets, only full control for the bucket's owner is
 * possible.
 * @throws AwsError `InvalidArgument`, `AccessControlListNotSupported`
 */
export function checkObjectAcl(acl: string | undefined, bucket: Bucket): void {
  if (acl === undefined || acl === 'bucket-owner-full-control') return;
  if (!OBJECT_ACLS.includes(acl)) throw invalidArgument('', 'x-amz-acl', acl);
  if (ownershipOf(bucket) === 'BucketOwnerEnforced') throw aclsOff();
}

type WriteInput = EncryptionInput &
  ObjectHeaders & { readonly Bucket: string; readonly Key: string; readonly ACL?: string; readonly Tagging?: string };

/** Checks the members of a write besides the body. @throws AwsError for the first wrong one */
export async function describeNew(input: WriteInput, context: Context) {
  const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
  checkKey(input.Bucket, input.Key);
  checkObjectAcl(input.ACL, bucket);
  const encryption = await withUsableKey(encryptionOf(input, bucket), bucket, context);
  return { state, bucket, encryption, tags: tagsOf(input.Tagging), headers: headersOf(input) };
}

/** Permissions of a role to write an object: S3's action, and the key's if there is one. */
export function writePermissions(
  input: EncryptionInput & { Bucket: string; Key: string },
  context: Context,
): readonly Permission[] {
  const bucket = context.cloud.state(S3State).buckets.get(input.Bucket);
  const put: Permission = {
    action: 's3:PutObject',
    resource: objectArn(input.Bucket, input.Key),
    conditions:
      input.ServerSideEncryption === undefined
        ? undefined
        : { 's3:x-amz-server-side-encryption': input.ServerSideEncryption },
  };
  if (bucket === undefined) return [put];
  return [put, ...keyPermission('GenerateDataKey', encryptionOf(input, bucket), bucket, input.Key, context)];
}

/** Parses the header `x-amz-tagging`: `a=1&b=2`. @throws AwsError `InvalidTag`, `InvalidArgument` */
export function tagsOf(header = ''): Tag[] {
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
  const isForm = header.split('&').every((pair) => pair.split('=').length <= 2);
  if (!isForm || new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    );
  return checkTags(tags, OBJECT_TAGS);
}

/** Limits of a taggable resource: number of tags, and the error for `aws:`. */
interface Tagged {
  readonly max: number;
  readonly counted: string;
  readonly reserved: string;
}
export const OBJECT_TAGS: Tagged = {
  max: 10,
  counted: 'Object tags',
  reserved: 'Your TagKey cannot be prefixed with aws:',
};
export const BUCKET_TAGS: Tagged = {
  max: 50,
  counted: 'Bucket tag count',
  reserved: 'System tags cannot be added/updated by requester',
};
export const NEW_BUCKET_TAGS: Tagged = {
  max: 50,
  counted: 'Bucket tag count',
  reserved:
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
};

/** Letters, white space, digits and some signs ("Tag naming and usage conventions"). */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws AwsError `InvalidTag`, `BadRequest` for too many. */
export function checkTags(tags: readonly Tag[], { max, counted, reserved }: Tagged): Tag[] {
  if (tags.length > max) throw badRequest(`${counted} cannot be greater than ${max}`);
  const seen = new Set<string>();
  for (const { Key, Value } of tags) {
    if (Key.length === 0 || Key.length > 128 || !TAG_TEXT.test(Key))
      throw invalidTag('The TagKey you have provided is invalid', Key);
    if (Value.length > 256 || !TAG_TEXT.test(Value))
      throw invalidTag('The TagValue you have provided is invalid', Key, Value);
    if (seen.has(Key)) throw invalidTag('Cannot provide multiple Tags with the same key', Key);
    if (/^aws:/i.test(Key)) throw invalidTag(reserved, reserved === NEW_BUCKET_TAGS.reserved ? undefined : Key);
    seen.add(Key);
  }
  return [...tags];
}

export const stateOf = (cloud: Cloud, bucket: string, caller: Caller) => {
  const state = cloud.state(S3State);
  return { state, bucket: state.bucket(bucket, caller) };
};

/** The version id that S3 returns: none in a bucket that never had versioning. */
export const versionOf = (bucket: Bucket, object: StoredObject): string | undefined =>
  bucket.versioning === undefined ? undefined : object.versionId;
