import { actionOf, isManaged } from '../../plan/actions';
import type { MaskedPlan, PlannedChange } from '../../plan/masked-plan';
import type { ConfiguredModule } from '../../plan/plan-json';
import { targetOf, withoutKeys } from '../../plan/planned';
import { asList, asObject, type JsonObject } from '../../shared/json';

/** The bucket (or repository) that another resource names, as the plan changes it. */
export interface NamedBucket {
  /** Whether this plan creates it, also as a replacement: it holds no object that could be lost. */
  readonly isNew: boolean;
  readonly goes: boolean;
  /** Whether it may hold noncurrent versions: true unless the plan shows that versioning was never on. */
  readonly versioned: boolean;
}

const HOLDERS =
  /^(aws_s3_bucket|aws_s3control_bucket|aws_s3_directory_bucket|aws_ecr_repository|azurerm_storage_account)$/;
const NAMES = ['bucket', 'repository', 'storage_account_id'] as const;

/** Finds the bucket that a resource names, by its name or by reference. */
export class Buckets {
  private readonly byName = new Map<string, PlannedChange>();
  private readonly byAddress = new Map<string, PlannedChange>();
  private readonly references = new Map<string, string>();
  private readonly versionings: readonly PlannedChange[];

  constructor(plan: MaskedPlan) {
    const managed = plan.resourceChanges.filter((entry) => isManaged(entry) && entry.deposed === undefined);
    for (const entry of managed.filter(({ type }) => HOLDERS.test(type))) {
      this.byAddress.set(entry.address, entry);
      for (const values of [asObject(entry.change?.before), asObject(entry.change?.after)]) {
        for (const name of [values.bucket, values.id, values.name]) {
          if (typeof name === 'string') this.byName.set(name, entry);
        }
      }
    }
    this.versionings = managed.filter(({ type }) => type === 'aws_s3_bucket_versioning');
    this.noteReferences(plan.configuration.root_module, '');
  }

  private noteReferences(module: ConfiguredModule | undefined, prefix: string): void {
    for (const { address, expressions } of module?.resources ?? []) {
      const argument = NAMES.map((name) => asObject(expressions?.[name]).references).find((list) => list !== undefined);
      const reference = asList(argument).map(String)[0];
      if (reference !== undefined) this.references.set(prefix + address, targetOf(reference, prefix + address));
    }
    for (const [name, call] of Object.entries(module?.module_calls ?? {})) {
      this.noteReferences(call.module, `${prefix}module.${name}.`);
    }
  }

  /** The bucket that an entry names; undefined if the plan lacks it. */
  private bucketOf(entry: PlannedChange): PlannedChange | undefined {
    if (HOLDERS.test(entry.type)) return entry;
    const values: JsonObject = { ...asObject(entry.change?.after), ...withoutNulls(asObject(entry.change?.before)) };
    const named = NAMES.map((name) => values[name]).find((value) => typeof value === 'string');
    const byName = typeof named === 'string' ? this.byName.get(named) : undefined;
    if (byName !== undefined) return byName;
    const reference = this.references.get(withoutKeys(entry.address));
    if (reference === undefined) return undefined;
    // The instance with the same key: `lake["a"]` for `lifecycle["a"]`.
    const key = entry.address.slice(withoutKeys(entry.address).length);
    const alone = [...this.byAddress.values()].filter(({ address }) => withoutKeys(address) === reference);
    return this.byAddress.get(reference + key) ?? (alone.length === 1 ? alone[0] : undefined);
  }

  /** The named bucket's state in this plan. */
  named(entry: PlannedChange): NamedBucket {
    const bucket = this.bucketOf(entry);
    if (bucket === undefined) return { isNew: false, goes: false, versioned: true };
    const action = actionOf(bucket.change);
    const isNew = action === 'create' || action === 'replace' || action === 'renew';
    return { isNew, goes: action === 'delete' || action === 'replace', versioned: this.wasVersioned(bucket) };
  }

  private wasVersioned(bucket: PlannedChange): boolean {
    const before = asObject(bucket.change?.before);
    const inline = asObject(asList(before.versioning)[0]).enabled;
    if (inline === true) return true;
    const own = this.versionings.filter((entry) => this.bucketOf(entry) === bucket);
    const status = own.map(
      (entry) => asObject(asList(asObject(entry.change?.before).versioning_configuration)[0]).status,
    );
    // Suspended keeps existing versions. Without a setting in the plan, versioning may be on from elsewhere.
    if (status.some((text) => text === 'Enabled' || text === 'Suspended')) return true;
    const isNew = own.length > 0 && own.every((entry) => (entry.change?.before ?? null) === null);
    return inline !== false && !isNew;
  }
}

function withoutNulls(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
