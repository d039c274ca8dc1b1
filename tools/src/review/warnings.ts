import { actionOf } from '../plan/actions';
import type { MaskedPlan } from '../plan/masked-plan';
import type { CheckResult } from '../plan/plan-json';

/** Warnings about the plan itself: failed checks, errors, missing parts. */
export function warningsOf(plan: MaskedPlan): string[] {
  const warnings: string[] = [];
  if (plan.errored) warnings.push('the plan ended in an error and is incomplete: it must not be applied');
  else if (!plan.complete) warnings.push('the plan is partial: a further plan will be needed after it is applied');
  for (const check of plan.checks) warnings.push(...checkWarnings(check));
  const later = plan.checks.filter(({ status }) => status === 'unknown').length;
  // Conditions on resources yet to be created are common: one line for all.
  if (later > 0) warnings.push(`${later} check(s) can be judged only during the apply`);
  for (const { reason, change } of plan.deferredChanges) {
    warnings.push(`${change?.address ?? 'a resource'} is deferred to a later plan (${reason ?? 'no reason given'})`);
  }
  warnings.push(...plan.actionInvocations.map(invocationText));
  for (const { address, change } of plan.resourceChanges.filter((entry) => actionOf(entry.change) === 'unknown')) {
    warnings.push(`${address}: this review doesn't know the action ${(change?.actions ?? []).join('+')}`);
  }
  if (!plan.marksSensitive) {
    warnings.push(
      `this plan${plan.terraformVersion === undefined ? '' : ` (Terraform ${plan.terraformVersion})`} has no marks of sensitive attributes, which Terraform writes from 0.15.1 on: what the AWS provider's schema and attributes' names tell is masked, other secrets are not`,
    );
  }
  return warnings;
}

function invocationText({
  address,
  type,
  lifecycle_action_trigger: trigger,
  deferred,
}: MaskedPlan['actionInvocations'][number]): string {
  const event = trigger?.action_trigger_event?.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const cause =
    trigger === undefined ? '' : ` ${event ?? 'with'} ${trigger.triggering_resource_address ?? 'a resource'}`;
  const when = deferred === undefined ? `the apply invokes ${address ?? 'an action'}` : `${address} is deferred`;
  return `${when}${type === undefined ? '' : ` (${type})`}${cause}: what an action does to data is not judged`;
}

function checkWarnings(check: CheckResult): string[] {
  if (check.status === 'pass' || check.status === 'unknown') return [];
  const name = check.address?.to_display ?? check.address?.name ?? 'a check';
  const problems = (check.instances ?? []).flatMap((instance) => instance.problems ?? []);
  const messages = problems.map((problem) => problem.message ?? '').filter((message) => message !== '');
  return messages.length === 0
    ? [`${name}: ${check.status ?? 'no result'}`]
    : messages.map((message) => `${name}: ${message}`);
}
