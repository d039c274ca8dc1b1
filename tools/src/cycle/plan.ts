import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Review } from '../review/model';
import { type ReviewOptions, reviewPlanFile } from '../review/review';
import { messageOf, Refusal, type ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { terraformFailed, terraformVersion } from '../terraform/terraform';
import { fingerprint } from './fingerprint';
import { checkGuarded, guardOf } from './guard';
import { awsTarget, checkRegion } from './identity';
import { type PrivatePlan, privatePlan } from './private-plan';
import type { CycleOptions } from './project';
import { discardPlan, type PlanInfo, planPath, savePlan } from './saved-plan';
import { checkNotLeftBehind, checkNotUnderFirstName, checkStateBelongs, pullState, stateVersionOf } from './state';
import { checkNoStrangers } from './strangers';
import { checkCliArguments, checkPlanArguments, selectedWorkspace, statePlace } from './terraform-context';
import { initialize, openWorkspace, type Workspace } from './workspace';

/** A plan, saved and reviewed. */
export interface SavedPlan {
  readonly workspace: Workspace;
  readonly planFile: string;
  readonly record: PlanInfo;
  readonly review: Review;
}

export interface PlanOptions extends CycleOptions {
  /** Plan the destruction of everything. @default false */
  readonly destroy?: boolean;
  /** Only refresh the state from the real resources. @default false */
  readonly refreshOnly?: boolean;
  /** Further arguments for `terraform plan`, such as `-var` or `-target`. */
  readonly terraformArgs?: readonly string[];
  /** Gates that apply checks. */
  readonly failOn?: readonly string[];
  readonly review?: ReviewOptions;
}

/**
 * Synthesizes, initializes and plans to a file, and writes beside it what apply compares later: fingerprint of the
 * code, digest of the plan, place and version of the state, workspace, account and region. The state isn't changed.
 * Refuses a plan that would destroy another environment's state, replace guarded resources, or start anew beside a
 * state left behind.
 */
export async function makePlan(options: PlanOptions): Promise<SavedPlan> {
  const { workspace, plan, record, review } = await makePrivatePlan(options);
  try {
    const planFile = planPath(options, workspace.stack.name);
    savePlan(planFile, fs.readFileSync(plan.file), record);
    return { workspace, planFile, record, review };
  } finally {
    plan.remove();
  }
}

/** Makes a plan as `makePlan` does, in a private file that the caller applies and removes. */
export async function makePrivatePlan(
  options: PlanOptions,
): Promise<Omit<SavedPlan, 'planFile'> & { readonly plan: PrivatePlan }> {
  checkCliArguments(options.env, ['init', 'plan']);
  checkPlanArguments(options.terraformArgs ?? []);
  const version = await terraformVersion(options.env);
  const workspace = await openWorkspace(options);
  const { stack } = workspace;
  await checkRegion(stack.synthesized, options.env);
  await initialize(workspace, options);
  const planFile = planPath(options, stack.name);
  const [state, place] = [await pullState(workspace), statePlace(stack, options.env)];
  checkNotLeftBehind(state, place, stack.name, options.projectDir);
  checkNotUnderFirstName(state, place, stack.synthesized, stack.name, options);
  const target = await awsTarget(stack.synthesized, options.env);
  if (options.destroy === true) checkStateBelongs(state, stack.synthesized, target);
  else await checkNoStrangers(state, stack.synthesized, target, options.env);
  options.log(`Planning ${options.destroy === true ? 'the destruction of ' : ''}${stack.name}`);
  // No earlier saved plan: if this one is refused, apply must not take the old one for it.
  discardPlan(planFile);
  const { code, plan } = await runPlan(workspace, planFile, options);
  try {
    const stateVersion = stateVersionOf(state);
    const record: PlanInfo = {
      stack: stack.name,
      environment: options.env.LAKEHOUSE_ENV ?? 'dev',
      purpose: options.destroy === true ? 'destroy' : 'apply',
      fingerprint: fingerprint(stack.synthesized, options.projectDir),
      planDigest: plan.digest,
      workspace: selectedWorkspace(stack, options.env),
      statePlace: place,
      ...(stateVersion !== undefined && { state: stateVersion }),
      ...(target !== undefined && { target }),
      createdAt: new Date().toISOString(),
      changes: code === ExitCode.changes,
      terraformVersion: version,
      failOn: options.failOn ?? [],
    };
    const review = await reviewPlanFile(plan.file, workspace.terraformOptions, {
      synthesized: stack.synthesized,
      ...(target !== undefined && { target }),
      ...options.review,
    });
    if (options.destroy !== true) checkGuarded(review, guardOf(stack.synthesized));
    return { workspace, plan, record, review };
  } catch (error) {
    plan.remove();
    throw error;
  }
}

async function runPlan(
  workspace: Workspace,
  planFile: string,
  options: PlanOptions,
): Promise<{ code: number; plan: PrivatePlan }> {
  const folder = path.dirname(planFile);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A folder that only its owner can enter: Terraform writes the file with the umask's permissions.
  const own = fs.mkdtempSync(path.join(folder, '.plan-'));
  const file = path.join(own, 'plan');
  const args = ['plan', '-input=false', '-no-color', '-detailed-exitcode', `-out=${file}`];
  if (options.destroy === true) args.push('-destroy');
  if (options.refreshOnly === true) args.push('-refresh-only');
  args.push(...(options.terraformArgs ?? []));
  try {
    const result = await workspace.terraform(args, [ExitCode.ok, ExitCode.changes, ExitCode.failed]);
    if (result.code === ExitCode.failed) throw planFailed(terraformFailed(args, result), result.stderr);
    return { code: result.code, plan: privatePlan(fs.readFileSync(file), folder) };
  } finally {
    fs.rmSync(own, { recursive: true, force: true });
  }
}

/** Terraform's error, with instructions if it is the guard's refusal or the state's lock. */
function planFailed(error: ToolError, said: string): ToolError {
  if (/Error acquiring the state lock/.test(said)) return stateLocked(said);
  if (!said.includes('LAKEHOUSE_ALLOW_DATA_DELETION')) return error;
  return new Refusal(
    `${messageOf(error)}\n\nA second lakehouse beside this one is another matter: it needs a name of its own in LAKEHOUSE_APP_NAME, and gets a stack and a state of its own by it.`,
  );
}

/** The refusal if another run holds the state's lock. */
export function stateLocked(said: string): Refusal {
  const holder = /^\W*Who:\s*(.+)$/m.exec(said)?.[1]?.trim();
  return new Refusal(
    `another run holds the state's lock${holder === undefined ? '' : ` (${holder})`}: wait until it has ended. Nothing was touched.`,
  );
}
