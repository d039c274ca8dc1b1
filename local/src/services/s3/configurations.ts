import { randomUUID } from 'node:crypto';
import type { OperationName } from '../../core/contract';
import type { AwsError } from '../../core/errors';
import type { Caller, Context } from '../../core/operation';
import { IamState } from '../iam/state';
import { cannedAcl, isPublicAcl, OWNERSHIPS, ownerAcl, ownershipOf } from './acl';
import { requireCorsRules } from './cors';
import { checkLogging, defaultEncryption, isBlocked, isPublicPolicy, tagsIn } from './document-checks';
import {
  aclsOff,
  illegalVersioning,
  invalidRequest,
  malformedXml,
  notFound,
  publicAclBlocked,
  publicPolicyBlocked,
} from './errors';
import { checkLifecycle, withRuleIds } from './lifecycle-rules';
import { Notifier } from './notifications/notifier';
import { checkRegions, readRules, renderRules } from './notifications/rules';
import { checkPolicy } from './policy-checks';
import { asList, parseXml, text, type XmlNode } from './rest/xml';
import { type Bucket, S3State } from './state';

type S3Operation = OperationName<typeof import('@aws-sdk/client-s3')>;

/**
 * One configuration of a bucket: a document that is put, returned and deleted as a whole, with S3's answer before one
 * is put. Settings derived from it are computed when it is put.
 */
export interface BucketDocument {
  /** Sub-resource in the query: `?lifecycle`. */
  readonly name: string;
  /** Operation names, `Get…`, `Put…` and `Delete…`; omitted ones don't exist. */
  readonly get: S3Operation;
  readonly put?: S3Operation;
  readonly delete?: S3Operation;
  /** IAM actions, which differ from the operations' names. */
  readonly actions: { readonly get: string; readonly put: string };
  /** Default content of the root, or an error. */
  readonly absent: (bucket: Bucket) => string | AwsError;
  /** The document of a header's canned name, if the request has no document. */
  readonly canned?: (name: string, accountId: string) => string;
  /** Checks a document and returns the other changes of the bucket. @param content content to store */
  readonly accept?: (document: XmlNode, bucket: Bucket, content: string, caller: Caller) => Partial<Bucket>;
  /** The content to store; undefined if it is the request's. @throws AwsError if S3 would refuse it */
  readonly render?: (document: XmlNode) => string | undefined;
  /** Whether a document is empty, so that putting it deletes the stored one. */
  readonly isNone?: (document: XmlNode, bucket: Bucket) => boolean;
  /** Checks that need other services, before the document is stored, unless the request skips them. @throws AwsError */
  readonly prepare?: (document: XmlNode, bucket: Bucket, context: Context, content: string) => Promise<void> | void;
  /** Other changes of the bucket when the document is deleted. */
  readonly onDelete?: Partial<Bucket>;
}

const missing = (code: string, message: string) => (bucket: Bucket) => notFound(code, message, bucket.name);
const action = (name: string) => ({ get: `Get${name}`, put: `Put${name}` });

export const BUCKET_DOCUMENTS: readonly BucketDocument[] = [
  {
    name: 'versioning',
    get: 'GetBucketVersioning',
    put: 'PutBucketVersioning',
    actions: action('BucketVersioning'),
    absent: () => '',
    accept: ({ Status, MfaDelete }) => {
      if (Status === undefined) throw illegalVersioning();
      if (MfaDelete !== undefined && MfaDelete !== 'Enabled' && MfaDelete !== 'Disabled') throw malformedXml();
      if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml();
      return { versioning: Status };
    },
  },
  {
    name: 'encryption',
    get: 'GetBucketEncryption',
    put: 'PutBucketEncryption',
    delete: 'DeleteBucketEncryption',
    actions: action('EncryptionConfiguration'),
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
    absent: missing('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'),
    render: withRuleIds,
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
    prepare: (_document, bucket, { cloud }, content) =>
      checkPolicy(content, bucket.name, bucket.accountId, cloud.state(IamState)),
    accept: (_document, bucket, content, caller) => {
      if (isBlocked(bucket, 'BlockPublicPolicy') && isPublicPolicy(content))
        throw publicPolicyBlocked(caller.principalArn, bucket.name);
      return {};
    },
  },
  {
    name: 'publicAccessBlock',
    get: 'GetPublicAccessBlock',
    put: 'PutPublicAccessBlock',
    delete: 'DeletePublicAccessBlock',
    actions: action('BucketPublicAccessBlock'),
    absent: missing('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'),
    render: (document) =>
      ACCESS_BLOCKS.map((name) => `<${name}>${text(document[name])?.toLowerCase() === 'true'}</${name}>`).join(''),
  },
  {
    name: 'ownershipControls',
    get: 'GetBucketOwnershipControls',
    put: 'PutBucketOwnershipControls',
    delete: 'DeleteBucketOwnershipControls',
    actions: action('BucketOwnershipControls'),
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
    absent: missing('NoSuchTagSet', 'The TagSet does not exist'),
    accept: ({ TagSet }) => {
      tagsIn(TagSet);
      return {};
    },
    isNone: ({ TagSet }) => asList(asList(TagSet)[0]?.Tag).length === 0,
  },
  {
    name: 'logging',
    get: 'GetBucketLogging',
    put: 'PutBucketLogging',
    actions: action('BucketLogging'),
    absent: () => '',
    prepare: (document, bucket, context) => checkLogging(document, bucket, context.cloud.state(S3State)),
  },
  {
    name: 'acl',
    get: 'GetBucketAcl',
    put: 'PutBucketAcl',
    actions: action('BucketAcl'),
    absent: (bucket) => ownerAcl(bucket.accountId),
    canned: cannedAcl,
    accept: (_document, bucket, content, caller) => {
      if (ownershipOf(bucket) === 'BucketOwnerEnforced') throw aclsOff();
      if (isBlocked(bucket, 'BlockPublicAcls') && isPublicAcl(content))
        throw publicAclBlocked(caller.principalArn, bucket.name);
      return {};
    },
  },
  {
    name: 'cors',
    get: 'GetBucketCors',
    put: 'PutBucketCors',
    delete: 'DeleteBucketCors',
    actions: action('BucketCORS'),
    absent: missing('NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
    accept: (document) => {
      requireCorsRules(document);
      return {};
    },
  },
  {
    name: 'notification',
    get: 'GetBucketNotificationConfiguration',
    put: 'PutBucketNotificationConfiguration',
    actions: action('BucketNotification'),
    absent: () => '',
    render: (document) => renderRules(readRules(document, randomUUID)),
    accept: (document, bucket) => {
      checkRegions(readRules(document, randomUUID), bucket.region);
      return {};
    },
    prepare: (document, bucket, context) => {
      const rules = readRules(document, randomUUID);
      // A destination of another region is refused as such, not as one that isn't there.
      checkRegions(rules, bucket.region);
      return context.cloud.state(Notifier).check(rules, bucket, context);
    },
  },
  {
    name: 'accelerate',
    get: 'GetBucketAccelerateConfiguration',
    put: 'PutBucketAccelerateConfiguration',
    actions: action('AccelerateConfiguration'),
    absent: () => '',
    accept: ({ Status }, { name }) => {
      if (name.includes('.'))
        throw invalidRequest('S3 Transfer Acceleration is not supported for buckets with periods (.) in their names');
      if (!['Enabled', 'Suspended'].includes(text(Status) ?? '')) throw malformedXml();
      return {};
    },
    // Suspending requires that it was enabled once.
    isNone: ({ Status }, { documents }) => text(Status) === 'Suspended' && documents.accelerate === undefined,
  },
  {
    name: 'requestPayment',
    get: 'GetBucketRequestPayment',
    put: 'PutBucketRequestPayment',
    actions: action('BucketRequestPayment'),
    absent: () => '<Payer>BucketOwner</Payer>',
    accept: ({ Payer }) => {
      if (!['BucketOwner', 'Requester'].includes(text(Payer) ?? '')) throw malformedXml();
      return {};
    },
  },
  // Configurations that can't be put here, but are read by clients: S3's answer for a bucket without them.
  {
    name: 'website',
    get: 'GetBucketWebsite',
    actions: action('BucketWebsite'),
    absent: missing('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'),
  },
  {
    name: 'replication',
    get: 'GetBucketReplication',
    actions: action('ReplicationConfiguration'),
    absent: missing('ReplicationConfigurationNotFoundError', 'The replication configuration was not found'),
  },
  {
    name: 'object-lock',
    get: 'GetObjectLockConfiguration',
    actions: action('BucketObjectLockConfiguration'),
    absent: missing('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'),
  },
];

const ACCESS_BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

/** Configurations of new buckets since April 2023. */
export const NEW_BUCKET_DOCUMENTS: Readonly<Record<string, string>> = {
  ownershipControls: ownershipDocument('BucketOwnerEnforced'),
  publicAccessBlock:
    '<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>',
};

export function ownershipDocument(ownership: string): string {
  return `<Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule>`;
}

/** The content of a document's root element, as sent. @throws AwsError `MalformedXML` */
export function contentOf(raw: string, root: string): { document: XmlNode; content: string } {
  const document = parseXml(raw)[root];
  if (document === undefined) throw malformedXml();
  const match = new RegExp(`<(?:\\w+:)?${root}(?:\\s[^>]*)?(?:/>|>([\\s\\S]*)</(?:\\w+:)?${root}\\s*>)`).exec(raw);
  return { document: typeof document === 'object' ? (document as XmlNode) : {}, content: (match?.[1] ?? '').trim() };
}
