import type { PlannedResources } from '../../plan/planned';
import type { Acceptance } from './acceptance';
import type { Finding } from './finding';
import { POLICY_RULES } from './policy-rules';
import type { Rule } from './rule';
import { SERVICE_RULES } from './service-rules';
import { STORAGE_RULES } from './storage-rules';

/** All rules. */
export const RULES: readonly Rule[] = [...STORAGE_RULES, ...POLICY_RULES, ...SERVICE_RULES];

const ORDER = { high: 0, medium: 1, low: 2, info: 3 } as const;

/** Result of the rules on one plan. */
export interface SecurityResult {
  /** Worst first; accepted ones last. */
  readonly findings: readonly Finding[];
  /** Objects that a rule couldn't judge. */
  readonly blindSpots: readonly string[];
  readonly acceptanceNotes: readonly string[];
}

/** Runs the rules, and marks the findings that the acceptance file accepts. */
export function findSecurityIssues(
  resources: PlannedResources,
  acceptance: Acceptance,
  rules: readonly Rule[] = RULES,
): SecurityResult {
  const blind = new Set<string>();
  const findings = rules.flatMap((rule) =>
    rule
      .find(resources, (address, what) => blind.add(`${address}: ${what}`))
      .map(({ resource, detail }): Finding => {
        const { id, severity, title, fix, source } = rule;
        const reason = acceptance.reasonFor(id, resource.address);
        return {
          rule: id,
          severity,
          title,
          address: resource.address,
          detail,
          fix,
          source,
          ...(reason !== undefined && { accepted: reason }),
        };
      }),
  );
  findings.sort(
    (a, b) =>
      Number(a.accepted !== undefined) - Number(b.accepted !== undefined) || ORDER[a.severity] - ORDER[b.severity],
  );
  return { findings, blindSpots: [...blind], acceptanceNotes: acceptance.notes(rules.map((rule) => rule.id)) };
}
