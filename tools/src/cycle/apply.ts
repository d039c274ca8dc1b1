import * as fs from 'node:fs';
import * as path from 'node:path';
import { type GateFailure, gateFailures, parseGates } from '../review/gates';
import type { Review } from '../review/model';
import { type ReviewOptions, reviewPlanFile } from '../review/review';
import { Refusal, ToolError } from '../shared/errors';
import type { JsonObject } from '../shared/json';
import type { AwsTarget } from '../terraform/synthesized';
import { terraformFailed } from '../terraform/terraform';
import { withApplyLock } from './apply-lock';
import { type Approval, confirm } from './confirm';
import { fingerprint } from './fingerprint';
import { checkGuarded, guardOf } from './guard';
import { awsTarget, checkRegion } from './identity';
import { stateLocked } from './plan';
import { type PrivatePlan, privatePlan } from './private-plan';
import type { CycleOptions } from './project';
import { discardIfSame, type PlanInfo, planPath, readPlan } from './saved-plan';
import { writeOutputs } from './stack-outputs';
import { pullState, stateVersionOf } from './state';
import { checkCliArguments, type StatePlace, selectedWorkspace, statePlace } from './terraform-context';
import { initialize, openWorkspace, readOutputs, type Workspace } from './workspace';

export interface ApplyOptions extends CycleOptions {
  readonly approval: Approval;
  /** Gates besides those saved with the plan. */
  readonly failOn?: readonly string[];
  readonly review?: ReviewOptions;
  /** Called with the review before the question is asked. */
  readonly show?: (review: Review) => void;
}

export interface Applied {
  readonly record: PlanInfo;
  readonly review: Review;
  readonly outputsFile: string;
  readonly outputs: JsonObject;
}

/**
 * Applies the saved plan, that one only, and writes the outputs file. Refuses, before any change, when the plan is
 * stale, the code, environment, workspace, state, account or region isn't the plan's, another apply runs, a gate of the
 * review fails, or the apply isn't confirmed. One private copy of the plan is checked, reviewed and applied.
 */
export async function applySavedPlan(options: ApplyOptions): Promise<Applied> {
  checkCliArguments(options.env, ['init', 'apply']);
  const workspace = await openWorkspace(options);
  const { stack } = workspace;
  return withApplyLock(options, stack.name, async () => {
    const planFile = planPath(options, stack.name);
    const { record, bytes } = readPlan(planFile);
    const plan = privatePlan(bytes, path.dirname(planFile));
    try {
      const review = await checkAndReview(record, plan, workspace, options);
      if (record.changes) await confirm(question(record), options.approval);
      const done = await applyPrivatePlan(workspace, plan, options, () => discardIfSame(planFile, plan.digest));
      return { record, review, ...done };
    } finally {
      plan.remove();
    }
  });
}

async function checkAndReview(
  record: PlanInfo,
  plan: PrivatePlan,
  workspace: Workspace,
  options: ApplyOptions,
): Promise<Review> {
  const { stack } = workspace;
  checkRecord(record, workspace, options);
  await checkRegion(stack.synthesized, options.env);
  const target = await awsTarget(stack.synthesized, options.env);
  checkTarget(record.target, target);
  await initialize(workspace, options);
  checkPlace(record.statePlace, statePlace(stack, options.env));
  await checkState(record, workspace);
  const review = await reviewPlanFile(plan.file, workspace.terraformOptions, {
    synthesized: stack.synthesized,
    ...(target !== undefined && { target }),
    ...options.review,
  });
  if (record.purpose === 'apply') checkGuarded(review, guardOf(stack.synthesized));
  options.show?.(review);
  const standing = options.review?.acceptance?.failOn ?? [];
  refuseOnGates(review, [...standing, ...record.failOn, ...(options.failOn ?? [])]);
  return review;
}

/**
 * Applies a private plan and writes the outputs.
 *
 * @param spent called when the plan can't be applied again, because Terraform has begun with it
 */
export async function applyPrivatePlan(
  workspace: Workspace,
  plan: PrivatePlan,
  options: CycleOptions,
  spent: () => void = () => undefined,
): Promise<{ outputsFile: string; outputs: JsonObject }> {
  plan.check();
  options.log(`Applying ${workspace.stack.name}`);
  const args = ['apply', '-input=false', '-no-color', plan.file];
  const result = await workspace.terraform(args, [0, 1, 130]);
  if (result.code !== 0) {
    if (/saved plan is stale/i.test(result.stderr)) throw stale();
    if (/Error acquiring the state lock/.test(result.stderr)) throw stateLocked(result.stderr);
    // Terraform has started: the plan is spent, and the state records what was done.
    spent();
    throw terraformFailed(args, result);
  }
  spent();
  keepPrivate(statePlace(workspace.stack, options.env));
  const outputs = await readOutputs(workspace);
  return { outputsFile: writeOutputs(outputs, options), outputs };
}

/**
 * Makes a local state readable by its owner alone: an earlier version or another tool may have written it for
 * everybody.
 */
function keepPrivate({ type, place }: StatePlace): void {
  if (type !== 'local') return;
  for (const file of [place, `${place}.backup`]) if (fs.existsSync(file)) fs.chmodSync(file, 0o600);
}

function question(record: PlanInfo): string {
  const where = record.target === undefined ? '' : ` in account ${record.target.account}, ${record.target.region}`;
  return `${record.purpose === 'destroy' ? 'Destroy' : 'Apply this plan to'} ${record.stack}${where}?`;
}

function checkRecord(record: PlanInfo, { stack }: Workspace, options: ApplyOptions): void {
  const environment = options.env.LAKEHOUSE_ENV ?? 'dev';
  if (record.stack !== stack.name || record.environment !== environment) {
    throw new Refusal(
      `the plan is for ${record.stack} (${record.environment}), this is ${stack.name} (${environment}).`,
    );
  }
  const selected = selectedWorkspace(stack, options.env);
  if (record.workspace !== selected) {
    throw new Refusal(
      `the plan is for the workspace "${record.workspace ?? 'not recorded'}", this is "${selected}": unset TF_WORKSPACE or select the other one.`,
    );
  }
  if (record.fingerprint !== fingerprint(stack.synthesized, options.projectDir)) {
    throw new Refusal(
      `the code has changed since the plan was made (${record.createdAt}): run "npm run plan" again and review that.`,
    );
  }
  // A local state's path is part of the plan: applied in another checkout, the plan would write to the old one's state.
  const { statePlace: place } = record;
  if (place === undefined) throw new Refusal('the plan was saved by an older version: run "npm run plan" again.');
  const inside = place.type !== 'local' || options.stateFile !== undefined ? undefined : localPlace(stack, options);
  if (inside !== undefined && inside !== place.place) {
    throw new Refusal(
      `the plan writes its state to ${place.place}, this checkout's is ${inside}: plan here, or keep the state in a bucket (docs/state.md).`,
    );
  }
}

/** The path of a synthesized local backend; undefined if it has none. */
function localPlace(stack: Workspace['stack'], options: CycleOptions): string | undefined {
  const backend = (stack.synthesized.terraform as JsonObject | undefined)?.backend as JsonObject | undefined;
  const local = backend?.local as JsonObject | undefined;
  return typeof local?.path === 'string' ? path.resolve(options.projectDir, local.path) : undefined;
}

function checkPlace(planned: StatePlace, now: StatePlace): void {
  if (planned.digest === now.digest && planned.type === now.type) return;
  const settings = planned.place === now.place ? ' with other settings of the backend' : '';
  throw new Refusal(`the plan is for the state in ${planned.place}, this is ${now.place}${settings}.`);
}

function checkTarget(planned: AwsTarget | undefined, now: AwsTarget | undefined): void {
  if (planned?.account !== now?.account) {
    throw new Refusal(`the plan is for account ${planned?.account}, the credentials are for ${now?.account}.`);
  }
  if (planned?.region !== now?.region) {
    throw new Refusal(`the plan is for region ${planned?.region}, this is ${now?.region}.`);
  }
  if (planned?.endpoint !== now?.endpoint) {
    const name = (endpoint?: string) => endpoint ?? 'AWS';
    throw new Refusal(`the plan is for ${name(planned?.endpoint)}, this is ${name(now?.endpoint)}.`);
  }
}

async function checkState(record: PlanInfo, workspace: Workspace): Promise<void> {
  const now = stateVersionOf(await pullState(workspace));
  if (now?.serial !== record.state?.serial || now?.lineage !== record.state?.lineage) throw stale();
}

function stale(): Refusal {
  return new Refusal('the plan is stale, the state has moved since it was made: run "npm run plan" again.');
}

function refuseOnGates(review: Review, failOn: readonly string[]): void {
  const failures: GateFailure[] = gateFailures(review, parseGates(failOn));
  const first = failures[0];
  if (first === undefined) return;
  throw new ToolError(
    `refused by the review: ${failures.map((failure) => failure.reason).join('; ')}.`,
    first.exitCode,
  );
}
