import { asObject, type Json, type JsonObject } from '../shared/json';
import { destroys, isManaged } from './actions';
import type { MaskedPlan, PlannedChange } from './masked-plan';
import { childMark } from './masking';
import type { ConfiguredModule, ConfiguredResource } from './plan-json';
import { parsePolicy, type Statement, statementsOfDataSource } from './policy';

/** A resource after the plan is applied. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly values: JsonObject;
  /** Marks of values known only after the apply. */
  readonly unknown: Json;
  /** Addresses that each argument refers to, from the configuration. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** Names of the arguments that the configuration sets; undefined when the plan doesn't carry its configuration. */
  readonly configured?: ReadonlySet<string>;
  /** The resource's arguments in the synthesized JSON, if there is one. */
  readonly source: JsonObject;
}

/** All planned resources and their references; input of the security rules and the diagram. */
export class PlannedResources {
  private readonly byType = new Map<string, PlannedResource[]>();
  private readonly byAddress = new Map<string, PlannedResource>();
  private readonly dataSources = new Map<string, JsonObject>();
  private readonly attached = new Map<string, ReadonlyMap<string, readonly PlannedResource[]>>();
  readonly all: readonly PlannedResource[];

  constructor(plan: MaskedPlan) {
    const { synthesized } = plan;
    const configured = configuredResources(plan.configuration.root_module);
    const sources = { managed: asObject(synthesized.resource), data: asObject(synthesized.data) };
    const all: PlannedResource[] = [];
    for (const entry of plan.resourceChanges) {
      const config = configured.get(withoutKeys(entry.address));
      if (entry.mode === 'data') this.noteDataSource(entry, sources.data);
      if (!isManaged(entry) || entry.deposed !== undefined || entry.change?.after === undefined) continue;
      if (entry.change.after === null || (destroys(entry.change) && entry.change.actions?.length === 1)) continue;
      all.push(plannedResource(entry, config, sources.managed));
    }
    for (const [name, byName] of Object.entries(sources.data)) {
      for (const [id, values] of Object.entries(asObject(byName))) {
        const address = `data.${name}.${id}`;
        if (!this.dataSources.has(address)) this.dataSources.set(address, asObject(values));
      }
    }
    for (const { address, values: found } of plan.priorDataSources) {
      this.dataSources.set(withoutKeys(address), asObject(found));
    }
    for (const resource of all) {
      this.byAddress.set(resource.address, resource);
      const same = this.byType.get(resource.type);
      if (same === undefined) this.byType.set(resource.type, [resource]);
      else same.push(resource);
    }
    this.all = all;
  }

  private noteDataSource(entry: PlannedChange, sources: JsonObject): void {
    const values = asObject(entry.change?.after);
    const source = asObject(asObject(sources[entry.type])[entry.name ?? '']);
    // The synthesized source, with its references, for values that are unknown in the plan.
    this.dataSources.set(
      withoutKeys(entry.address),
      values.statement !== undefined ? { ...source, ...values } : source,
    );
  }

  ofType(...types: string[]): readonly PlannedResource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  get(address: string): PlannedResource | undefined {
    return this.byAddress.get(address);
  }

  /** Resources of a type whose argument points at the target, by its name as value or by reference. */
  attachedTo(target: PlannedResource, type: string, argument: string, identity: string): readonly PlannedResource[] {
    const index = this.attachments(type, argument);
    const name = target.values[identity];
    const byName = typeof name === 'string' ? (index.get(`=${name}`) ?? []) : [];
    const byReference = index.get(withoutKeys(target.address)) ?? [];
    // A known value decides: a reference may be to another resource's name.
    const fits = ({ values }: PlannedResource) =>
      typeof values[argument] !== 'string' || typeof name !== 'string' || values[argument] === name;
    return [...new Set([...byName, ...byReference.filter(fits)])];
  }

  // Resources of a type by the target that an argument names, indexed once: a plan may have thousands of buckets.
  private attachments(type: string, argument: string): ReadonlyMap<string, readonly PlannedResource[]> {
    const known = this.attached.get(`${type}.${argument}`);
    if (known !== undefined) return known;
    const index = new Map<string, PlannedResource[]>();
    const add = (key: string, resource: PlannedResource) => {
      const list = index.get(key);
      if (list === undefined) index.set(key, [resource]);
      else if (!list.includes(resource)) list.push(resource);
    };
    for (const resource of this.ofType(type)) {
      const value = resource.values[argument];
      if (typeof value === 'string') add(`=${value}`, resource);
      for (const reference of resource.references[argument] ?? []) add(targetOf(reference, resource.address), resource);
    }
    this.attached.set(`${type}.${argument}`, index);
    return index;
  }

  /**
   * Statements of a policy argument: from its planned text, else from the synthesized text, else from the
   * aws_iam_policy_document that it refers to. `unknown` if only the apply tells.
   */
  policy(resource: PlannedResource, argument: string): readonly Statement[] | 'unknown' | undefined {
    const planned = resource.values[argument];
    if (typeof planned === 'string') return parsePolicy(planned) ?? (planned.startsWith('(') ? 'unknown' : undefined);
    const source = resource.source[argument];
    const direct = typeof source === 'string' ? parsePolicy(source) : undefined;
    if (direct !== undefined) return direct;
    const named = typeof source === 'string' ? [...source.matchAll(/data\.aws_iam_policy_document\.[\w-]+/g)] : [];
    const documents = [...(resource.references[argument] ?? []), ...named.map((match) => match[0])]
      .map((reference) => /data\.aws_iam_policy_document\.[\w-]+/.exec(reference)?.[0])
      .find((address) => address !== undefined);
    const document = documents === undefined ? undefined : this.dataSources.get(documents);
    if (document?.statement !== undefined) return statementsOfDataSource(document);
    // An argument that isn't configured is computed by the provider, and no policy of the configuration.
    const isSet = resource.configured?.has(argument) ?? true;
    return isSet && childMark(resource.unknown, argument) === true ? 'unknown' : undefined;
  }
}

/**
 * Address that a reference means, within the module of a resource: `aws_s3_bucket.lake.id` in
 * `module.m.aws_s3_bucket_policy.p` is `module.m.aws_s3_bucket.lake`.
 */
export function targetOf(reference: string, from: string): string {
  const prefix = /^(module\.[^.]+\.)+/.exec(withoutKeys(from))?.[0] ?? '';
  return prefix + withoutKeys(reference).split('.').slice(0, 2).join('.');
}

/** An address without count and for_each keys, as in the configuration. */
export function withoutKeys(address: string): string {
  return address.includes('[') ? address.replace(/\[("([^"\\]|\\.)*"|\d+)\]/g, '') : address;
}

function plannedResource(
  entry: PlannedChange,
  config: ConfiguredResource | undefined,
  sources: JsonObject,
): PlannedResource {
  return {
    address: entry.address,
    type: entry.type,
    values: asObject(entry.change?.after),
    unknown: entry.change?.after_unknown ?? null,
    references: references(config),
    ...(config?.expressions !== undefined && { configured: new Set(Object.keys(config.expressions)) }),
    source: asObject(asObject(sources[entry.type])[entry.name ?? '']),
  };
}

function references(config: ConfiguredResource | undefined): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [argument, expression] of Object.entries(config?.expressions ?? {})) {
    const list: string[] = [];
    collectReferences(expression, list);
    if (list.length > 0) found[argument] = list;
  }
  return found;
}

function collectReferences(expression: Json, list: string[]): void {
  if (Array.isArray(expression)) for (const item of expression) collectReferences(item, list);
  else if (typeof expression === 'object' && expression !== null) {
    if (Array.isArray(expression.references)) list.push(...expression.references.map(String));
    else for (const item of Object.values(expression)) collectReferences(item, list);
  }
}

function configuredResources(root: ConfiguredModule | undefined): Map<string, ConfiguredResource> {
  const found = new Map<string, ConfiguredResource>();
  const visit = (module: ConfiguredModule | undefined, prefix: string): void => {
    for (const resource of module?.resources ?? []) found.set(`${prefix}${resource.address}`, resource);
    for (const [name, call] of Object.entries(module?.module_calls ?? {}))
      visit(call.module, `${prefix}module.${name}.`);
  };
  visit(root, '');
  return found;
}
