import { actionOf } from './actions';
import { valueText } from './attributes';
import { isMarked, MASK, type Masker } from './masking';
import type { OutputChange } from './model';
import type { PlanJson } from './plan-json';

/** Outputs that come, go or change; a sensitive one shows that it does, not its value. */
export function outputChanges(plan: PlanJson, masker: Masker): OutputChange[] {
  return Object.entries(plan.output_changes ?? {}).flatMap(([name, change]) => {
    const action = actionOf(change);
    if (action === 'no-op') return [];
    const sensitive = isMarked(change.before_sensitive) || isMarked(change.after_sensitive);
    const before = valueText(change.before, change.before_sensitive, undefined, masker);
    const after = valueText(change.after, change.after_sensitive, change.after_unknown, masker);
    return [
      {
        name,
        action,
        ...(before !== undefined && { before: sensitive ? MASK : before }),
        ...(after !== undefined && { after: sensitive ? MASK : after }),
        sensitive,
      },
    ];
  });
}
