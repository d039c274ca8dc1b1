import { AwsError } from '../../core/errors';
import { parsePolicy, type Statement } from '../iam/policy/document';
import { globMatches } from '../iam/policy/glob';
import { missingRole } from '../iam/policy/principals';
import type { IamState } from '../iam/state';
import { malformedPolicy } from './errors';

/** Actions on objects and on buckets ("Actions, resources, and condition keys for Amazon S3"); others are not checked. */
const ON_OBJECTS = /^s3:(Get|Put|Delete|Restore|Replicate)Object|^s3:(AbortMultipartUpload|ListMultipartUploadParts)$/i;
const ON_BUCKETS =
  /^s3:(((Get|Put|Delete|Create|List)Bucket)|(Get|Put)(Lifecycle|Encryption|Replication)Configuration)/i;

/**
 * Checks a bucket's policy as S3 does when it is put.
 * @param accountId the bucket's account, whose roles must be there if the policy names them
 * @throws AwsError `MalformedPolicy`
 */
export function checkPolicy(raw: string, bucket: string, accountId: string, iam: IamState): void {
  checkForm(raw);
  const statements = statementsIn(raw);
  const missing = missingRole(iam, accountId, statements);
  if (missing !== undefined) throw malformedPolicy('Invalid principal in policy', `"AWS" : "${missing.value}"`);
  for (const statement of statements) {
    for (const action of [...(statement.actions ?? []), ...(statement.notActions ?? [])])
      if (!/^(\*|s3:.+)$/i.test(action)) throw malformedPolicy('Policy has invalid action');
    for (const resource of [...(statement.resources ?? []), ...(statement.notResources ?? [])])
      if (!isOf(bucket, resource)) throw malformedPolicy('Policy has invalid resource');
    checkApplies(statement);
  }
}

function checkForm(raw: string): void {
  let policy: unknown;
  try {
    policy = raw.startsWith('{') ? JSON.parse(raw) : undefined;
  } catch {}
  if (policy === undefined) throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if ((policy as { Statement?: unknown }).Statement === undefined)
    throw malformedPolicy('Missing required field Statement');
}

function statementsIn(raw: string): readonly Statement[] {
  try {
    return parsePolicy(raw, 'resource');
  } catch (error) {
    throw malformedPolicy(error instanceof AwsError ? error.message : 'Policies must be valid JSON');
  }
}

/** Whether a resource of a policy is a bucket or in it. */
function isOf(bucket: string, resource: string): boolean {
  const [, pattern] = /^arn:aws:s3:::([^/]+)/.exec(resource) ?? [];
  return resource === '*' || (pattern !== undefined && globMatches(pattern, bucket));
}

/** Checks that each action has a resource of its kind: `s3:GetObject` on a bucket alone would never allow anything. */
function checkApplies({ actions = [], resources }: Statement): void {
  if (resources === undefined) return;
  const objects = resources.some((resource) => /[/*]/.test(resource));
  const buckets = resources.some((resource) => !resource.includes('/'));
  for (const action of actions)
    if ((ON_OBJECTS.test(action) && !objects) || (ON_BUCKETS.test(action) && !buckets))
      throw malformedPolicy('Action does not apply to any resource(s) in statement');
}
