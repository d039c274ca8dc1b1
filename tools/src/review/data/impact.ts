import { type Action, actionOf, destroys, isManaged } from '../../plan/actions';
import type { MaskedPlan, PlannedChange } from '../../plan/masked-plan';
import { pathText } from '../../plan/plan-json';
import { asObject } from '../../shared/json';
import { Buckets } from './buckets';
import { destroyedData, replacedData } from './destroyed';
import type { DataImpact } from './model';
import { changeJudgements } from './rules';
import { type DataKind, dataKind } from './types';

type Base = Pick<DataImpact, 'address' | 'type' | 'action' | 'forcedBy'>;

const ORDER = { lost: 0, gap: 1, unjudged: 2, risk: 3 } as const;

/**
 * Consequences of a plan for data, the gravest first.
 *
 * @param holdsNone patterns of types that the repository declares to hold none (`github_*`)
 */
export function dataImpacts(plan: MaskedPlan, holdsNone: (type: string) => boolean = () => false): DataImpact[] {
  const buckets = new Buckets(plan);
  const kindOf = (type: string): DataKind => {
    const kind = dataKind(type);
    return kind.kind === 'unknown' && holdsNone(type) ? { kind: 'none' } : kind;
  };
  return plan.resourceChanges
    .filter((entry) => isManaged(entry) && entry.change !== undefined)
    .flatMap((entry) => impactsOf(entry, kindOf(entry.type), buckets))
    .sort((a, b) => ORDER[a.effect] - ORDER[b.effect]);
}

function impactsOf(entry: PlannedChange, kind: DataKind, buckets: Buckets): DataImpact[] {
  const action = actionOf(entry.change);
  const forcedBy = (entry.change?.replace_paths ?? []).map(pathText);
  const base: Base = { address: entry.address, type: entry.type, action, forcedBy };
  const ended = endOf(entry, kind, action, base);
  if (action === 'no-op' || action === 'read' || entry.deposed !== undefined) return ended;
  return [...ended, ...changed(entry, kind, action, base, buckets)];
}

/** Consequence of an object's destruction; empty if it isn't destroyed. */
function endOf(entry: PlannedChange, kind: DataKind, action: Action, base: Base): DataImpact[] {
  const ends = destroys(entry.change) || ['forget', 'renew', 'unknown'].includes(action);
  if (!ends) return [];
  if (kind.kind === 'unknown') {
    const meaning = `this review doesn't know what a ${entry.type} holds: judge it yourself`;
    return [{ ...base, effect: 'unjudged', meaning }];
  }
  if (kind.kind !== 'holds') return [];
  if (action === 'unknown') {
    const meaning = `this review doesn't know the action ${(entry.change?.actions ?? []).join('+')}: judge it yourself`;
    return [{ ...base, effect: 'unjudged', meaning }];
  }
  if (action === 'forget') return [{ ...base, effect: 'risk', meaning: FORGOTTEN }];
  if (action === 'renew') return [{ ...base, effect: 'gap', meaning: RENEWED }];
  const before = asObject(entry.change?.before);
  const { effect, words } = (action === 'replace' ? replacedData : destroyedData)(entry.type, before, kind.words);
  const meaning = entry.deposed === undefined ? words : `a left-over object of an earlier replacement: ${words}`;
  return [{ ...base, effect, meaning }];
}

const FORGOTTEN =
  'the object stays as it is, but is no longer managed here: nothing here will update, protect or delete it';
const RENEWED = 'a new, empty object takes its place here; the old one stays, unmanaged';

function changed(entry: PlannedChange, kind: DataKind, action: Action, base: Base, buckets: Buckets): DataImpact[] {
  // No judgement of settings on an object that holds data and is replaced: its data is lost anyway.
  if (kind.kind === 'holds' && action !== 'update') return [];
  const { before, after, after_unknown: unknown } = entry.change ?? {};
  const bucket = buckets.named(entry);
  const judgements = changeJudgements(entry.type, kind.kind === 'holds', {
    before: asObject(before),
    after: asObject(after),
    existed: before !== null && before !== undefined,
    exists: after !== null && after !== undefined && action !== 'forget',
    holdsObjects: !bucket.isNew,
    versioned: bucket.versioned,
    bucketGoes: bucket.goes,
    unknown: asObject(unknown),
  });
  return judgements.map(({ effect, attribute, meaning }) => ({
    ...base,
    effect,
    forcedBy: attribute === '' ? [] : [attribute],
    meaning,
  }));
}
