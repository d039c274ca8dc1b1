import type { Review } from '../review/model';
import { stackNameOf } from '../shared/stack-name';
import { applyPrivatePlan } from './apply';
import { withApplyLock } from './apply-lock';
import { type Approval, confirm } from './confirm';
import { makePrivatePlan, type PlanOptions } from './plan';
import { forgetOutputs } from './stack-outputs';
import { checkCliArguments } from './terraform-context';

export interface DestroyOptions extends Omit<PlanOptions, 'destroy'> {
  readonly approval: Approval;
  /** Called with the review of the destroy plan before the question is asked. */
  readonly show?: (review: Review) => void;
}

/**
 * Plans the destruction, shows it, asks for confirmation, and applies exactly that plan. Refuses without confirmation;
 * then nothing is changed and no plan is left behind.
 *
 * @returns whether there was anything to destroy
 */
export async function destroyStack(options: DestroyOptions): Promise<boolean> {
  checkCliArguments(options.env, ['apply']);
  const name = stackNameOf(options);
  return withApplyLock(options, name, async () => {
    const { workspace, plan, record, review } = await makePrivatePlan({
      planFile: `.lakehouse/plans/${name}.destroy.tfplan`,
      ...options,
      destroy: true,
    });
    try {
      options.show?.(review);
      if (!record.changes) return false;
      const { target } = record;
      const where = target === undefined ? '' : ` in account ${target.account}, ${target.region}`;
      await confirm(`Destroy all of this${where}?`, options.approval);
      await applyPrivatePlan(workspace, plan, options);
      forgetOutputs(workspace.stack.name, options);
      return true;
    } finally {
      plan.remove();
    }
  });
}
