import type { Credential } from '../core/http';
import type { Caller } from '../core/operation';
import { asCaller } from '../core/owner';

/** Account of credentials that name none: twelve zeros, which no AWS account has. */
export const DEFAULT_ACCOUNT = '000000000000';
export const DEFAULT_REGION = 'us-east-1';

/**
 * Reads the credential of a header or a presigned query, by either version of AWS's signatures, which aren't checked.
 */
export function readCredential(headers: Readonly<Record<string, string>>, query: URLSearchParams): Credential {
  const authorization = headers.authorization ?? '';
  const signed = /Credential=([^,\s]+)/.exec(authorization)?.[1];
  // Signature version 2, boto3's default for presigned S3 URLs: an access key, and no scope. A header's credential goes
  // first, or a parameter could make another caller of a role's session.
  const legacy = /^AWS ([^:\s]+):/.exec(authorization)?.[1] ?? query.get('AWSAccessKeyId') ?? undefined;
  if (signed === undefined && legacy !== undefined) return { accessKeyId: legacy, service: 's3' };
  const scope = signed ?? query.get('X-Amz-Credential') ?? undefined;
  if (scope === undefined) return {};
  const [accessKeyId, , region, service] = scope.split('/');
  // Checked, since a region becomes part of paths and ARNs.
  return { accessKeyId, service, ...(/^[a-z0-9-]{1,32}$/.test(region ?? '') ? { region } : {}) };
}

/**
 * The account's owner as a caller. A twelve-digit access key is the account's id; any other means the default account.
 */
export function ownerOf(credential: Credential): Caller {
  const accountId = /^\d{12}$/.test(credential.accessKeyId ?? '')
    ? (credential.accessKeyId as string)
    : DEFAULT_ACCOUNT;
  return asCaller({ accountId, region: credential.region ?? DEFAULT_REGION });
}
