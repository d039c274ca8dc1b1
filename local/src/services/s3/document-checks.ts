import { AwsError } from '../../core/errors';
import { parsePolicy } from '../iam/policy/document';
import { bucketArn } from './arn';
import { crossLocationLogging, invalidArgument, invalidLoggingTarget, malformedPolicy, malformedXml } from './errors';
import { BUCKET_TAGS, checkTags } from './operations/common';
import { asList, text, type XmlNode } from './rest/xml';
import type { Bucket, Encryption, S3State } from './state';

/** Whether a setting of Block Public Access is on. */
export function isBlocked(bucket: Bucket, setting: 'BlockPublicAcls' | 'BlockPublicPolicy'): boolean {
  return new RegExp(`<${setting}>\\s*true`, 'i').test(bucket.documents.publicAccessBlock ?? '');
}

/** Whether a policy makes a bucket public: a statement allows everyone without a condition. */
export function isPublicPolicy(policy: string): boolean {
  return parsePolicy(policy, 'resource').some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && conditions.length === 0 && (principals ?? []).some(({ value }) => value === '*'),
  );
}

/** The tags of a TagSet element. @throws AwsError `InvalidTag`, `MalformedXML`. */
export function tagsIn(tagSet: unknown) {
  const list = asList((tagSet as XmlNode | undefined)?.Tag);
  return checkTags(
    list.map((tag) => {
      // A tag keeps its white space.
      if (typeof tag.Key !== 'string' || typeof tag.Value !== 'string') throw malformedXml();
      return { Key: tag.Key, Value: tag.Value };
    }),
    BUCKET_TAGS,
  );
}

export function defaultEncryption(document: XmlNode): Encryption {
  const [rule, ...others] = asList(document.Rule);
  if (rule === undefined || others.length > 0) throw malformedXml();
  const byDefault = asList(rule.ApplyServerSideEncryptionByDefault)[0];
  const algorithm = text(byDefault?.SSEAlgorithm);
  const kmsKeyId = text(byDefault?.KMSMasterKeyID);
  const bucketKey = text(rule.BucketKeyEnabled) === 'true';
  if (byDefault === undefined) return { algorithm: 'AES256', bucketKey };
  if (algorithm === 'AES256') {
    if (kmsKeyId !== undefined)
      throw invalidArgument(
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        'ApplyServerSideEncryptionByDefault',
      );
    return { algorithm };
  }
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') throw malformedXml();
  return { algorithm, kmsKeyId, bucketKey };
}

/** S3's checks of a policy before its statements. @throws AwsError `MalformedPolicy` */
function checkPolicyForm(raw: string): void {
  let policy: unknown;
  try {
    policy = raw.startsWith('{') ? JSON.parse(raw) : undefined;
  } catch {}
  if (policy === undefined) throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if ((policy as { Statement?: unknown }).Statement === undefined)
    throw malformedPolicy('Missing required field Statement');
}

export function checkPolicy(raw: string, bucket: string): void {
  checkPolicyForm(raw);
  let statements: ReturnType<typeof parsePolicy>;
  try {
    statements = parsePolicy(raw, 'resource');
  } catch (error) {
    throw malformedPolicy(error instanceof AwsError ? error.message : 'Policies must be valid JSON');
  }
  for (const { resources, notResources } of statements) {
    for (const resource of [...(resources ?? []), ...(notResources ?? [])]) {
      if (resource !== '*' && !resource.startsWith(bucketArn(bucket)) && !/^arn:aws:s3:::[^/]*[*?]/.test(resource))
        throw malformedPolicy('Policy has invalid resource');
    }
  }
}

/** @throws AwsError `InvalidTargetBucketForLogging`, `CrossLocationLoggingProhibitted`. */
export function checkLogging(document: XmlNode, { region }: Bucket, { buckets }: S3State): void {
  const [logging] = asList(document.LoggingEnabled);
  if (logging === undefined) return;
  const name = text(logging.TargetBucket) ?? '';
  const target = buckets.get(name);
  if (target === undefined) throw invalidLoggingTarget(name);
  if (target.region !== region) throw crossLocationLogging(region, target.region);
}
