import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal } from '../shared/errors';
import type { AwsTarget } from '../terraform/synthesized';
import { digest } from './fingerprint';
import type { CycleOptions } from './project';
import type { StatePlace } from './terraform-context';

/** Facts saved beside a plan; apply compares each with the current state of things. */
export interface PlanInfo {
  readonly stack: string;
  /** LAKEHOUSE_ENV at the time of planning. */
  readonly environment: string;
  /** `apply` or `destroy`. */
  readonly purpose: 'apply' | 'destroy';
  /** Fingerprint of the synthesized JSON. */
  readonly fingerprint: string;
  /** SHA-256 of the plan file. */
  readonly planDigest: string;
  /** Terraform's workspace. */
  readonly workspace: string;
  /** Place of the state. */
  readonly statePlace: StatePlace;
  /** The plan's prior state; absent if there was none. */
  readonly state?: StateVersion;
  readonly target?: AwsTarget;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly changes: boolean;
  readonly terraformVersion: string;
  /** Gates of apply besides its own. */
  readonly failOn: readonly string[];
}

/** Lineage and serial of a state, by which Terraform calls a plan stale. */
export interface StateVersion {
  readonly lineage: string;
  readonly serial: number;
}

/** Path of a stack's saved plan; the record is beside it, with `.json` added. */
export function planPath(options: CycleOptions, stack: string): string {
  const relative = options.planFile ?? path.join('.lakehouse', 'plans', `${stack}.tfplan`);
  return path.resolve(options.projectDir, relative);
}

/** Saves a plan and its record, both readable by the owner alone: a plan holds sensitive values in clear text. */
export function savePlan(planFile: string, bytes: Buffer, record: PlanInfo): void {
  fs.mkdirSync(path.dirname(planFile), { recursive: true, mode: 0o700 });
  writeAside(planFile, bytes);
  writeAside(`${planFile}.json`, `${JSON.stringify(record, null, 2)}\n`);
}

// Written aside and renamed: a reader finds a whole file, and a symbolic link at its path isn't followed.
function writeAside(file: string, content: Buffer | string): void {
  const aside = `${file}.${process.pid}`;
  fs.rmSync(aside, { force: true });
  fs.writeFileSync(aside, content, { mode: 0o600, flag: 'wx' });
  fs.renameSync(aside, file);
}

/** Reads a saved plan with its record. Refuses if there is none or the plan's digest isn't the record's. */
export function readPlan(planFile: string): { record: PlanInfo; bytes: Buffer } {
  if (!fs.existsSync(planFile) || !fs.existsSync(`${planFile}.json`)) {
    throw new Refusal('there is no saved plan to apply: run "npm run plan" first.');
  }
  const record = JSON.parse(fs.readFileSync(`${planFile}.json`, 'utf8')) as PlanInfo;
  const bytes = fs.readFileSync(planFile);
  if (digest(bytes) !== record.planDigest) {
    throw new Refusal('the plan file is not the one that "npm run plan" saved: run it again.');
  }
  return { record, bytes };
}

/** Removes a saved plan, unless another one has replaced it. */
export function discardIfSame(planFile: string, planDigest: string): void {
  if (fs.existsSync(planFile) && digest(fs.readFileSync(planFile)) === planDigest) discardPlan(planFile);
}

/** Removes a saved plan and its record: it can be applied only once, and holds sensitive values. */
export function discardPlan(planFile: string): void {
  for (const file of [planFile, `${planFile}.json`]) fs.rmSync(file, { force: true });
}
