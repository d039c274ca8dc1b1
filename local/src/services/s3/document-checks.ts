import { AwsError } from '../../core/errors';
import { parsePolicy } from '../iam/policy/document';
import { invalidArgument, malformedPolicy, malformedXml } from './errors';
import { checkTags } from './operations/common';
import { asList, text, type XmlNode } from './rest/xml';
import type { BucketRecord, Encryption } from './state';

/** Whether a setting of Block Public Access is on. */
export function isBlocked(bucket: BucketRecord, setting: 'BlockPublicAcls' | 'BlockPublicPolicy'): boolean {
  return new RegExp(`<${setting}>\\s*true`, 'i').test(bucket.documents.publicAccessBlock ?? '');
}

/** Whether a policy makes a bucket public: a statement allows everyone with no condition. */
export function isPublicPolicy(policy: string): boolean {
  return parsePolicy(policy, 'resource').some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && conditions.length === 0 && (principals ?? []).some(({ value }) => value === '*'),
  );
}

/** The tags of a TagSet element. @throws AwsError `InvalidTag`, `MalformedXML`. */
export function tagsIn(tagSet: unknown, max: number) {
  const list = asList((tagSet as XmlNode | undefined)?.Tag);
  return checkTags(
    list.map((tag) => {
      // A tag keeps its white space.
      if (typeof tag.Key !== 'string') throw malformedXml();
      return { Key: tag.Key, Value: typeof tag.Value === 'string' ? tag.Value : '' };
    }),
    max,
  );
}

export function defaultEncryption(document: XmlNode): Encryption {
  const rule = asList(document.Rule)[0];
  const byDefault = asList(rule?.ApplyServerSideEncryptionByDefault)[0];
  const algorithm = text(byDefault?.SSEAlgorithm);
  const kmsKeyId = text(byDefault?.KMSMasterKeyID);
  const bucketKey = text(rule?.BucketKeyEnabled) === 'true';
  if (byDefault === undefined) return { algorithm: 'AES256', bucketKey };
  if (algorithm === 'AES256') {
    if (kmsKeyId !== undefined)
      throw invalidArgument('a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms');
    return { algorithm };
  }
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') throw malformedXml();
  return { algorithm, kmsKeyId, bucketKey };
}

export function checkLifecycle(document: XmlNode): void {
  const rules = asList(document.Rule);
  if (rules.length === 0 || rules.length > 1_000) throw malformedXml();
  const ids = rules.map((rule) => text(rule.ID)).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
  for (const rule of rules) {
    if (text(rule.Status) !== 'Enabled' && text(rule.Status) !== 'Disabled') throw malformedXml();
    if (!LIFECYCLE_ACTIONS.some((name) => rule[name] !== undefined))
      throw new AwsError('InvalidRequest', 'At least one action needs to be specified in a rule');
  }
}

const LIFECYCLE_ACTIONS = [
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'AbortIncompleteMultipartUpload',
];

export function checkPolicy(raw: string, bucket: string): void {
  let statements: ReturnType<typeof parsePolicy>;
  try {
    statements = parsePolicy(raw, 'resource');
  } catch (error) {
    throw malformedPolicy(error instanceof AwsError ? error.message : 'Policies must be valid JSON');
  }
  for (const { resources, notResources } of statements) {
    for (const resource of [...(resources ?? []), ...(notResources ?? [])]) {
      if (
        resource !== '*' &&
        !resource.startsWith(`arn:aws:s3:::${bucket}`) &&
        !/^arn:aws:s3:::[^/]*[*?]/.test(resource)
      )
        throw malformedPolicy('Policy has invalid resource');
    }
  }
}
