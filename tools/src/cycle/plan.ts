import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Review } from '../review/model';
import { type ReviewOptions, reviewPlanFile } from '../review/review';
import { ExitCode } from '../shared/exit-codes';
import { terraformFailed, terraformVersion } from '../terraform/terraform';
import { fingerprint } from './fingerprint';
import { awsTarget } from './identity';
import type { CycleOptions } from './project';
import { type PlanRecord, planPath, writeRecord } from './saved-plan';
import { initialize, openWorkspace, stateVersion, type Workspace } from './workspace';

/** A plan, saved and reviewed. */
export interface SavedPlan {
  readonly workspace: Workspace;
  readonly planFile: string;
  readonly record: PlanRecord;
  readonly review: Review;
}

export interface PlanOptions extends CycleOptions {
  /** Plan the destruction of everything. @default false */
  readonly destroy?: boolean;
  /** Only bring the state up to date with what is there. @default false */
  readonly refreshOnly?: boolean;
  /** Further arguments for `terraform plan`, such as `-var` or `-target`. */
  readonly terraformArgs?: readonly string[];
  /** Gates that apply will have to pass. */
  readonly failOn?: readonly string[];
  readonly review?: ReviewOptions;
}

/**
 * Synthesizes, initializes and plans to a file, and writes beside it what apply compares later: fingerprint of the code,
 * digest of the plan, version of the state, account and region. The state isn't changed.
 */
export async function makePlan(options: PlanOptions): Promise<SavedPlan> {
  const version = await terraformVersion(options.env);
  const workspace = await openWorkspace(options);
  await initialize(workspace, options);
  const { stack } = workspace;
  const planFile = planPath(options, stack.name);
  fs.mkdirSync(path.dirname(planFile), { recursive: true, mode: 0o700 });
  const state = await stateVersion(workspace);
  const target = await awsTarget(stack.synthesized, options.env);
  options.log(`Planning ${options.destroy === true ? 'the destruction of ' : ''}${stack.name}`);
  const code = await runPlan(workspace, planFile, options);
  const record = writeRecord(planFile, {
    stack: stack.name,
    environment: options.env.LAKEHOUSE_ENV ?? 'dev',
    purpose: options.destroy === true ? 'destroy' : 'apply',
    fingerprint: fingerprint(stack.synthesized, options.projectDir),
    ...(state !== undefined && { state }),
    ...(target !== undefined && { target }),
    createdAt: new Date().toISOString(),
    changes: code === ExitCode.changes,
    terraformVersion: version,
    failOn: options.failOn ?? [],
  });
  const review = await reviewPlanFile(planFile, workspace.terraformOptions, {
    synthesized: stack.synthesized,
    ...options.review,
  });
  return { workspace, planFile, record, review };
}

async function runPlan(workspace: Workspace, planFile: string, options: PlanOptions): Promise<number> {
  const args = ['plan', '-input=false', '-no-color', '-detailed-exitcode', `-out=${planFile}`];
  if (options.destroy === true) args.push('-destroy');
  if (options.refreshOnly === true) args.push('-refresh-only');
  args.push(...(options.terraformArgs ?? []));
  // Terraform writes the file with the umask's permissions; it must not be readable by others even for a moment.
  const umask = process.umask(0o077);
  try {
    const result = await workspace.terraform(args, [ExitCode.ok, ExitCode.changes, ExitCode.failed]);
    if (result.code === ExitCode.failed) throw terraformFailed(args, result);
    return result.code;
  } finally {
    process.umask(umask);
  }
}
