import { randomBytes } from 'node:crypto';
import type { Caller } from '../../core/operation';
import { ServiceState } from '../../core/service-state';
import { keysStartingWith, keysWithin } from '../../store/key-range';
import { accessDenied, noSuchPolicy, noSuchProfile, noSuchRole, unparsedArn } from './errors';
import { awsManagedPolicies } from './managed-policies';
import { type PolicyKind, parsePolicy, type Statement } from './policy/document';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A role with its policies and tags, so that each change is one write. */
export interface StoredRole {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly trustPolicy: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  readonly boundaryArn?: string;
  readonly tags: readonly Tag[];
  /** Inline policies: documents by name. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARNs of the attached managed policies. */
  readonly attached: readonly string[];
}

export interface StoredPolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface StoredPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly description?: string;
  readonly tags: readonly Tag[];
  readonly defaultVersionId: string;
  readonly nextVersion: number;
  readonly versions: readonly StoredPolicyVersion[];
}

/** An instance profile, which gives a role to programs on an instance. */
export interface StoredProfile {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  /** Name of its role, if any. */
  readonly role?: string;
}

const MAX_PARSED = 1_000;

/** IAM's roles and policies, with a cache of parsed documents for evaluation. */
export class IamState extends ServiceState {
  readonly roles = this.rows<StoredRole>('iam.roles');
  readonly policies = this.rows<StoredPolicy>('iam.policies');
  readonly profiles = this.rows<StoredProfile>('iam.instance-profiles');
  private readonly parsed = new Map<string, readonly Statement[]>();

  findRole(accountId: string, name: string): StoredRole | undefined {
    return this.roles.get([accountId, name]);
  }

  /** @throws AwsError `NoSuchEntity` */
  role(accountId: string, name: string): StoredRole {
    const found = this.findRole(accountId, name);
    if (found === undefined) throw noSuchRole(name);
    return found;
  }

  /** @param arn `arn:aws:iam::<account>:role/<path><name>`; the name identifies the role */
  roleByArn(arn: string): StoredRole | undefined {
    const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn);
    const found = match === null ? undefined : this.findRole(match[1] as string, match[2] as string);
    return found?.arn === arn ? found : undefined;
  }

  rolesOf(accountId: string): StoredRole[] {
    return [...this.roles.getRange(keysWithin([accountId]))].map(({ value }) => value);
  }

  /** @throws AwsError `NoSuchEntity` */
  profile(accountId: string, name: string): StoredProfile {
    const found = this.profiles.get([accountId, name]);
    if (found === undefined) throw noSuchProfile(name);
    return found;
  }

  profilesOf(accountId: string): StoredProfile[] {
    return [...this.profiles.getRange(keysWithin([accountId]))].map(({ value }) => value);
  }

  /** Changes an instance profile atomically. @throws AwsError `NoSuchEntity`, and the errors of `change` */
  async updateProfile(
    accountId: string,
    name: string,
    change: (profile: StoredProfile) => StoredProfile,
  ): Promise<void> {
    await this.transaction(() => {
      this.profiles.put([accountId, name], change(this.profile(accountId, name)));
    });
  }

  /** Changes a role atomically. @throws AwsError `NoSuchEntity`, and the errors of `change` */
  async updateRole(accountId: string, name: string, change: (role: StoredRole) => StoredRole): Promise<StoredRole> {
    return this.transaction(() => {
      const role = change(this.role(accountId, name));
      this.roles.put([accountId, name], role);
      return role;
    });
  }

  /**
   * A managed policy of the account or of AWS.
   * @param missing creates the error for a missing one. @default that of operations that attach a policy
   * @throws AwsError `NoSuchEntity`, `ValidationError` for another ARN
   */
  policy(accountId: string, arn: string, missing = noSuchPolicy): StoredPolicy {
    const owner = policyOwner(arn);
    const found = owner === accountId ? this.policies.get(arn) : awsManagedPolicies().get(arn);
    if (found === undefined) throw missing(arn);
    return found;
  }

  /** The default document of a managed policy of the account or of AWS. */
  documentOf(accountId: string, arn: string): string | undefined {
    if (!arn.startsWith('arn:aws:iam::aws:') && !arn.startsWith(`arn:aws:iam::${accountId}:`)) return undefined;
    return this.defaultDocument(arn)[0];
  }

  policiesOf(accountId: string): StoredPolicy[] {
    const prefix = `arn:aws:iam::${accountId}:policy/`;
    return [...this.policies.getRange(keysStartingWith([], prefix))].map(({ value }) => value);
  }

  /**
   * Changes a policy atomically.
   * @param action operation such as `CreatePolicyVersion`, for the error: AWS's own policies can't be changed
   * @throws AwsError `NoSuchEntity`, `AccessDenied`, and the errors of `change`
   */
  async updatePolicy(
    caller: Caller,
    arn: string,
    action: string,
    change: (policy: StoredPolicy) => StoredPolicy,
  ): Promise<StoredPolicy> {
    return this.transaction(() => {
      const policy = change(this.ownPolicy(caller, arn, action));
      this.policies.put(arn, policy);
      return policy;
    });
  }

  /** A policy that the caller's account may change. @throws AwsError `NoSuchEntity`, `AccessDenied` */
  ownPolicy(caller: Caller, arn: string, action: string, missing = noSuchPolicy): StoredPolicy {
    if (awsManagedPolicies().has(arn)) throw accessDenied(caller.principalArn, `iam:${action}`, arn);
    return this.policy(caller.accountId, arn, missing);
  }

  /** Documents of a role's identity policies: inline ones, then managed ones. */
  documentsOf(role: StoredRole): string[] {
    return [...Object.values(role.inline), ...role.attached.flatMap((arn) => this.defaultDocument(arn))];
  }

  /** The default version of a managed policy, as a list; empty if the policy is gone, and so allows nothing. */
  defaultDocument(arn: string): string[] {
    const policy = this.policies.get(arn) ?? awsManagedPolicies().get(arn);
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersionId);
    return version === undefined ? [] : [version.document];
  }

  /** Parses a document, or returns the cached result: delivery evaluates the same few all the time. */
  statements(document: string, kind: PolicyKind): readonly Statement[] {
    const key = `${kind}:${document}`;
    let found = this.parsed.get(key);
    if (found === undefined) {
      found = parsePolicy(document, kind);
      if (this.parsed.size >= MAX_PARSED) this.parsed.clear();
      this.parsed.set(key, found);
    }
    return found;
  }
}

/** A random id in IAM's form: `AROA…` for roles, `ANPA…` for policies. */
export function uniqueId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + [...randomBytes(17)].map((byte) => alphabet[byte & 31]).join('');
}

/** The account in a managed policy's ARN, or `aws`. @throws AwsError `ValidationError` for another ARN */
export function policyOwner(arn: string): string {
  const [, owner] = /^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/.+$/.exec(arn) ?? [];
  if (owner === undefined) throw unparsedArn();
  return owner;
}
