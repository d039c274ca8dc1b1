import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan, type Review, reviewPlan } from 'lakehouse-tools';

/** The plans of real Terraform runs that stand in `fixtures/plans`, by name. */
export const PLANS = [
  'create',
  'no-change',
  'update',
  'destroy',
  'drift',
  'imported',
  'moved',
  'forget',
  'replace-stream',
] as const;

/** The text of such a plan. */
export function planText(name: string): string {
  return readFileSync(join(__dirname, 'fixtures', 'plans', `${name}.json`), 'utf8');
}

/** Its review. */
export function reviewOf(name: string): Review {
  return reviewPlan(parsePlan(planText(name)));
}
