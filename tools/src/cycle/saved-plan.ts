import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal } from '../shared/errors';
import { digest } from './fingerprint';
import type { AwsTarget } from './identity';
import type { CycleOptions } from './project';

/** What is kept beside a saved plan; apply compares each of it with how things are then. */
export interface PlanRecord {
  readonly stack: string;
  /** LAKEHOUSE_ENV at the time of planning. */
  readonly environment: string;
  /** `apply` or `destroy`. */
  readonly purpose: 'apply' | 'destroy';
  /** Fingerprint of the synthesized JSON. */
  readonly fingerprint: string;
  /** SHA-256 of the plan file. */
  readonly planDigest: string;
  /** State that was planned against; absent when there was none yet. */
  readonly state?: StateVersion;
  readonly target?: AwsTarget;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly changes: boolean;
  readonly terraformVersion: string;
  /** Gates that apply has to pass besides its own. */
  readonly failOn: readonly string[];
}

/** Terraform's own marks of a state: what it compares to call a plan stale. */
export interface StateVersion {
  readonly lineage: string;
  readonly serial: number;
}

/** Path of a stack's saved plan; the record is beside it, with `.json` added. */
export function planPath(options: CycleOptions, stack: string): string {
  const relative = options.planFile ?? path.join('.lakehouse', 'plans', `${stack}.tfplan`);
  return path.resolve(options.projectDir, relative);
}

/** Writes the record beside its plan, both readable by the owner alone: a plan holds sensitive values in clear text. */
export function writeRecord(planFile: string, record: Omit<PlanRecord, 'planDigest'>): PlanRecord {
  fs.chmodSync(planFile, 0o600);
  const complete = { ...record, planDigest: digest(fs.readFileSync(planFile)) };
  fs.writeFileSync(`${planFile}.json`, `${JSON.stringify(complete, null, 2)}\n`, { mode: 0o600 });
  return complete;
}

/** Reads the record of a saved plan, refusing when there is none or the plan isn't the one it was written for. */
export function readRecord(planFile: string): PlanRecord {
  if (!fs.existsSync(planFile) || !fs.existsSync(`${planFile}.json`)) {
    throw new Refusal('there is no saved plan to apply: run "npm run plan" first.');
  }
  const record = JSON.parse(fs.readFileSync(`${planFile}.json`, 'utf8')) as PlanRecord;
  if (digest(fs.readFileSync(planFile)) !== record.planDigest) {
    throw new Refusal('the plan file is not the one that "npm run plan" saved: run it again.');
  }
  return record;
}

/** Removes a saved plan and its record: once applied it can't be applied again, and it holds sensitive values. */
export function discardPlan(planFile: string): void {
  for (const file of [planFile, `${planFile}.json`]) fs.rmSync(file, { force: true });
}
