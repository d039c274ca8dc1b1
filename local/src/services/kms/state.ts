import { randomUUID } from 'node:crypto';
import type { Caller } from '../../core/operation';
import type { Owner } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import { aliasArn, keyArn } from './arn';
import { aliasNotFound, invalidArn, invalidKeyId, keyNotFound, notAccessible, notFound } from './errors';
import { Grants } from './grants';
import { MANAGED_ALIASES, managedPolicy } from './managed-keys';
import { KeyMaterial } from './material';

export interface Key {
  readonly keyId: string;
  readonly creationTime: number;
  readonly description: string;
  readonly enabled: boolean;
  /** Epoch milliseconds of the key's deletion, while it is pending. */
  readonly deletionTime?: number;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly multiRegion: boolean;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds of each material's creation; the last one encrypts. */
  readonly materials: readonly number[];
  readonly rotation?: { readonly periodInDays: number; readonly since: number };
}

export interface Alias {
  readonly name: string;
  readonly targetKeyId: string;
  readonly creationTime: number;
  readonly lastUpdatedTime: number;
}

/** A key's or an alias' ARN. */
const KEY_ARN = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(key\/|alias\/)(.+)$/;
const DAY_MS = 86_400_000;

/** Keys, aliases and key material; with {@link Grants} the only owner of the `kms.*` tables. */
export class KmsState extends ServiceState {
  private readonly keys = this.owned<Key>('kms.keys');
  readonly aliases = this.owned<Alias>('kms.aliases');
  readonly grants = new Grants(this.cloud);
  readonly material = new KeyMaterial(this.cloud.options.dataDir);
  /** AWS managed keys being created, by account, region and alias. */
  private readonly making = new Map<string, Promise<unknown>>();

  /**
   * A key of the caller's account by its id, ARN, alias or alias' ARN.
   * @throws AwsError `NotFoundException`, `InvalidArnException`, `AccessDeniedException` for another account's
   */
  async find(caller: Caller, reference: string): Promise<{ owner: Owner; key: Key }> {
    const { owner, name } = parseReference(caller, reference);
    if (owner.accountId !== caller.accountId) throw notAccessible(caller.principalArn);
    if (!name.startsWith('alias/')) return { owner, key: this.get(owner, name) };
    if (MANAGED_ALIASES.includes(name)) await this.makeManaged(owner, name);
    const alias = this.findAlias(owner, name);
    if (alias === undefined) throw aliasNotFound(aliasArn(owner, name));
    return { owner, key: this.get(owner, alias.targetKeyId) };
  }

  /** Policies of the key of an ARN or an alias' ARN: its own and its grants. */
  policiesOf(arn: string): readonly string[] | undefined {
    const [, region, accountId, kind, name] = KEY_ARN.exec(arn) ?? [];
    if (region === undefined || accountId === undefined || name === undefined) return undefined;
    const owner = { accountId, region };
    const keyId = kind === 'key/' ? name : this.findAlias(owner, `alias/${name}`)?.targetKeyId;
    const key = keyId === undefined ? undefined : this.keys.get(owner, keyId);
    if (key === undefined) return undefined;
    const granted = this.grants.policyOf(owner, key.keyId);
    return granted === undefined ? [key.policy] : [key.policy, granted];
  }

  /** ARN and tags of a reference's key, for policy evaluation; a missing key has an ARN too, and no tags. */
  lookUp(caller: Owner, reference: string): { arn: string; tags: Readonly<Record<string, string>> } {
    const { owner, name } = parseReference(caller, reference);
    const keyId = this.findAlias(owner, name)?.targetKeyId ?? name;
    return { arn: keyArn(owner, keyId), tags: this.keys.get(owner, keyId)?.tags ?? {} };
  }

  /** @throws AwsError `NotFoundException` for a key that never existed or whose waiting period is over */
  get(owner: Owner, keyId: string): Key {
    const key = this.keys.get(owner, keyId);
    if (key === undefined || this.isGone(key)) throw keyNotFound(keyArn(owner, keyId));
    return key;
  }

  async create(
    owner: Owner,
    settings: Pick<Key, 'description' | 'manager' | 'multiRegion' | 'policy' | 'tags'>,
    alias?: string,
  ): Promise<Key> {
    const now = this.cloud.clock.now();
    const key: Key = { ...settings, keyId: randomUUID(), creationTime: now, enabled: true, materials: [now] };
    this.material.add(key.keyId, 0);
    await this.transaction(() => {
      this.put(owner, key);
      if (alias !== undefined) this.aliases.put(owner, [alias], newAlias(alias, key.keyId, now));
    });
    return key;
  }

  /** Changes a key atomically. @throws AwsError `NotFoundException` */
  update(owner: Owner, keyId: string, change: (key: Key) => Key): Promise<void> {
    return this.transaction(() => this.put(owner, change(this.get(owner, keyId))));
  }

  *list(owner: Owner, after?: string): Generator<Key> {
    for (const key of this.keys.list(owner, [], after)) {
      if (!this.isGone(key)) yield key;
    }
  }

  /** An alias whose key exists: an alias is deleted with its key. */
  findAlias(owner: Owner, name: string): Alias | undefined {
    const alias = this.aliases.get(owner, name);
    return alias !== undefined && this.hasKey(owner, alias) ? alias : undefined;
  }

  /** Lists aliases by name. */
  *listAliases(owner: Owner, after?: string): Generator<Alias> {
    for (const alias of this.aliases.list(owner, [], after)) {
      if (this.hasKey(owner, alias)) yield alias;
    }
  }

  /** Number of the current material; a rotation that is due happens here. */
  async currentMaterial(owner: Owner, key: Key): Promise<number> {
    const now = this.cloud.clock.now();
    const due = nextRotation(key);
    if (due !== undefined && now >= due) {
      await this.update(owner, key.keyId, (current) => {
        if ((nextRotation(current) ?? now + 1) > now) return current;
        this.material.add(current.keyId, current.materials.length);
        return { ...current, materials: [...current.materials, now] };
      });
    }
    return this.get(owner, key.keyId).materials.length - 1;
  }

  /** Deletes keys after their waiting period, with their grants, aliases and material. */
  async removeExpired(): Promise<void> {
    const gone = [...this.keys.all()].filter(({ value }) => this.isGone(value));
    if (gone.length === 0) return;
    const ids = new Set(gone.map(({ value }) => value.keyId));
    await this.transaction(() => {
      for (const { owner, value } of gone) {
        for (const [id] of this.grants.keys(owner, [value.keyId])) this.grants.remove(owner, value.keyId, id as string);
        this.keys.remove(owner, value.keyId);
      }
      for (const { owner, value } of [...this.aliases.all()]) {
        if (ids.has(value.targetKeyId)) this.aliases.remove(owner, value.name);
      }
    });
    for (const id of ids) this.material.remove(id);
  }

  private put(owner: Owner, key: Key): void {
    this.keys.put(owner, [key.keyId], key);
  }

  private isGone(key: Key): boolean {
    return key.deletionTime !== undefined && this.cloud.clock.now() >= key.deletionTime;
  }

  private hasKey(owner: Owner, alias: Alias): boolean {
    const key = this.keys.get(owner, alias.targetKeyId);
    return key !== undefined && !this.isGone(key);
  }

  /** Creates the AWS managed key of a service, if missing; once, also for concurrent requests. */
  private async makeManaged(owner: Owner, name: string): Promise<void> {
    const place = `${owner.accountId}/${owner.region}/${name}`;
    if (!this.making.has(place) && this.findAlias(owner, name) === undefined) {
      const service = name.slice('alias/aws/'.length);
      const what = service === 's3' ? 'S3 objects' : `${service} data`;
      const description = `Default key that protects my ${what} when no other key is defined`;
      const policy = managedPolicy(service, owner);
      const made = this.create(owner, { description, manager: 'AWS', multiRegion: false, policy, tags: {} }, name);
      this.making.set(
        place,
        made.finally(() => this.making.delete(place)),
      );
    }
    await this.making.get(place);
  }
}

export function newAlias(name: string, targetKeyId: string, now: number): Alias {
  return { name, targetKeyId, creationTime: now, lastUpdatedTime: now };
}

/** Epoch milliseconds of the next automatic rotation; undefined without rotation. */
export function nextRotation(key: Key): number | undefined {
  if (key.rotation === undefined || !key.enabled || key.deletionTime !== undefined) return undefined;
  const last = Math.max(key.rotation.since, key.materials[key.materials.length - 1] ?? 0);
  return last + key.rotation.periodInDays * DAY_MS;
}

function parseReference(caller: Owner, reference: string): { owner: Owner; name: string } {
  if (!reference.startsWith('arn:')) {
    if (reference.startsWith('alias/')) return { owner: caller, name: reference };
    if (!/^(mrk-)?[0-9a-fA-F-]{32,36}$/.test(reference)) throw invalidKeyId(reference);
    return { owner: caller, name: reference };
  }
  const [, region, accountId, type, name] = KEY_ARN.exec(reference) ?? [];
  if (region === undefined || accountId === undefined || name === undefined) throw invalidArn(reference);
  if (region !== caller.region) throw notFound(`Invalid arn ${region}`);
  return { owner: { accountId, region }, name: type === 'alias/' ? `alias/${name}` : name };
}
