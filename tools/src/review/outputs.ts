import { actionOf } from '../plan/actions';
import type { MaskedPlan } from '../plan/masked-plan';
import { isMarked, MASK } from '../plan/masking';
import { valueText } from './attributes';
import type { OutputChange } from './model';

/** Changed outputs; a sensitive one shows its change without its value. */
export function outputChanges(plan: MaskedPlan): OutputChange[] {
  return Object.entries(plan.outputChanges).flatMap(([name, change]) => {
    const action = actionOf(change);
    if (action === 'no-op') return [];
    const sensitive = isMarked(change.before_sensitive) || isMarked(change.after_sensitive);
    const before = valueText(change.before, undefined);
    const after = valueText(change.after, change.after_unknown);
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
