import { asList, asObject, type Json, type JsonObject } from '../../shared/json';
import type { Judgement } from './model';

/*
 * Rules that delete or move objects by age ("Lifecycle configuration elements"). Every rule counts: one that is new,
 * enabled, widened or shortened deletes objects that were to stay.
 */

/** Effect of a rule on the objects that it covers. */
interface Expiry {
  readonly what: 'objects' | 'former versions' | 'archive';
  /** Days after which the rule applies; undefined for a date. */
  readonly days?: number;
  readonly date?: string;
  /** Noncurrent versions that it keeps whatever their age. */
  readonly keep: number;
  readonly scope: Scope;
}

/** Objects that a rule covers. */
interface Scope {
  readonly prefix: string;
  readonly tags: readonly string[];
  readonly above: number;
  readonly below: number;
}

/** Storage classes whose objects can't be read until restored: queries skip them or fail. */
const ARCHIVES = /^(GLACIER|DEEP_ARCHIVE)$/;

/**
 * Consequence of changed lifecycle rules for existing objects.
 *
 * @param versioned whether the bucket may hold noncurrent versions, which noncurrent rules delete
 */
export function lifecycleJudgements(
  before: readonly Json[],
  after: readonly Json[],
  attribute: string,
  versioned = true,
): Judgement[] {
  const old = before.flatMap((rule) => expiries(asObject(rule)));
  const now = after.flatMap((rule) => expiries(asObject(rule)));
  return now
    .filter((expiry) => !old.some((known) => covers(known, expiry)))
    .filter((expiry) => expiry.what !== 'former versions' || versioned)
    .map((expiry) => ({
      effect: expiry.what === 'archive' ? ('risk' as const) : ('lost' as const),
      attribute,
      meaning: meaningOf(expiry, old),
    }));
}

function meaningOf(expiry: Expiry, old: readonly Expiry[]): string {
  const same = old.filter((known) => known.what === expiry.what && includes(known.scope, expiry.scope));
  const days = same.flatMap((known) => known.days ?? []);
  const instead = days.length > 0 ? `${expiry.what === 'archive' ? '' : 'after '}${Math.min(...days)} days` : 'never';
  const where = scopeText(expiry.scope);
  const when =
    expiry.date === undefined ? `after ${expiry.days ?? 'a number of'} days` : `from ${expiry.date.slice(0, 10)} on`;
  if (expiry.what === 'archive') {
    return `objects${where} move to an archive class ${when}: they can't be read or queried until they are restored`;
  }
  const kept = expiry.keep > 0 ? `, the newest ${expiry.keep} apart` : '';
  return `${expiry.what}${where} expire ${when} instead of ${instead}${kept}: older ones are deleted`;
}

function scopeText({ prefix, tags }: Scope): string {
  const parts = [
    ...(prefix === '' ? [] : [`under ${prefix}`]),
    ...(tags.length === 0 ? [] : [`tagged ${tags.join(', ')}`]),
  ];
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

/** A rule of aws_s3_bucket_lifecycle_configuration, or of the inline `lifecycle_rule` of provider 3 and before. */
function expiries(rule: JsonObject): Expiry[] {
  const disabled =
    rule.status === undefined || rule.status === null ? rule.enabled === false : rule.status !== 'Enabled';
  if (disabled) return [];
  const scope = scopeOf(rule);
  const blocks = (name: string) => asList(rule[name]).map(asObject);
  const found: Expiry[] = [];
  for (const { days, date } of blocks('expiration')) {
    if (typeof date === 'string' && date !== '') found.push({ what: 'objects', date, keep: 0, scope });
    else if (typeof days === 'number' && days > 0) found.push({ what: 'objects', days, keep: 0, scope });
  }
  for (const block of blocks('noncurrent_version_expiration')) {
    const days = block.noncurrent_days ?? block.days;
    const keep = Number(block.newer_noncurrent_versions ?? 0);
    if (typeof days === 'number' && days > 0) found.push({ what: 'former versions', days, keep, scope });
  }
  for (const { storage_class: target, days, date } of blocks('transition')) {
    if (typeof target !== 'string' || !ARCHIVES.test(target)) continue;
    if (typeof date === 'string' && date !== '') found.push({ what: 'archive', date, keep: 0, scope });
    else found.push({ what: 'archive', days: Number(days ?? 0), keep: 0, scope });
  }
  return found;
}

function scopeOf(rule: JsonObject): Scope {
  const filter = asObject(asList(rule.filter)[0]);
  const and = asObject(asList(filter.and)[0]);
  const tag = asObject(asList(filter.tag)[0]);
  const prefix = [rule.prefix, filter.prefix, and.prefix].find((text) => typeof text === 'string' && text !== '');
  const tags = [
    ...Object.entries({ ...asObject(rule.tags), ...asObject(and.tags) }).map(([name, value]) => `${name}=${value}`),
    ...(typeof tag.key === 'string' ? [`${tag.key}=${tag.value}`] : []),
  ];
  const size = (name: string, otherwise: number) => {
    const value = Number(filter[name] ?? and[name] ?? 0);
    return value > 0 ? value : otherwise;
  };
  return {
    prefix: typeof prefix === 'string' ? prefix : '',
    tags: tags.sort(),
    above: size('object_size_greater_than', 0),
    below: size('object_size_less_than', Number.POSITIVE_INFINITY),
  };
}

/** Whether an earlier rule deletes all that the other one deletes, no later. */
function covers(known: Expiry, expiry: Expiry): boolean {
  if (known.what !== expiry.what || !includes(known.scope, expiry.scope) || known.keep > expiry.keep) return false;
  if (expiry.date !== undefined) return known.date !== undefined && known.date <= expiry.date;
  return known.days !== undefined && expiry.days !== undefined && known.days <= expiry.days;
}

function includes(wide: Scope, narrow: Scope): boolean {
  return (
    narrow.prefix.startsWith(wide.prefix) &&
    wide.tags.every((tag) => narrow.tags.includes(tag)) &&
    wide.above <= narrow.above &&
    wide.below >= narrow.below
  );
}

/** google_storage_bucket's `lifecycle_rule`, in the shape of S3's. */
export function googleRules(values: JsonObject): Json[] {
  return asList(values.lifecycle_rule)
    .map(asObject)
    .filter((rule) => asObject(asList(rule.action)[0]).type === 'Delete')
    .flatMap((rule): Json[] => {
      const condition = asObject(asList(rule.condition)[0]);
      const prefixes = asList(condition.matches_prefix).map(String);
      const archived = condition.with_state === 'ARCHIVED' || Number(condition.num_newer_versions ?? 0) > 0;
      const age = Math.max(1, Number(condition.age ?? condition.days_since_noncurrent_time ?? 0));
      const what: JsonObject = archived
        ? {
            noncurrent_version_expiration: [
              { noncurrent_days: age, newer_noncurrent_versions: condition.num_newer_versions ?? 0 },
            ],
          }
        : {
            expiration: [
              typeof condition.created_before === 'string' ? { date: condition.created_before } : { days: age },
            ],
          };
      return (prefixes.length === 0 ? [''] : prefixes).map((prefix) => ({ enabled: true, prefix, ...what }));
    });
}

/** azurerm_storage_management_policy's rules, in the shape of S3's. */
export function azureRules(values: JsonObject): Json[] {
  return asList(values.rule)
    .map(asObject)
    .filter((rule) => rule.enabled !== false)
    .flatMap((rule): Json[] => {
      const filters = asObject(asList(rule.filters)[0]);
      const actions = asObject(asList(rule.actions)[0]);
      const base = asObject(asList(actions.base_blob)[0]);
      const limits = [
        base.delete_after_days_since_modification_greater_than,
        base.delete_after_days_since_last_access_time_greater_than,
        base.delete_after_days_since_creation_greater_than,
      ].filter((value): value is number => typeof value === 'number' && value >= 0);
      const former = [actions.version, actions.snapshot]
        .map((block) => asObject(asList(block)[0]))
        .flatMap(
          (block) =>
            block.delete_after_days_since_creation ?? block.delete_after_days_since_creation_greater_than ?? [],
        )
        .filter((value): value is number => typeof value === 'number' && value >= 0);
      const prefixes = asList(filters.prefix_match).map(String);
      return (prefixes.length === 0 ? [''] : prefixes).map((prefix) => ({
        enabled: true,
        prefix,
        expiration: limits.map((limit) => ({ days: Math.max(1, limit) })),
        noncurrent_version_expiration: former.map((limit) => ({ days: Math.max(1, limit) })),
      }));
    });
}
