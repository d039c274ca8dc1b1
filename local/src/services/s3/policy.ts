import { type Context, isOwner } from '../../core/operation';
import type { AnyOperation } from '../../core/service';
import { S3State } from './state';

/** Operations by which an account's owner can undo a policy that denies everything ("Bucket policies", root user). */
const NEVER_DENIED: ReadonlySet<string> = new Set(['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy']);

/**
 * Checks whether a bucket's policy denies the account's owner something; an owner needs no Allow.
 * @throws AwsError `AccessDenied…`
 */
export function checkOwner(operation: AnyOperation, input: Record<string, unknown>, context: Context): void {
  if (NEVER_DENIED.has(operation.name)) return;
  // A copy reads another bucket, whose policy binds it, too.
  const copies = input.CopySource !== undefined && context.cloud.state(S3State).withPolicy.size > 0;
  if (!(copies && isOwner(context.caller)) && !isDenying(input.Bucket, context)) return;
  for (const permission of operation.permissions?.(input as never, context) ?? [])
    context.cloud.authorize(context.caller, permission);
}

/** Whether the caller is an owner, and the bucket's policy may deny something. */
export function isDenying(bucket: unknown, { cloud, caller }: Context): boolean {
  if (!isOwner(caller) || typeof bucket !== 'string') return false;
  const state = cloud.state(S3State);
  return state.withPolicy.has(bucket) && /"Deny"/.test(state.buckets.get(bucket)?.documents.policy ?? '');
}
