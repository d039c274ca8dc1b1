import { asObject, type JsonObject } from '../cycle/project';
import { actionOf, destroys } from './actions';
import { pathText } from './attributes';
import { DATA_HOLDERS, mayHoldData, RISK_RULES } from './data-holders';
import type { Masker } from './masking';
import type { DataImpact } from './model';
import type { PlannedChange } from './plan-json';

/** What a change means for data; empty when nothing that holds data is touched. */
export function dataImpacts(change: PlannedChange, masker: Masker): DataImpact[] {
  if (change.mode === 'data' || change.change === undefined) return [];
  const action = actionOf(change.change);
  const before = asObject(masker.mask(change.change.before, change.change.before_sensitive));
  const forcedBy = (change.change.replace_paths ?? []).map(pathText);
  const base = { address: change.address, action, forcedBy };
  if (action === 'forget') {
    return isHolder(change.type)
      ? [
          {
            ...base,
            effect: 'risk',
            meaning:
              'the object stays as it is, but is no longer managed here: nothing here will update, protect or delete it',
          },
        ]
      : [];
  }
  if (destroys(change.change)) return destroyed(change, before, base);
  if (action === 'replace') {
    return isHolder(change.type)
      ? [{ ...base, effect: 'gap', meaning: 'a new, empty object takes its place here; the old one stays, unmanaged' }]
      : [];
  }
  if (action !== 'update') return [];
  const after = asObject(masker.mask(change.change.after, change.change.after_sensitive));
  return RISK_RULES.flatMap((rule) => {
    const risk = rule.type.test(change.type) ? rule.judge(before, after) : undefined;
    if (risk === undefined) return [];
    return [
      {
        ...base,
        effect: risk.lost ? ('lost' as const) : ('risk' as const),
        forcedBy: [risk.attribute],
        meaning: risk.meaning,
      },
    ];
  });
}

function isHolder(type: string): boolean {
  return DATA_HOLDERS[type] !== undefined || mayHoldData(type);
}

function destroyed(
  change: PlannedChange,
  before: JsonObject,
  base: Pick<DataImpact, 'address' | 'action' | 'forcedBy'>,
): DataImpact[] {
  const holder = DATA_HOLDERS[change.type];
  if (holder === undefined) {
    if (!mayHoldData(change.type)) return [];
    const meaning = `going by its name a ${change.type} may hold data; this review doesn't know the type, so judge it yourself`;
    return [{ ...base, effect: 'lost', meaning }];
  }
  const gone = typeof holder.whenDestroyed === 'string' ? holder.whenDestroyed : holder.whenDestroyed(before);
  const isReplacement = base.action === 'replace';
  const words =
    isReplacement && holder.whenReplaced !== undefined
      ? holder.gapOnly === true
        ? holder.whenReplaced
        : `${gone}; ${holder.whenReplaced}`
      : gone;
  const left = change.deposed === undefined ? words : `a left-over object of an earlier replacement: ${words}`;
  return [{ ...base, effect: holder.gapOnly === true ? 'gap' : 'lost', meaning: left }];
}
