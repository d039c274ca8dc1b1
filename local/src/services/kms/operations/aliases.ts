import type { AliasListEntry } from '@aws-sdk/client-kms';
import type { Context, Permission } from '../../../core/operation';
import type { Owner } from '../../../core/owner';
import { aliasArn, keyPermission } from '../arn';
import { operation } from '../contract';
import { aliasExists, aliasNotFound, invalidAliasName, invalidState, reservedAlias, validation } from '../errors';
import { MANAGED_ALIASES } from '../managed-keys';
import { page } from '../paging';
import { type Alias, KmsState, newAlias } from '../state';
import { type FoundKey, findKeyById, findOwnKey } from './usable-key';

/** Permissions on the alias, and on its former and its new key. */
const onAliasAndKeys =
  (action: string) =>
  ({ AliasName, TargetKeyId }: { AliasName: string; TargetKeyId?: string }, context: Context): Permission[] => {
    const { cloud, caller } = context;
    const current = cloud.state(KmsState).findAlias(caller, AliasName)?.targetKeyId;
    const keys = [action === 'CreateAlias' ? undefined : current, TargetKeyId].filter((id) => id !== undefined);
    return [
      { action: `kms:${action}`, resource: aliasArn(caller, AliasName) },
      ...keys.map((id) => keyPermission(action, id, context)),
    ];
  };

export const createAlias = operation('CreateAlias', {
  permissions: onAliasAndKeys('CreateAlias'),
  handle: async ({ AliasName, TargetKeyId }, context) => {
    requireName(AliasName);
    const { state, owner, key } = await findTarget(TargetKeyId, context);
    await state.transaction(() => {
      if (state.findAlias(owner, AliasName) !== undefined) throw aliasExists(aliasArn(owner, AliasName));
      state.aliases.put(owner, [AliasName], newAlias(AliasName, key.keyId, context.cloud.clock.now()));
    });
  },
});

export const updateAlias = operation('UpdateAlias', {
  permissions: onAliasAndKeys('UpdateAlias'),
  handle: async ({ AliasName, TargetKeyId }, context) => {
    requireName(AliasName);
    const { state, owner, key } = await findTarget(TargetKeyId, context);
    await state.transaction(() => {
      const alias = requireAlias(state, owner, AliasName);
      const lastUpdatedTime = context.cloud.clock.now();
      state.aliases.put(owner, [AliasName], { ...alias, targetKeyId: key.keyId, lastUpdatedTime });
    });
  },
});

export const deleteAlias = operation('DeleteAlias', {
  permissions: onAliasAndKeys('DeleteAlias'),
  handle: async ({ AliasName }, { state, caller }) => {
    requireName(AliasName);
    await state.transaction(() => {
      requireAlias(state, caller, AliasName);
      state.aliases.remove(caller, AliasName);
    });
  },
});

/** Lists aliases. Those of AWS's services are listed before their keys exist, without a target. */
export const listAliases = operation('ListAliases', {
  resource: () => '*',
  handle: async (input, context) => {
    const { state, caller } = context;
    const only = input.KeyId === undefined ? undefined : (await findKeyById(input.KeyId, context)).key.keyId;
    const { items, ...rest } = page(input, 50, {
      items: (after) => aliasEntries(state, caller, only, after),
      keyOf: (entry) => entry.AliasName ?? '',
    });
    return { Aliases: items, ...rest };
  },
});

function* aliasEntries(state: KmsState, owner: Owner, only: string | undefined, after?: string) {
  const unmade = MANAGED_ALIASES.filter(
    (name) => only === undefined && name > (after ?? '') && state.findAlias(owner, name) === undefined,
  );
  for (const alias of state.listAliases(owner, after)) {
    while (unmade[0] !== undefined && unmade[0] < alias.name) yield unmadeEntry(owner, unmade.shift() as string);
    if (only === undefined || alias.targetKeyId === only) yield entryOf(owner, alias);
  }
  for (const name of unmade) yield unmadeEntry(owner, name);
}

function unmadeEntry(owner: Owner, name: string): AliasListEntry {
  return { AliasName: name, AliasArn: aliasArn(owner, name) };
}

function entryOf(owner: Owner, alias: Alias): AliasListEntry {
  return {
    AliasName: alias.name,
    AliasArn: aliasArn(owner, alias.name),
    TargetKeyId: alias.targetKeyId,
    CreationDate: new Date(alias.creationTime),
    LastUpdatedDate: new Date(alias.lastUpdatedTime),
  };
}

/** The target key of an alias. @throws AwsError also `ValidationException` for another alias */
async function findTarget(reference: string, context: Context): Promise<FoundKey> {
  if (/(^|:)alias\//.test(reference)) throw validation('Aliases must refer to keys. Not aliases');
  const found = await findOwnKey(reference, context);
  if (found.key.deletionTime !== undefined) throw invalidState(found.arn, 'pending deletion');
  return found;
}

function requireName(name: string): void {
  if (!/^alias\/./.test(name)) throw invalidAliasName('Alias must start with the prefix "alias/". Please see docs.');
  if (name.startsWith('alias/aws/')) throw reservedAlias();
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name))
    throw invalidAliasName(`${name} contains invalid characters for an alias`);
}

function requireAlias(state: KmsState, owner: Owner, name: string): Alias {
  const alias = state.findAlias(owner, name);
  if (alias === undefined) throw aliasNotFound(aliasArn(owner, name));
  return alias;
}
