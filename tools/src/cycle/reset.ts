import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal } from '../shared/errors';
import { stackNameOf } from '../shared/stack-name';
import { withApplyLock } from './apply-lock';
import { type Approval, confirm } from './confirm';
import type { CycleOptions } from './project';
import { forgetOutputs } from './stack-outputs';
import { localStateFile, readState, resourcesIn } from './state';

export interface ResetOptions extends CycleOptions {
  readonly approval: Approval;
}

/** Result of a reset. */
export interface Reset {
  readonly stack: string;
  /** Resources that the former state described. */
  readonly resources: number;
  /** File that the former state was renamed to; absent if there was none. */
  readonly kept?: string;
}

/**
 * Forgets a local deployment whose endpoint lost its data (`.lakehouse` was deleted): its state describes resources
 * that no longer exist. Renames the state file and deletes saved plans and outputs; the next plan starts anew. Refuses
 * for any environment but `local`: on AWS the resources would be left running and billed.
 */
export async function resetLocal(options: ResetOptions): Promise<Reset> {
  const { env, projectDir } = options;
  if (env.LAKEHOUSE_ENV !== 'local') {
    throw new Refusal(
      `reset is for LAKEHOUSE_ENV=local; this is ${env.LAKEHOUSE_ENV || 'dev'}, and what its state describes would be left behind on AWS, running and billed: use destroy.`,
    );
  }
  const stack = stackNameOf(options);
  return withApplyLock(options, stack, async () => {
    const file =
      options.stateFile === undefined ? localStateFile(projectDir, stack) : path.resolve(projectDir, options.stateFile);
    const resources = fs.existsSync(file) ? resourcesIn(readState(file)) : 0;
    if (resources > 0) await confirm(`Forget the local deployment (${resources} resources)?`, options.approval);
    const kept = fs.existsSync(file) ? `${file}.reset-${new Date().toISOString().replaceAll(':', '-')}` : undefined;
    if (kept !== undefined) fs.renameSync(file, kept);
    fs.rmSync(`${file}.backup`, { force: true });
    const plans = path.join(projectDir, '.lakehouse', 'plans');
    for (const name of [`${stack}.tfplan`, `${stack}.tfplan.json`]) fs.rmSync(path.join(plans, name), { force: true });
    forgetOutputs(stack, options);
    return { stack, resources, ...(kept !== undefined && { kept }) };
  });
}
