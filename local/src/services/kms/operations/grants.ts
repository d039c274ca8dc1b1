import type { GrantListEntry, RetireGrantRequest } from '@aws-sdk/client-kms';
import type { Context, Strict } from '../../../core/operation';
import { type Owner, rootArn } from '../../../core/owner';
import { principalOf } from '../../iam/authorize';
import { IamState } from '../../iam/state';
import { keyArn, keyPermission } from '../arn';
import { operation } from '../contract';
import { dryRun, invalidPrincipal, unsupported, validation } from '../errors';
import { type Grant, newGrantId, readToken, tokenOf } from '../grants';
import { page } from '../paging';
import { KmsState } from '../state';
import { findKeyById, findOwnKey, requireUsable } from './usable-key';

/** Creates a grant, effective at once; the returned token is never needed. */
export const createGrant = operation('CreateGrant', {
  permissions: (input, context) => {
    const { EncryptionContextSubset: subset, EncryptionContextEquals: equal } = input.Constraints ?? {};
    const { conditions, ...rest } = keyPermission('CreateGrant', input.KeyId, context, { ...subset, ...equal });
    const own: Record<string, string | readonly string[]> = {
      'kms:GranteePrincipal': input.GranteePrincipal ?? '',
      'kms:GrantOperations': input.Operations,
      'kms:GrantIsForAWSResource': 'false',
    };
    if (input.RetiringPrincipal !== undefined) own['kms:RetiringPrincipal'] = input.RetiringPrincipal;
    if (subset !== undefined) own['kms:GrantConstraintType'] = 'EncryptionContextSubset';
    if (equal !== undefined) own['kms:GrantConstraintType'] = 'EncryptionContextEquals';
    return [{ ...rest, conditions: { ...conditions, ...own } }];
  },
  handle: async (input, context) => {
    if (input.Operations.length === 0) throw validation('Operations must name at least one operation.');
    if (input.GranteePrincipal === undefined) throw unsupported('This local endpoint grants to IAM principals only.');
    if (input.RetiringServicePrincipal !== undefined || input.Constraints?.SourceArn !== undefined)
      throw unsupported('This local endpoint has no grants that concern AWS services.');
    requirePrincipal(input.GranteePrincipal, context);
    if (input.RetiringPrincipal !== undefined) requirePrincipal(input.RetiringPrincipal, context);
    const found = await findOwnKey(input.KeyId, context);
    requireUsable(found);
    if (input.DryRun === true) throw dryRun();
    const { state, owner, key } = found;
    const made: Grant = {
      grantId: newGrantId(),
      keyId: key.keyId,
      name: input.Name,
      granteePrincipal: input.GranteePrincipal,
      retiringPrincipal: input.RetiringPrincipal,
      operations: [...new Set(input.Operations)],
      constraints: input.Constraints,
      creationTime: context.cloud.clock.now(),
    };
    const grant = await state.transaction(() => {
      // A request with a name is idempotent.
      const same = [...state.grants.list(owner, [key.keyId])].find((known) => isSame(known, made));
      if (same !== undefined) return same;
      state.grants.put(owner, [made.keyId, made.grantId], made);
      return made;
    });
    return { GrantId: grant.grantId, GrantToken: tokenOf(grant) };
  },
});

export const listGrants = operation('ListGrants', {
  handle: async (input, context) => {
    const { state, owner, key } = await findKeyById(input.KeyId, context);
    const wanted = (grant: Grant) =>
      grant.grantId === (input.GrantId ?? grant.grantId) &&
      grant.granteePrincipal === (input.GranteePrincipal ?? grant.granteePrincipal);
    const { items, ...rest } = page(input, 50, {
      items: (after) => state.grants.list(owner, [key.keyId], after),
      keyOf: (grant) => grant.grantId,
      matches: wanted,
    });
    return { Grants: items.map((grant) => describe(grant, owner)), ...rest };
  },
});

/** Lists grants of all keys, in key order. */
export const listRetirableGrants = operation('ListRetirableGrants', {
  handle: (input, { state, caller }) => {
    const all = [...state.list(caller)].flatMap(({ keyId }) => [...state.grants.list(caller, [keyId])]);
    const positionOf = (grant: Grant) => `${grant.keyId}/${grant.grantId}`;
    const { items, ...rest } = page(input, 50, {
      items: (after = '') =>
        all.filter((grant) => grant.retiringPrincipal === input.RetiringPrincipal && positionOf(grant) > after),
      keyOf: positionOf,
    });
    return { Grants: items.map((grant) => describe(grant, caller)), ...rest };
  },
});

export const revokeGrant = operation('RevokeGrant', {
  handle: async (input, context) => {
    const { state, owner, key } = await findOwnKey(input.KeyId, context);
    await end(state, owner, key.keyId, input.GrantId, input.DryRun);
  },
});

/** Ends a grant: allowed for its retiring principals, and for others with the permission. */
export const retireGrant = operation('RetireGrant', {
  permissions: (input, context) => {
    const { keyId, grantId } = namedGrant(input);
    const permission = keyPermission('RetireGrant', keyId, context);
    const id = permission.resource.split('/').pop() ?? '';
    const grant = context.cloud.state(KmsState).grants.get(context.caller, id, grantId);
    return grant !== undefined && mayRetire(grant, principalOf(context.caller).names) ? [] : [permission];
  },
  handle: async (input, context) => {
    const { keyId, grantId } = namedGrant(input);
    const { state, owner, key } = await findKeyById(keyId, context);
    await end(state, owner, key.keyId, grantId, input.DryRun);
  },
});

async function end(state: KmsState, owner: Owner, keyId: string, grantId: string, trial = false): Promise<void> {
  await state.transaction(() => {
    state.grants.require(owner, keyId, grantId);
    if (trial) throw dryRun();
    state.grants.remove(owner, keyId, grantId);
  });
}

function namedGrant(input: Strict<RetireGrantRequest>): { keyId: string; grantId: string } {
  const { GrantToken: token, KeyId: keyId, GrantId: grantId } = input;
  if (token !== undefined && keyId === undefined && grantId === undefined) return readToken(token);
  if (token === undefined && keyId !== undefined && grantId !== undefined) return { keyId, grantId };
  throw validation('A grant is named by its token, or by the id of its key and its own.');
}

function mayRetire(grant: Grant, names: readonly string[]): boolean {
  const { retiringPrincipal = '', granteePrincipal, operations } = grant;
  return names.includes(retiringPrincipal) || (operations.includes('RetireGrant') && names.includes(granteePrincipal));
}

function isSame(known: Grant, asked: Grant): boolean {
  const parts = (grant: Grant) => JSON.stringify({ ...grant, grantId: '', creationTime: 0 });
  return asked.name !== undefined && parts(known) === parts(asked);
}

/** @throws AwsError `InvalidArnException` for an ARN that isn't a principal's, or a missing role's */
function requirePrincipal(arn: string, { cloud }: Context): void {
  const isPrincipal =
    /^arn:[\w-]+:(iam::\d{12}:(root|(user|role)\/[^*?]+)|sts::\d{12}:(assumed-role|federated-user)\/[^*?]+)$/.test(arn);
  if (!isPrincipal || (arn.includes(':role/') && cloud.state(IamState).roleByArn(arn) === undefined))
    throw invalidPrincipal();
}

function describe(grant: Grant, owner: Owner): GrantListEntry {
  return {
    KeyId: keyArn(owner, grant.keyId),
    GrantId: grant.grantId,
    Name: grant.name ?? '',
    CreationDate: new Date(grant.creationTime),
    GranteePrincipal: grant.granteePrincipal,
    RetiringPrincipal: grant.retiringPrincipal,
    IssuingAccount: rootArn(owner.accountId),
    Operations: [...grant.operations],
    Constraints: grant.constraints,
  };
}
