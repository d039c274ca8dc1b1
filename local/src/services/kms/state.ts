import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import type { Table } from '../../store/store';
import { aliasArn, keyArn } from './arn';
import { aliasNotFound, invalidArn, keyNotFound, notFound } from './errors';
import { KeyMaterial } from './material';

/** Where something is: keys and aliases are an account's, in a region. */
export type Owner = Pick<Caller, 'accountId' | 'region'>;

export interface Key {
  readonly keyId: string;
  readonly creationTime: number;
  readonly description: string;
  readonly enabled: boolean;
  /** Epoch milliseconds after which the key is gone; set while its deletion is pending. */
  readonly deletionTime?: number;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly multiRegion: boolean;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds of each material's making; the last one encrypts. */
  readonly materials: readonly number[];
  readonly rotation?: { readonly periodInDays: number; readonly since: number };
}

export interface Alias {
  readonly name: string;
  readonly targetKeyId: string;
  readonly creationTime: number;
  readonly lastUpdatedTime: number;
}

/** Services whose AWS managed key is made when it is first asked for. */
export const MANAGED_ALIASES: readonly string[] = [
  'acm',
  'backup',
  'dynamodb',
  'ebs',
  'elasticfilesystem',
  'es',
  'glue',
  'kafka',
  'kinesis',
  'lambda',
  'rds',
  'redshift',
  's3',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'xray',
].map((service) => `alias/aws/${service}`);

const DAY_MS = 86_400_000;
const LAST = '\uffff';

/** Keys, aliases and key material; the only owner of the `kms.*` tables. */
export class KmsState {
  private readonly keys: Table<Key>;
  private readonly aliases: Table<Alias>;
  readonly material: KeyMaterial;

  constructor(private readonly cloud: Cloud) {
    this.keys = cloud.store.table('kms.keys');
    this.aliases = cloud.store.table('kms.aliases');
    this.material = new KeyMaterial(cloud.options.dataDir);
  }

  transaction<T>(work: () => T): Promise<T> {
    return this.cloud.store.transaction(work);
  }

  /** A key by its id, ARN, alias or alias's ARN. @throws AwsError `NotFoundException`, `InvalidArnException` */
  async find(caller: Owner, reference: string): Promise<{ owner: Owner; key: Key }> {
    const { owner, name } = parseReference(caller, reference);
    let keyId = name;
    if (name.startsWith('alias/')) {
      const alias = this.aliases.get([owner.accountId, owner.region, name]) ?? (await this.makeManaged(owner, name));
      if (alias === undefined) throw aliasNotFound(aliasArn(owner, name));
      keyId = alias.targetKeyId;
    }
    return { owner, key: this.get(owner, keyId) };
  }

  /** The policy of the key that an ARN names; undefined if it names none. */
  policyOf(arn: string): string | undefined {
    const [, region, accountId, keyId] = /^arn:[^:]+:kms:([^:]+):(\d{12}):key\/(.+)$/.exec(arn) ?? [];
    if (region === undefined || accountId === undefined || keyId === undefined) return undefined;
    return this.keys.get([accountId, region, keyId])?.policy;
  }

  /** The ARN of the key that is meant, for a policy to be matched with; it need not exist. */
  arnOf(caller: Owner, reference: string): string {
    const { owner, name } = parseReference(caller, reference);
    return keyArn(owner, this.findAlias(owner, name)?.targetKeyId ?? name);
  }

  /** @throws AwsError `NotFoundException` for a key that never was or whose waiting period is over. */
  get(owner: Owner, keyId: string): Key {
    const key = this.keys.get([owner.accountId, owner.region, keyId]);
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
      if (alias !== undefined) this.putAlias(owner, newAlias(alias, key.keyId, now));
    });
    return key;
  }

  /** Changes a key in one step. @throws AwsError `NotFoundException` */
  update(owner: Owner, keyId: string, change: (key: Key) => Key): Promise<void> {
    return this.transaction(() => this.put(owner, change(this.get(owner, keyId))));
  }

  *list(owner: Owner, after?: string): Generator<Key> {
    const start = [owner.accountId, owner.region, after ?? ''];
    const end = [owner.accountId, owner.region, LAST];
    for (const { value } of this.keys.getRange({ start, end, exclusiveStart: after !== undefined })) {
      if (!this.isGone(value)) yield value;
    }
  }

  findAlias(owner: Owner, name: string): Alias | undefined {
    return this.aliases.get([owner.accountId, owner.region, name]);
  }

  putAlias(owner: Owner, alias: Alias): void {
    this.aliases.put([owner.accountId, owner.region, alias.name], alias);
  }

  removeAlias(owner: Owner, name: string): void {
    this.aliases.remove([owner.accountId, owner.region, name]);
  }

  /** Aliases in the order of their names. */
  *listAliases(owner: Owner, after = ''): Generator<Alias> {
    const start = [owner.accountId, owner.region, after];
    const end = [owner.accountId, owner.region, LAST];
    for (const { value } of this.aliases.getRange({ start, end, exclusiveStart: after !== '' })) yield value;
  }

  /** The number of the material that encrypts now; a rotation that is due happens here. */
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

  /** Takes keys out for good whose waiting period is over, with their aliases and material. */
  async removeExpired(): Promise<void> {
    const gone = [...this.keys.getRange()].filter(({ value }) => this.isGone(value));
    if (gone.length === 0) return;
    const ids = new Set(gone.map(({ value }) => value.keyId));
    await this.transaction(() => {
      for (const { key } of gone) this.keys.remove(key);
      for (const { key, value } of [...this.aliases.getRange()]) {
        if (ids.has(value.targetKeyId)) this.aliases.remove(key);
      }
    });
    for (const id of ids) this.material.remove(id);
  }

  private put(owner: Owner, key: Key): void {
    this.keys.put([owner.accountId, owner.region, key.keyId], key);
  }

  private isGone(key: Key): boolean {
    return key.deletionTime !== undefined && this.cloud.clock.now() >= key.deletionTime;
  }

  private async makeManaged(owner: Owner, name: string): Promise<Alias | undefined> {
    if (!MANAGED_ALIASES.includes(name)) return undefined;
    const service = name.slice('alias/aws/'.length);
    await this.create(
      owner,
      {
        description: `Default key that protects my ${service} data when no other key is defined`,
        manager: 'AWS',
        multiRegion: false,
        policy: JSON.stringify({ Version: '2012-10-17', Id: `auto-${service}-1`, Statement: [] }),
        tags: {},
      },
      name,
    );
    return this.findAlias(owner, name);
  }
}

export function newAlias(name: string, targetKeyId: string, now: number): Alias {
  return { name, targetKeyId, creationTime: now, lastUpdatedTime: now };
}

/** Epoch milliseconds of the next automatic rotation; undefined without one. */
export function nextRotation(key: Key): number | undefined {
  if (key.rotation === undefined || !key.enabled || key.deletionTime !== undefined) return undefined;
  const last = Math.max(key.rotation.since, key.materials[key.materials.length - 1] ?? 0);
  return last + key.rotation.periodInDays * DAY_MS;
}

function parseReference(caller: Owner, reference: string): { owner: Owner; name: string } {
  if (!reference.startsWith('arn:')) {
    if (reference.startsWith('alias/')) return { owner: caller, name: reference };
    if (!/^(mrk-)?[0-9a-fA-F-]{32,36}$/.test(reference)) throw notFound(`Invalid keyId '${reference}'`);
    return { owner: caller, name: reference };
  }
  const [, region, accountId, type, name] =
    /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(key\/|alias\/)(.+)$/.exec(reference) ?? [];
  if (region === undefined || accountId === undefined || name === undefined) throw invalidArn(reference);
  if (region !== caller.region) throw notFound(`Invalid arn ${region}`);
  return { owner: { accountId, region }, name: type === 'alias/' ? `alias/${name}` : name };
}
