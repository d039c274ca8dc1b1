import type { Context, Permission } from '../../../core/operation';
import { keyArn } from '../arn';
import { awsManaged, disabled, invalidKeyId, invalidState, noAliasHere } from '../errors';
import { type Key, KmsState, type Owner } from '../state';

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

/** Resources of operations, by the input member that names them: a key's id, its ARN or an alias. */
export const resources = {
  KeyId: ({ KeyId }: { readonly KeyId: string }, context: Context) => keyResource(KeyId, context),
};

/** Permission for an action on a key; for the parameters, see {@link keyResource}. */
export function keyPermission(
  action: string,
  ...about: [reference: string, context: Context, encryptionContext?: Readonly<Record<string, string>>]
): Permission {
  return { action: `kms:${action}`, ...keyResource(...about) };
}

/**
 * @param encryptionContext its pairs are condition keys, `kms:EncryptionContext:<name>`, and its names another one
 * @returns the permission, with the key's tags and the alias used as condition keys
 */
function keyResource(
  reference: string,
  { cloud, caller }: Context,
  encryptionContext: Readonly<Record<string, string>> = {},
): Omit<Permission, 'action'> {
  const conditions: Record<string, string | readonly string[]> = {};
  const pairs = Object.entries(encryptionContext);
  for (const [name, value] of pairs) conditions[`kms:EncryptionContext:${name}`] = value;
  if (pairs.length > 0) conditions['kms:EncryptionContextKeys'] = pairs.map(([name]) => name);
  const alias = /(?:^|:)(alias\/.+)$/.exec(reference)?.[1];
  if (alias !== undefined) conditions['kms:RequestAlias'] = alias;
  const { arn, tags } = cloud.state(KmsState).lookUp(caller, reference);
  for (const [name, value] of Object.entries(tags)) conditions[`aws:ResourceTag/${name}`] = value;
  return { resource: arn, conditions };
}
