import { randomBytes } from 'node:crypto';
import type { GrantConstraints, GrantOperation } from '@aws-sdk/client-kms';
import type { Cloud } from '../../core/cloud';
import { OwnedTable } from '../../core/owned-table';
import type { Owner } from '../../core/owner';
import { grantNotFound, invalidGrantToken } from './errors';

/** A grant: permission for some operations on one key, given to one principal. */
export interface Grant {
  readonly grantId: string;
  readonly keyId: string;
  readonly name?: string;
  readonly granteePrincipal: string;
  readonly retiringPrincipal?: string;
  readonly operations: readonly GrantOperation[];
  readonly constraints?: Pick<GrantConstraints, 'EncryptionContextSubset' | 'EncryptionContextEquals'>;
  readonly creationTime: number;
}

/** The grants of all keys, by key and grant id: only this class uses the table `kms.grants`. */
export class Grants extends OwnedTable<Grant> {
  constructor(cloud: Cloud) {
    super(cloud.store, 'kms.grants', (_keyId, grantId = '') => grantNotFound(grantId));
  }

  /** A key's grants as a policy; undefined if it has none. */
  policyOf(owner: Owner, keyId: string): string | undefined {
    const statements = [...this.list(owner, [keyId])].flatMap(statementsOf);
    return statements.length === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement: statements });
  }
}

export function newGrantId(): string {
  return randomBytes(32).toString('hex');
}

/**
 * A grant token. On AWS it proves a grant that hasn't reached every host yet; here grants are effective at once, so it
 * is only another name.
 */
export function tokenOf({ keyId, grantId }: Grant): string {
  return Buffer.from(`v1:${keyId}:${grantId}`).toString('base64url');
}

/** @throws AwsError `InvalidGrantTokenException` */
export function readToken(token: string): { keyId: string; grantId: string } {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const [, keyId, grantId] = /^v1:([^:]+):([^:]+)$/.exec(text) ?? [];
  if (keyId === undefined || grantId === undefined) throw invalidGrantToken();
  return { keyId, grantId };
}

/** Operations without an encryption context, to which a grant's constraints don't apply. */
const WITHOUT_CONTEXT: readonly string[] = ['DescribeKey', 'RetireGrant'];

/** A grant's policy statements. RetireGrant is left out: it applies to this grant only, not to all of the key's. */
function statementsOf(grant: Grant): object[] {
  const constraints = conditionOf(grant);
  const statement = (operations: readonly string[], conditions: object) => ({
    Effect: 'Allow',
    Principal: { AWS: grant.granteePrincipal },
    Action: operations.map((operation) => `kms:${operation}`),
    Resource: '*',
    Condition: conditions,
  });
  const computing = grant.operations.filter((name) => !WITHOUT_CONTEXT.includes(name) && name !== 'CreateGrant');
  const statements = [];
  if (computing.length > 0) statements.push(statement(computing, constraints));
  if (grant.operations.includes('DescribeKey')) statements.push(statement(['DescribeKey'], {}));
  if (grant.operations.includes('CreateGrant')) {
    // CreateGrant allows its holder only grants of the same operations, with constraints at least as strict.
    const { StringEquals, 'ForAllValues:StringEquals': all } = constraints;
    const exact = grant.constraints?.EncryptionContextEquals === undefined ? {} : { [TYPE]: 'EncryptionContextEquals' };
    const conditions = {
      StringEquals: { ...StringEquals, ...exact },
      'ForAllValues:StringEquals': { ...all, 'kms:GrantOperations': grant.operations },
    };
    statements.push(statement(['CreateGrant'], conditions));
  }
  return statements;
}

const TYPE = 'kms:GrantConstraintType';

/** Constraints as conditions: a subset requires its pairs, an equal context excludes all others. */
function conditionOf({ constraints = {} }: Grant) {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equal } = constraints;
  const pairs = Object.entries({ ...subset, ...equal });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how policies escape their variables' beginning.
  const literal = (text: string) => text.replaceAll('${', '${$}{');
  return {
    StringEquals: Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, literal(value)])),
    'ForAllValues:StringEquals':
      equal === undefined ? {} : { 'kms:EncryptionContextKeys': Object.keys(equal).map(literal) },
  };
}
