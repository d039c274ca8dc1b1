import { parsePolicy } from '../iam/policy/document';
import { crossLocationLogging, invalidArgument, invalidLoggingTarget, malformedXml } from './errors';
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

/** @throws AwsError `InvalidTargetBucketForLogging`, `CrossLocationLoggingProhibitted`. */
export function checkLogging(document: XmlNode, { region }: Bucket, { buckets }: S3State): void {
  const [logging] = asList(document.LoggingEnabled);
  if (logging === undefined) return;
  const name = text(logging.TargetBucket) ?? '';
  const target = buckets.get(name);
  if (target === undefined) throw invalidLoggingTarget(name);
  if (target.region !== region) throw crossLocationLogging(region, target.region);
}
