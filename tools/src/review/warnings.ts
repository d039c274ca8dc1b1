import { actionOf } from './actions';
import type { Masker } from './masking';
import type { PlanJson } from './plan-json';

/** What a reviewer should know about the plan itself: failed checks, errors, parts that are missing. */
export function warningsOf(plan: PlanJson, masker: Masker): string[] {
  const warnings: string[] = [];
  if (plan.errored === true) warnings.push('the plan ended in an error and is incomplete: it must not be applied');
  if (plan.complete === false) warnings.push('the plan is partial: a further plan will be needed after it is applied');
  const checks = plan.checks ?? [];
  for (const check of checks) warnings.push(...checkWarnings(check, masker));
  const later = checks.filter(({ status }) => status === 'unknown').length;
  // A condition on a resource that isn't there yet is the rule, not worth a line each.
  if (later > 0) warnings.push(`${later} check(s) can be judged only during the apply`);
  for (const { reason, resource_change: change } of plan.deferred_changes ?? []) {
    warnings.push(`${change?.address ?? 'a resource'} is deferred to a later plan (${reason ?? 'no reason given'})`);
  }
  const unknown = (plan.resource_changes ?? []).filter(({ change }) => actionOf(change) === 'unknown');
  for (const { address, change } of unknown) {
    warnings.push(`${address}: this review doesn't know the action ${(change?.actions ?? []).join('+')}`);
  }
  return warnings;
}

function checkWarnings(check: NonNullable<PlanJson['checks']>[number], masker: Masker): string[] {
  if (check.status === 'pass' || check.status === 'unknown') return [];
  const name = check.address?.to_display ?? check.address?.name ?? 'a check';
  const problems = (check.instances ?? []).flatMap((instance) => instance.problems ?? []);
  const messages = problems.map((problem) => masker.scrub(problem.message ?? '')).filter((message) => message !== '');
  return messages.length === 0
    ? [`${name}: ${check.status ?? 'no result'}`]
    : messages.map((message) => `${name}: ${message}`);
}
