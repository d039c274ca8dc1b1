import * as fs from 'node:fs';
import * as path from 'node:path';
import { type GateFailure, gateFailures, parseGates } from '../review/gates';
import type { Review } from '../review/model';
import { type ReviewOptions, reviewPlanFile } from '../review/review';
import { Refusal, ToolError } from '../shared/errors';
import type { JsonObject } from '../shared/json';
import { terraformFailed } from '../terraform/terraform';
import { type Approval, confirm } from './confirm';
import { fingerprint } from './fingerprint';
import { type AwsTarget, awsTarget } from './identity';
import type { CycleOptions } from './project';
import { discardPlan, type PlanRecord, planPath, readRecord } from './saved-plan';
import { initialize, openWorkspace, readOutputs, stateVersion, type Workspace } from './workspace';

export interface ApplyOptions extends CycleOptions {
  readonly approval: Approval;
  /** Gates besides those that the plan was saved with. */
  readonly failOn?: readonly string[];
  readonly review?: ReviewOptions;
  /** Called with the review before the question is asked. */
  readonly show?: (review: Review) => void;
}

export interface Applied {
  readonly record: PlanRecord;
  readonly review: Review;
  readonly outputsFile: string;
  readonly outputs: JsonObject;
}

/**
 * Applies the saved plan, that one only, and writes the outputs file. Refuses, before anything is touched, when the plan
 * is stale, the code, environment, account or region isn't what it was made for, a gate of the review fails, or nobody
 * says yes.
 */
export async function applySavedPlan(options: ApplyOptions): Promise<Applied> {
  const workspace = await openWorkspace(options);
  const planFile = planPath(options, workspace.stack.name);
  const record = readRecord(planFile);
  checkRecord(record, workspace, options);
  checkTarget(record.target, await awsTarget(workspace.stack.synthesized, options.env));
  await initialize(workspace, options);
  await checkState(record, workspace);
  const review = await reviewPlanFile(planFile, workspace.terraformOptions, {
    synthesized: workspace.stack.synthesized,
    ...options.review,
  });
  options.show?.(review);
  const standing = options.review?.acceptance?.failOn ?? [];
  refuseOnGates(review, [...standing, ...record.failOn, ...(options.failOn ?? [])]);
  if (record.changes) await confirm(question(record), options.approval);
  return { record, review, ...(await applyPlanFile(workspace, planFile, options)) };
}

/** Applies a plan file, removes it, and writes the outputs. */
export async function applyPlanFile(workspace: Workspace, planFile: string, options: CycleOptions) {
  options.log(`Applying ${workspace.stack.name}`);
  const args = ['apply', '-input=false', '-no-color', planFile];
  const result = await workspace.terraform(args, [0, 1, 130]);
  if (result.code !== 0) {
    if (/saved plan is stale/i.test(result.stderr)) throw stale();
    // Terraform has started: the plan is spent, and the state holds what was done.
    discardPlan(planFile);
    throw terraformFailed(args, result);
  }
  discardPlan(planFile);
  const outputsFile = path.resolve(options.projectDir, options.outputsFile ?? 'outputs.json');
  const outputs = await readOutputs(workspace);
  fs.writeFileSync(outputsFile, JSON.stringify(outputs, null, 2));
  return { outputsFile, outputs };
}

function question(record: PlanRecord): string {
  const where = record.target === undefined ? '' : ` in account ${record.target.account}, ${record.target.region}`;
  return `${record.purpose === 'destroy' ? 'Destroy' : 'Apply this plan to'} ${record.stack}${where}?`;
}

function checkRecord(record: PlanRecord, workspace: Workspace, options: ApplyOptions): void {
  const environment = options.env.LAKEHOUSE_ENV ?? 'dev';
  if (record.stack !== workspace.stack.name || record.environment !== environment) {
    throw new Refusal(
      `the plan is for ${record.stack} (${record.environment}), this is ${workspace.stack.name} (${environment}).`,
    );
  }
  if (record.fingerprint !== fingerprint(workspace.stack.synthesized, options.projectDir)) {
    throw new Refusal(
      `the code has changed since the plan was made (${record.createdAt}): run "npm run plan" again and review that.`,
    );
  }
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

async function checkState(record: PlanRecord, workspace: Workspace): Promise<void> {
  const now = await stateVersion(workspace);
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
