import { deflateRawSync } from 'node:zlib';
import type { Cloud } from '../../core/cloud';
import type { Caller, Session } from '../../core/operation';
import { checkIdentityPolicy } from '../iam/policy/grammar';
import { IamState, type Tag } from '../iam/state';
import { invalidParameter, packedPolicyTooLarge, validationError } from './errors';

/** Members of a request about the new session. */
export interface SessionRequest {
  readonly Policy?: string;
  readonly PolicyArns?: readonly { readonly arn?: string }[];
  readonly Tags?: readonly Tag[];
  readonly TransitiveTagKeys?: readonly string[];
}

/** Most bytes of session policies and tags in AWS's binary form; here, of the compressed texts. */
const MAX_PACKED_BYTES = 2_048;
const MAX_POLICY_ARNS = 10;

/**
 * The session policies and tags of a request, with the transitive tags of the calling session.
 * @throws AwsError `MalformedPolicyDocument`, `InvalidParameterValue`, `ValidationError`
 */
export function sessionFor(cloud: Cloud, caller: Caller, request: SessionRequest): Session {
  const tags = tagsFor(caller, request);
  const policies = policiesFor(cloud, caller, request);
  return { ...(policies === undefined ? {} : { policies }), ...(tags.length === 0 ? {} : { tags }) };
}

/** Percentage of the limit that session policies and tags use; undefined without any. @throws AwsError `PackedPolicyTooLarge` */
export function packedSize({ Policy, PolicyArns, Tags }: SessionRequest): number | undefined {
  if (Policy === undefined && PolicyArns === undefined && Tags === undefined) return undefined;
  const texts = [Policy ?? '', ...(PolicyArns ?? []).map(({ arn = '' }) => arn)];
  for (const { Key, Value } of Tags ?? []) texts.push(Key, Value);
  const percent = Math.ceil((deflateRawSync(texts.join('\0')).length / MAX_PACKED_BYTES) * 100);
  if (percent > 100) throw packedPolicyTooLarge(percent);
  return percent;
}

function policiesFor(cloud: Cloud, caller: Caller, { Policy, PolicyArns }: SessionRequest): string[] | undefined {
  if (Policy === undefined && PolicyArns === undefined) return undefined;
  if ((PolicyArns?.length ?? 0) > MAX_POLICY_ARNS)
    throw validationError(`A session can have no more than ${MAX_POLICY_ARNS} managed policies.`);
  if (Policy !== undefined) checkIdentityPolicy(Policy, { managed: false });
  const state = cloud.state(IamState);
  const managed = (PolicyArns ?? []).map(({ arn = '' }) => {
    // The document at the time at which the session begins.
    const document = arn.startsWith('arn:') ? state.documentOf(caller.accountId, arn) : undefined;
    if (document === undefined) throw validationError(`The session policy ${arn} is invalid or does not exist.`);
    return document;
  });
  return [...managed, ...(Policy === undefined ? [] : [Policy])];
}

function tagsFor(
  { session }: Caller,
  { Tags = [], TransitiveTagKeys = [] }: SessionRequest,
): NonNullable<Session['tags']> {
  const lower = Tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(lower).size < lower.length)
    throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  const transitive = new Set(TransitiveTagKeys.map((key) => key.toLowerCase()));
  if ([...transitive].some((key) => !lower.includes(key)))
    throw invalidParameter('The specified transitive tag key must be included in the requested tags.');
  const inherited = (session?.tags ?? []).filter((tag) => tag.transitive === true);
  if (inherited.some(({ Key }) => lower.includes(Key.toLowerCase())))
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  const own = Tags.map(({ Key, Value }) => ({ Key, Value, transitive: transitive.has(Key.toLowerCase()) }));
  return [...inherited, ...own];
}

/** Condition keys of session tags in the request that sets them. */
export function tagConditions({ Tags, TransitiveTagKeys }: SessionRequest): Record<string, string | string[]> {
  if (Tags === undefined || Tags.length === 0) return {};
  const conditions: Record<string, string | string[]> = { 'aws:TagKeys': Tags.map(({ Key }) => Key) };
  for (const { Key, Value } of Tags) conditions[`aws:RequestTag/${Key}`] = Value;
  if (TransitiveTagKeys !== undefined) conditions['sts:TransitiveTagKeys'] = [...TransitiveTagKeys];
  return conditions;
}
