import { isIP } from 'node:net';
import { escapeXml } from '../../../http/protocols/query';
import { fileName } from '../../../store/file-name';
import { cannedAcl, isPublicAcl, OWNERSHIPS } from '../acl';
import { bucketArn, onBucket } from '../arn';
import { NEW_BUCKET_DOCUMENTS, ownershipDocument } from '../configurations';
import { operation } from '../contract';
import { isPublicPolicy } from '../document-checks';
import {
  aclWithBlock,
  aclWithOwnership,
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  bucketNotEmptyOfVersions,
  illegalLocation,
  invalidArgument,
  invalidBucketName,
  invalidLocation,
  notFound,
  tooManyBuckets,
} from '../errors';
import type { Bucket } from '../state';
import { afterPrefix, objectKey } from '../table-keys';
import { checkTags, NEW_BUCKET_TAGS, stateOf } from './common';

/** Most general purpose buckets of an account. */
const MAX_BUCKETS = 10_000;

export const createBucket = operation('CreateBucket', {
  permissions: onBucket('CreateBucket'),
  handle: async (input, { state, cloud, caller }) => {
    checkBucketName(input.Bucket);
    const constraint = input.CreateBucketConfiguration?.LocationConstraint;
    const region = regionFor(constraint, caller.region);
    const tagging = taggingDocument(input.CreateBucketConfiguration?.Tags);
    const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced';
    if (!OWNERSHIPS.includes(ownership))
      throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, 'x-amz-object-ownership');
    const bucket: Bucket = {
      name: input.Bucket,
      accountId: caller.accountId,
      region,
      ...(constraint === 'EU' && { location: constraint }),
      createdAt: cloud.clock.now(),
      encryption: { algorithm: 'AES256' },
      documents: {
        ...NEW_BUCKET_DOCUMENTS,
        ownershipControls: ownershipDocument(ownership),
        ...aclDocument(input.ACL, ownership, caller.accountId),
        ...tagging,
      },
    };
    await state.commit([], () => {
      const old = state.buckets.get(bucket.name);
      if (old !== undefined && old.accountId !== caller.accountId) throw bucketAlreadyExists(bucket.name);
      // In us-east-1, for historical reasons, creating one's own bucket again succeeds and changes nothing.
      const isSame = old?.region === region && region === 'us-east-1' && tagging.tagging === undefined;
      if (old !== undefined && !isSame) throw bucketAlreadyOwnedByYou(bucket.name);
      if (old !== undefined) return;
      if (state.buckets.getCount() >= MAX_BUCKETS) throw tooManyBuckets();
      state.buckets.put(bucket.name, bucket);
    });
    const Location =
      caller.region === 'us-east-1' && region === 'us-east-1' ? `/${bucket.name}` : locationOf(bucket.name);
    return { Location, BucketArn: bucketArn(bucket.name) };
  },
});

export const deleteBucket = operation('DeleteBucket', {
  permissions: onBucket('DeleteBucket'),
  handle: async (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const all = objectKey(bucket.name, '');
    const range = { start: all, end: afterPrefix(all) };
    await state.commit([{ removeFolder: fileName(bucket.name) }], () => {
      state.bucket(bucket.name, caller);
      if (state.objects.getKeysCount({ ...range, limit: 1 }) > 0) throw bucketNotEmpty(bucket.name);
      if (state.versions.getKeysCount({ ...range, limit: 1 }) > 0) throw bucketNotEmptyOfVersions(bucket.name);
      // Unfinished uploads don't keep a bucket from being deleted.
      for (const { key, value } of state.uploads.getRange(range)) {
        for (const part of state.parts.getKeys({
          start: [value.uploadId],
          end: [value.uploadId, Number.MAX_SAFE_INTEGER],
        }))
          state.parts.remove(part);
        state.uploads.remove(key);
      }
      state.buckets.remove(bucket.name);
    });
  },
});

export const headBucket = operation('HeadBucket', {
  permissions: onBucket('ListBucket'),
  handle: (input, { cloud, caller }) => {
    const { bucket } = stateOf(cloud, input.Bucket, caller);
    return { BucketRegion: bucket.region, BucketArn: bucketArn(bucket.name), AccessPointAlias: false };
  },
});

export const listBuckets = operation('ListBuckets', {
  permissions: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  handle: (input, { state, caller }) => {
    const prefix = input.Prefix ?? '';
    const after =
      input.ContinuationToken === undefined ? '' : Buffer.from(input.ContinuationToken, 'base64').toString();
    const own = [...state.buckets.getRange({})]
      .map(({ value }) => value)
      .filter(({ accountId, name }) => accountId === caller.accountId && name.startsWith(prefix) && name > after)
      .filter(({ region }) => input.BucketRegion === undefined || region === input.BucketRegion);
    if (input.BucketRegion !== undefined && input.BucketRegion !== 'us-east-1' && !LOCATIONS.has(input.BucketRegion))
      throw invalidArgument(`Argument value ${input.BucketRegion} is not a valid AWS Region`, 'bucket-region');
    const limit = input.MaxBuckets ?? MAX_BUCKETS;
    if (!(limit >= 1 && limit <= MAX_BUCKETS))
      throw invalidArgument('MaxBuckets must be between 1 and 10000', 'max-buckets');
    const page = own.slice(0, limit);
    const last = page.at(-1);
    return {
      Buckets: page.map(({ name, createdAt, region }) => ({
        Name: name,
        CreationDate: new Date(createdAt),
        BucketRegion: region,
        BucketArn: bucketArn(name),
      })),
      Owner: { ID: caller.accountId },
      Prefix: input.Prefix,
      ContinuationToken:
        last !== undefined && page.length < own.length ? Buffer.from(last.name).toString('base64') : undefined,
    };
  },
});

export const getBucketLocation = operation('GetBucketLocation', {
  permissions: onBucket('GetBucketLocation'),
  handle: (input, { cloud, caller }) => {
    const { region, location = region } = stateOf(cloud, input.Bucket, caller).bucket;
    // us-east-1 is the location without a name.
    return { LocationConstraint: location === 'us-east-1' ? undefined : (location as 'eu-west-1') };
  },
});

export const getBucketPolicyStatus = operation('GetBucketPolicyStatus', {
  permissions: onBucket('GetBucketPolicyStatus'),
  handle: (input, { cloud, caller }) => {
    const { bucket } = stateOf(cloud, input.Bucket, caller);
    const policy = bucket.documents.policy;
    if (policy === undefined) throw notFound('NoSuchBucketPolicy', 'The bucket policy does not exist', bucket.name);
    return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
  },
});

const locationOf = (bucket: string) => `http://${bucket}.s3.localhost/`;

// New buckets block public access, and most have no ACLs.
function aclDocument(acl: string | undefined, ownership: string, accountId: string): { acl?: string } {
  if (acl === undefined || acl === 'private') return {};
  const document = cannedAcl(acl, accountId);
  if (ownership === 'BucketOwnerEnforced') throw aclWithOwnership(ownership);
  if (isPublicAcl(document)) throw aclWithBlock();
  return { acl: document };
}

/**
 * Checks a bucket's name (Amazon S3 User Guide, "General purpose buckets naming rules"). @throws AwsError
 * `InvalidBucketName`
 */
export function checkBucketName(name: string): void {
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && isIP(name) === 0;
  const reserved = /^(?:xn--|sthree-|amzn-s3-demo-)/.test(name) || /(?:-s3alias|--ol-s3|--x-s3|\.mrap)$/.test(name);
  if (!wellFormed || reserved) throw invalidBucketName(name);
}

/** Location constraints ("CreateBucketConfiguration, LocationConstraint"); us-east-1 has none. */
const LOCATIONS: ReadonlySet<string> = new Set(
  (
    'EU af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ' +
    'ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ' +
    'ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 ' +
    'eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-2 ' +
    'us-gov-east-1 us-gov-west-1 us-west-1 us-west-2'
  ).split(' '),
);

/**
 * @throws AwsError `InvalidLocationConstraint`; `IllegalLocationConstraintException` if the constraint isn't the
 * request's region
 */
function regionFor(constraint: string | undefined, region: string): string {
  if (constraint === undefined || constraint === '') {
    if (region !== 'us-east-1') throw illegalLocation('unspecified');
    return region;
  }
  const wanted = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (region !== 'us-east-1' && wanted !== region) throw illegalLocation(constraint);
  // us-east-1 has no constraint, and an unknown region is invalid.
  if (constraint === 'us-east-1' || !LOCATIONS.has(constraint)) throw invalidLocation(constraint);
  return wanted;
}

/** Tags of a new bucket, as PutBucketTagging's document. */
function taggingDocument(tags: readonly { Key: string; Value: string }[] | undefined): { tagging?: string } {
  if (tags === undefined || tags.length === 0) return {};
  const elements = checkTags(tags, NEW_BUCKET_TAGS).map(
    ({ Key, Value }) => `<Tag><Key>${escapeXml(Key)}</Key><Value>${escapeXml(Value)}</Value></Tag>`,
  );
  return { tagging: `<TagSet>${elements.join('')}</TagSet>` };
}
