import * as path from 'node:path';
import { type CostedResource, estimateCost } from '../capacity/from-plan';
import { DEFAULT_WORKLOAD, type Workload } from '../capacity/workload';
import { regionOf } from '../cycle/identity';
import { asObject, type JsonObject } from '../cycle/project';
import { type TerraformOptions, terraformBytes, terraformFailed } from '../terraform/terraform';
import { actionOf, verdictOf } from './actions';
import { reviewChange } from './changes';
import { constructPaths } from './construct-paths';
import { mayHoldData } from './data-holders';
import { dataImpacts } from './data-impact';
import { diagramOf } from './diagram';
import { realDrift } from './drift';
import { type Masker, maskerFor } from './masking';
import type { Review } from './model';
import { outputChanges } from './outputs';
import { type PlanJson, parsePlan } from './plan-json';
import { PlannedResources } from './planned';
import { ACCEPTANCE_FILE, Acceptance } from './security/acceptance';
import { findSecurityIssues } from './security/findings';
import { headlineOf } from './verdict-text';
import { warningsOf } from './warnings';

export interface ReviewOptions {
  /** Synthesized JSON (cdk.tf.json) that the plan was made from: gives construct paths and the text of policies. */
  readonly synthesized?: JsonObject;
  /** @default 100 records/s of 500 bytes, 10 queries a day */
  readonly workload?: Workload;
  /** What the repository accepts. @default nothing */
  readonly acceptance?: Acceptance;
}

/** Reviews a saved plan file, through `terraform show -json`. */
export async function reviewPlanFile(
  planFile: string,
  terraformOptions: TerraformOptions,
  options: ReviewOptions = {},
): Promise<Review> {
  const args = ['show', '-json', path.resolve(planFile)];
  // Not streamed to the user whatever they asked for: this output holds sensitive values in clear text.
  const { onOutput: _, ...quiet } = terraformOptions;
  const result = await terraformBytes(args, quiet);
  if (result.code !== 0) throw terraformFailed(args, { ...result, stdout: '' });
  return reviewPlan(parsePlan(result.stdout), options);
}

/** Reviews a plan given as the JSON of `terraform show -json`; any provider's, any Terraform's from 0.12 on. */
export function reviewPlan(plan: PlanJson, options: ReviewOptions = {}): Review {
  const masker = maskerFor(plan);
  const resourceChanges = plan.resource_changes ?? [];
  const paths = constructPaths(options.synthesized);
  const resources = new PlannedResources(plan, masker, options.synthesized);
  const security = findSecurityIssues(resources, options.acceptance ?? new Acceptance());
  const verdict = verdictOf(resourceChanges);
  const drift = realDrift((plan.resource_drift ?? []).flatMap((change) => reviewChange(change, masker, paths) ?? []));
  const impacts = resourceChanges.flatMap((change) => dataImpacts(change, masker));
  const stackName = asObject(asObject(options.synthesized?.['//']).metadata).stackName;
  return {
    ...(typeof stackName === 'string' && { stack: stackName }),
    ...(plan.terraform_version !== undefined && { terraformVersion: plan.terraform_version }),
    ...(plan.timestamp !== undefined && { plannedAt: plan.timestamp }),
    verdict,
    headline: headlineOf(verdict, impacts, drift.length, plan),
    dataImpacts: impacts.sort((a, b) => EFFECT_ORDER[a.effect] - EFFECT_ORDER[b.effect]),
    changes: resourceChanges.flatMap((change) => reviewChange(change, masker, paths, resources) ?? []),
    drift,
    outputs: outputChanges(plan, masker),
    warnings: warningsOf(plan, masker),
    findings: security.findings.map((finding) => ({ ...finding, detail: masker.scrub(finding.detail) })),
    acceptanceNotes: security.acceptanceNotes,
    cost: estimateCost(costed(plan, masker), options.workload ?? DEFAULT_WORKLOAD, regionOfPlan(plan, options)),
    diagram: diagramOf(plan, resources),
    blindSpots: [...security.blindSpots, ...unknownProviders(plan)],
  };
}

const EFFECT_ORDER = { lost: 0, gap: 1, risk: 2 } as const;

function costed(plan: PlanJson, masker: Masker): CostedResource[] {
  return (plan.resource_changes ?? [])
    .filter((entry) => entry.mode !== 'data' && entry.deposed === undefined)
    .map(({ address, type, change }) => {
      const before = masker.mask(change?.before, change?.before_sensitive);
      const after = actionOf(change) === 'forget' ? null : masker.mask(change?.after, change?.after_sensitive);
      return {
        address,
        type,
        ...(before !== null && { before: asObject(before) }),
        ...(after !== null && { after: asObject(after) }),
      };
    });
}

function regionOfPlan(plan: PlanJson, options: ReviewOptions): string | undefined {
  if (options.synthesized !== undefined) return regionOf(options.synthesized, {});
  const configured = asObject(plan.configuration?.provider_config?.aws?.expressions?.region).constant_value;
  return typeof configured === 'string' ? configured : undefined;
}

const JUDGED =
  /\/(hashicorp\/(aws|random|null|time|tls|local|archive)|terraform\.io\/builtin\/terraform)$|builtin\/terraform$/;

// What a provider's types mean for data, security and cost is knowledge that has to be written down; say where it ends.
function unknownProviders(plan: PlanJson): string[] {
  const seen = new Map<string, { count: number; telltale: Set<string> }>();
  for (const { provider_name: provider, type, mode } of plan.resource_changes ?? []) {
    if (provider === undefined || mode === 'data' || JUDGED.test(`/${provider}`)) continue;
    const entry = seen.get(provider) ?? { count: 0, telltale: new Set<string>() };
    entry.count++;
    if (mayHoldData(type)) entry.telltale.add(type);
    seen.set(provider, entry);
  }
  return [...seen].map(([provider, { count, telltale }]) => {
    const names = telltale.size === 0 ? '' : `; by name these may hold data: ${[...telltale].slice(0, 10).join(', ')}`;
    return `${provider}: ${count} resource(s) whose security and cost this review doesn't know${names}`;
  });
}

/** The acceptance file of a project, read. */
export function acceptanceOf(projectDir: string): Acceptance {
  return Acceptance.read(path.join(projectDir, ACCEPTANCE_FILE));
}
