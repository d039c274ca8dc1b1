import type { Review } from '../review/model';
import { applyPlanFile } from './apply';
import { type Approval, confirm } from './confirm';
import { makePlan, type PlanOptions } from './plan';
import { discardPlan } from './saved-plan';

export interface DestroyOptions extends Omit<PlanOptions, 'destroy'> {
  readonly approval: Approval;
  /** Called with the review of the destroy plan before the question is asked. */
  readonly show?: (review: Review) => void;
}

/**
 * Plans the destruction, shows it, gets a yes, and applies exactly that plan. Refuses without a yes, and then nothing is
 * touched and no plan is left behind.
 *
 * @returns whether there was anything to destroy
 */
export async function destroyStack(options: DestroyOptions): Promise<boolean> {
  const { workspace, planFile, record, review } = await makePlan({
    planFile: `.lakehouse/plans/${options.stack ?? options.env.LAKEHOUSE_ENV ?? 'dev'}.destroy.tfplan`,
    ...options,
    destroy: true,
  });
  try {
    options.show?.(review);
    if (!record.changes) return false;
    const { target } = record;
    const where = target === undefined ? '' : ` in account ${target.account}, ${target.region}`;
    await confirm(`Destroy all of this${where}?`, options.approval);
    await applyPlanFile(workspace, planFile, options);
    return true;
  } finally {
    discardPlan(planFile);
  }
}
