import { randomBytes } from 'node:crypto';
import type { GrantConstraints, GrantOperation } from '@aws-sdk/client-kms';
import type { Cloud } from '../../core/cloud';
import { OwnedTable } from '../../core/owned-table';
import { grantNotFound, invalidGrantToken } from './errors';
import type { Owner } from './state';

/** The right to some operations on one key, given to one principal. */
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

/** The grants of all keys, by their keys and ids; the only owner of the `kms.grants` table. */
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

/** Grant token, which stands for a grant before it is known everywhere. Here that is at once, so it is only ever a name of it. */
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

/** Operations that have no encryption context, so that a grant's constraints don't concern them. */
const WITHOUT_CONTEXT: readonly string[] = ['DescribeKey', 'RetireGrant'];

/** RetireGrant is left out: it is the right to end this one grant, not all of the key's. */
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
    // CreateGrant lets its holder grant no more than it has, and under no laxer constraints.
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

/** Constraints as conditions: of a subset each pair must be there, of an equal context nothing besides. */
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
