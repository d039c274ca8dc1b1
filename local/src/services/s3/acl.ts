import { invalidArgument } from './errors';
import type { Bucket } from './state';

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const grant = (type: string, grantee: string, permission: string) =>
  `<Grant><Grantee ${XSI} xsi:type="${type}">${grantee}</Grantee><Permission>${permission}</Permission></Grant>`;
const groupGrant = (group: string, permission: string) =>
  grant('Group', `<URI>http://acs.amazonaws.com/groups/${group}</URI>`, permission);

/** Grants of each canned ACL besides the owner's full control (Amazon S3 User Guide, "Canned ACL"). */
const CANNED_GRANTS: Readonly<Record<string, string>> = {
  private: '',
  'bucket-owner-full-control': '',
  'public-read': groupGrant('global/AllUsers', 'READ'),
  'public-read-write': groupGrant('global/AllUsers', 'READ') + groupGrant('global/AllUsers', 'WRITE'),
  'authenticated-read': groupGrant('global/AuthenticatedUsers', 'READ'),
  'log-delivery-write': groupGrant('s3/LogDelivery', 'WRITE') + groupGrant('s3/LogDelivery', 'READ_ACP'),
};

/** An ACL document with full control for the owner. */
export function ownerAcl(accountId: string, more = ''): string {
  const owner = `<ID>${accountId}</ID>`;
  const own = grant('CanonicalUser', owner, 'FULL_CONTROL');
  return `<Owner>${owner}</Owner><AccessControlList>${own}${more}</AccessControlList>`;
}

/** The document of a canned ACL. @throws AwsError `InvalidArgument` for an unknown name */
export function cannedAcl(name: string, accountId: string): string {
  const more = CANNED_GRANTS[name];
  if (more === undefined) throw invalidArgument('', 'x-amz-acl', name);
  return ownerAcl(accountId, more);
}

/** Canned ACLs for objects (Amazon S3 API Reference, PutObject's `x-amz-acl`). */
export const OBJECT_ACLS: readonly string[] = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
];

/** Whether an ACL's document grants anything to everybody, in the sense of Block Public Access. */
export function isPublicAcl(document: string): boolean {
  return /groups\/global\/(?:AllUsers|AuthenticatedUsers)\b/.test(document);
}

export const OWNERSHIPS: readonly string[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

/** A bucket's Object Ownership; `ObjectWriter` without ownership controls, S3's former default. */
export function ownershipOf(bucket: Bucket): string {
  return /<ObjectOwnership>\s*(\w+)/.exec(bucket.documents.ownershipControls ?? '')?.[1] ?? 'ObjectWriter';
}
