import { AwsError } from '../../core/errors';
import { parsePolicy } from '../iam/policy/document';
import { cannedAcl, ownerAcl } from './acl';
import { aclsOff, illegalVersioning, invalidArgument, malformedPolicy, malformedXml, notFound } from './errors';
import { checkTags } from './operations/common';
import { asList, parseXml, text, type XmlNode } from './rest/xml';
import type { BucketRecord, Encryption } from './state';

/**
 * One configuration of a bucket: a document that is put, given back and deleted as a whole, and what S3 answers before
 * one is put. What behaviour depends on it is taken from the document when it is put.
 */
export interface BucketDocument {
  /** The sub-resource in the query: `?lifecycle`. */
  readonly name: string;
  /** Operation names: `Get…`, `Put…` and `Delete…` of these; what is left out doesn't exist. */
  readonly get: string;
  readonly put?: string;
  readonly delete?: string;
  /** IAM actions; S3's differ from its operations' names. */
  readonly actions: { readonly get: string; readonly put: string };
  /** The document's root element; undefined for the policy, which is JSON. */
  readonly root?: string;
  /** What is there when none was put: the root's content, or an error. */
  readonly absent: (bucket: BucketRecord) => string | AwsError;
  /** The document that a header's short name stands for, where the request has no document. */
  readonly canned?: (name: string, accountId: string) => string;
  /** Checks a document and takes from it what else it changes of the bucket. */
  readonly accept?: (document: XmlNode, bucket: BucketRecord, raw: string) => Partial<BucketRecord>;
  /** What deleting the document changes besides. */
  readonly onDelete?: Partial<BucketRecord>;
}

const missing = (code: string, message: string) => (bucket: BucketRecord) => notFound(code, message, bucket.name);
const action = (name: string) => ({ get: `Get${name}`, put: `Put${name}` });

export const BUCKET_DOCUMENTS: readonly BucketDocument[] = [
  {
    name: 'versioning',
    get: 'GetBucketVersioning',
    put: 'PutBucketVersioning',
    actions: action('BucketVersioning'),
    root: 'VersioningConfiguration',
    absent: () => '',
    accept: ({ Status }) => {
      if (Status !== 'Enabled' && Status !== 'Suspended') throw illegalVersioning();
      return { versioning: Status };
    },
  },
  {
    name: 'encryption',
    get: 'GetBucketEncryption',
    put: 'PutBucketEncryption',
    delete: 'DeleteBucketEncryption',
    actions: action('EncryptionConfiguration'),
    root: 'ServerSideEncryptionConfiguration',
    absent: () =>
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>',
    accept: (document) => ({ encryption: defaultEncryption(document) }),
    onDelete: { encryption: { algorithm: 'AES256' } },
  },
  {
    name: 'lifecycle',
    get: 'GetBucketLifecycleConfiguration',
    put: 'PutBucketLifecycleConfiguration',
    delete: 'DeleteBucketLifecycle',
    actions: action('LifecycleConfiguration'),
    root: 'LifecycleConfiguration',
    absent: missing('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'),
    accept: (document) => {
      checkLifecycle(document);
      return {};
    },
  },
  {
    name: 'policy',
    get: 'GetBucketPolicy',
    put: 'PutBucketPolicy',
    delete: 'DeleteBucketPolicy',
    actions: action('BucketPolicy'),
    absent: missing('NoSuchBucketPolicy', 'The bucket policy does not exist'),
    accept: (_document, bucket, raw) => {
      checkPolicy(raw, bucket.name);
      return {};
    },
  },
  {
    name: 'publicAccessBlock',
    get: 'GetPublicAccessBlock',
    put: 'PutPublicAccessBlock',
    delete: 'DeletePublicAccessBlock',
    actions: action('BucketPublicAccessBlock'),
    root: 'PublicAccessBlockConfiguration',
    absent: missing('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'),
  },
  {
    name: 'ownershipControls',
    get: 'GetBucketOwnershipControls',
    put: 'PutBucketOwnershipControls',
    delete: 'DeleteBucketOwnershipControls',
    actions: action('BucketOwnershipControls'),
    root: 'OwnershipControls',
    absent: missing('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'),
    accept: ({ Rule }) => {
      const rules = asList(Rule);
      if (rules.length !== 1 || !OWNERSHIPS.includes(text(rules[0]?.ObjectOwnership) ?? '')) throw malformedXml();
      return {};
    },
  },
  {
    name: 'tagging',
    get: 'GetBucketTagging',
    put: 'PutBucketTagging',
    delete: 'DeleteBucketTagging',
    actions: action('BucketTagging'),
    root: 'Tagging',
    absent: missing('NoSuchTagSet', 'The TagSet does not exist'),
    accept: ({ TagSet }) => {
      tagsIn(TagSet, 50);
      return {};
    },
  },
  {
    name: 'logging',
    get: 'GetBucketLogging',
    put: 'PutBucketLogging',
    actions: action('BucketLogging'),
    root: 'BucketLoggingStatus',
    absent: () => '',
  },
  {
    name: 'acl',
    get: 'GetBucketAcl',
    put: 'PutBucketAcl',
    actions: action('BucketAcl'),
    root: 'AccessControlPolicy',
    absent: (bucket) => ownerAcl(bucket.accountId),
    canned: cannedAcl,
    accept: (_document, bucket) => {
      if (ownershipOf(bucket) === 'BucketOwnerEnforced') throw aclsOff();
      return {};
    },
  },
  readOnly('accelerate', 'GetBucketAccelerateConfiguration', 'AccelerateConfiguration', () => ''),
  readOnly(
    'requestPayment',
    'GetBucketRequestPayment',
    'RequestPaymentConfiguration',
    () => '<Payer>BucketOwner</Payer>',
  ),
  readOnly('notification', 'GetBucketNotificationConfiguration', 'NotificationConfiguration', () => ''),
  readOnly(
    'cors',
    'GetBucketCors',
    'CORSConfiguration',
    missing('NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
  ),
  readOnly(
    'website',
    'GetBucketWebsite',
    'WebsiteConfiguration',
    missing('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'),
  ),
  readOnly(
    'replication',
    'GetBucketReplication',
    'ReplicationConfiguration',
    missing('ReplicationConfigurationNotFoundError', 'The replication configuration was not found'),
  ),
  readOnly(
    'object-lock',
    'GetObjectLockConfiguration',
    'ObjectLockConfiguration',
    missing('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'),
  ),
];

/** Configurations that can't be put here are asked for all the same: S3's answer for a bucket without them. */
function readOnly(name: string, get: string, root: string, absent: BucketDocument['absent']): BucketDocument {
  return { name, get, root, absent, actions: action(get.slice(3)) };
}

const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

/** What S3 has given every new bucket since April 2023. */
export const NEW_BUCKET_DOCUMENTS: Readonly<Record<string, string>> = {
  ownershipControls: ownershipDocument('BucketOwnerEnforced'),
  publicAccessBlock:
    '<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>',
};

export function ownershipDocument(ownership: string): string {
  return `<Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule>`;
}

/** Who owns a bucket's objects; without controls it is as S3 was before it had them. */
export function ownershipOf(bucket: BucketRecord): string {
  return /<ObjectOwnership>\s*(\w+)/.exec(bucket.documents.ownershipControls ?? '')?.[1] ?? 'ObjectWriter';
}

/** The tags of a TagSet element. @throws AwsError `InvalidTag`, `MalformedXML`. */
export function tagsIn(tagSet: unknown, max: number) {
  const list = asList((tagSet as XmlNode | undefined)?.Tag);
  return checkTags(
    list.map((tag) => {
      const Key = text(tag.Key);
      if (Key === undefined) throw malformedXml();
      return { Key, Value: text(tag.Value) ?? '' };
    }),
    max,
  );
}

function defaultEncryption(document: XmlNode): Encryption {
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

function checkLifecycle(document: XmlNode): void {
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

function checkPolicy(raw: string, bucket: string): void {
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

/** The content of a document's root element, as it was sent. @throws AwsError `MalformedXML`. */
export function contentOf(raw: string, root: string): { document: XmlNode; content: string } {
  const document = parseXml(raw)[root];
  if (document === undefined) throw malformedXml();
  const match = new RegExp(`<(?:\\w+:)?${root}(?:\\s[^>]*)?(?:/>|>([\\s\\S]*)</(?:\\w+:)?${root}\\s*>)`).exec(raw);
  return { document: typeof document === 'object' ? (document as XmlNode) : {}, content: (match?.[1] ?? '').trim() };
}
