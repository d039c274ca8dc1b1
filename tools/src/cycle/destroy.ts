import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Review } from '../review/model';
import { applyPrivatePlan, readOutputsFile } from './apply';
import { withApplyLock } from './apply-lock';
import { type Approval, confirm } from './confirm';
import { makePrivatePlan, type PlanOptions } from './plan';
import { stackNameOf } from './project';
import { checkCliArguments } from './terraform-context';

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
  checkCliArguments(options.env, ['apply']);
  const name = stackNameOf(options);
  return withApplyLock(options.projectDir, name, async () => {
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

/** Takes a destroyed stack out of the outputs file, where commands would go on finding what is no longer there. */
function forgetOutputs(stack: string, options: DestroyOptions): void {
  const file = path.resolve(options.projectDir, options.outputsFile ?? 'outputs.json');
  const { [stack]: gone, ...others } = readOutputsFile(file);
  if (gone === undefined) return;
  if (Object.keys(others).length === 0) fs.rmSync(file, { force: true });
  else fs.writeFileSync(file, JSON.stringify(others, null, 2));
}
