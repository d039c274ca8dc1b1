import type { Context } from '../../../core/operation';
import type { Owner } from '../../../core/owner';
import { keyArn } from '../arn';
import { awsManaged, disabled, invalidKeyId, invalidState, noAliasHere } from '../errors';
import { type Key, KmsState } from '../state';

/** A key of a request, with its owner. */
export interface FoundKey {
  readonly state: KmsState;
  readonly owner: Owner;
  readonly key: Key;
  readonly arn: string;
}

/** @throws AwsError `NotFoundException`, `InvalidArnException` */
export async function findKey(reference: string, { cloud, caller }: Context): Promise<FoundKey> {
  const state = cloud.state(KmsState);
  const { owner, key } = await state.find(caller, reference);
  return { state, owner, key, arn: keyArn(owner, key.keyId) };
}

/** A key for cryptographic use. @throws AwsError also `DisabledException`, `KMSInvalidStateException` */
export async function findUsableKey(reference: string, context: Context): Promise<FoundKey> {
  const found = await findKey(reference, context);
  requireUsable(found);
  return found;
}

/** @throws AwsError `DisabledException`, `KMSInvalidStateException` */
export function requireUsable({ key, arn }: Pick<FoundKey, 'key' | 'arn'>): void {
  if (key.deletionTime !== undefined) throw invalidState(arn, 'pending deletion');
  if (!key.enabled) throw disabled(arn);
}

/**
 * A key for operations without aliases. @throws AwsError also `NotFoundException` or `InvalidArnException` for an alias
 */
export function findKeyById(reference: string, context: Context): Promise<FoundKey> {
  if (reference.startsWith('alias/')) throw invalidKeyId(reference);
  if (reference.includes(':alias/')) throw noAliasHere();
  return findKey(reference, context);
}

/** A key whose settings the caller's account may change. @throws AwsError also `AccessDeniedException` for AWS's own */
export async function findOwnKey(reference: string, context: Context): Promise<FoundKey> {
  const found = await findKeyById(reference, context);
  if (found.key.manager === 'AWS') throw awsManaged(found.arn);
  return found;
}

/** Changes settings of a key that isn't pending deletion. */
export async function updateOwnKey(reference: string, context: Context, change: (key: Key) => Key): Promise<void> {
  const { state, owner, key, arn } = await findOwnKey(reference, context);
  if (key.deletionTime !== undefined) throw invalidState(arn, 'pending deletion');
  await state.update(owner, key.keyId, change);
}
