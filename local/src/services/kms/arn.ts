import type { Context, Permission } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';
import { KmsState } from './state';

export function keyArn(owner: Owner, keyId: string): string {
  return arnOf('kms', owner, `key/${keyId}`);
}

export function aliasArn(owner: Owner, alias: string): string {
  return arnOf('kms', owner, alias);
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
