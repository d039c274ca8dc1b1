import * as path from 'node:path';
import { type CostedResource, estimateCost } from '../capacity/from-plan';
import { DEFAULT_WORKLOAD, type Workload } from '../capacity/workload';
import { actionOf, isManaged, verdictOf } from '../plan/actions';
import { maskPlan } from '../plan/mask-plan';
import type { MaskedPlan } from '../plan/masked-plan';
import { parsePlan } from '../plan/parse';
import type { ConfiguredModule, PlanJson } from '../plan/plan-json';
import { PlannedResources, withoutKeys } from '../plan/planned';
import { asObject, type JsonObject } from '../shared/json';
import { type AwsTarget, regionOf } from '../terraform/synthesized';
import { type TerraformOptions, terraformBytes, terraformFailed } from '../terraform/terraform';
import { reviewChange } from './changes';
import { constructPaths } from './construct-paths';
import { dataImpacts } from './data/impact';
import { diagramOf } from './diagram';
import { realDrift } from './drift';
import type { Review } from './model';
import { outputChanges } from './outputs';
import { ACCEPTANCE_FILE, Acceptance } from './security/acceptance';
import { findSecurityIssues } from './security/findings';
import { carriersOfTableChanges } from './table-changes';
import { headlineOf } from './verdict-text';
import { warningsOf } from './warnings';

export interface ReviewOptions {
  /** Synthesized JSON (cdk.tf.json) that the plan was made from: source of construct paths and policy texts. */
  readonly synthesized?: JsonObject;
  /** Account, region and endpoint of the plan. */
  readonly target?: AwsTarget;
  /** @default 100 records/s of 500 bytes, 10 queries a day */
  readonly workload?: Workload;
  /** Findings that the repository accepts. @default none */
  readonly acceptance?: Acceptance;
}

/** Reviews a saved plan file, through `terraform show -json`. */
export async function reviewPlanFile(
  planFile: string,
  terraformOptions: TerraformOptions,
  options: ReviewOptions = {},
): Promise<Review> {
  const args = ['show', '-json', path.resolve(planFile)];
  // No streaming, whatever the user asked for: this output holds sensitive values in clear text.
  const { onOutput: _, ...quiet } = terraformOptions;
  const result = await terraformBytes(args, quiet);
  if (result.code !== 0) throw terraformFailed(args, { ...result, stdout: '' });
  return reviewPlan(parsePlan(result.stdout), options);
}

/** Reviews a plan given as the JSON of `terraform show -json`, of any provider and of Terraform from 0.12 on. */
export function reviewPlan(raw: PlanJson, options: ReviewOptions = {}): Review {
  return reviewMasked(maskPlan(raw, options.synthesized), options);
}

function reviewMasked(plan: MaskedPlan, options: ReviewOptions): Review {
  const acceptance = options.acceptance ?? new Acceptance();
  const paths = constructPaths(plan.synthesized);
  const resources = new PlannedResources(plan);
  const security = findSecurityIssues(resources, acceptance);
  const verdict = verdictOf(plan.resourceChanges);
  const drift = realDrift(plan.resourceDrift.flatMap((change) => reviewChange(change, paths) ?? []));
  const impacts = dataImpacts(plan, (type) => acceptance.holdsNoData(type));
  const stackName = asObject(asObject(plan.synthesized['//']).metadata).stackName;
  return {
    ...(typeof stackName === 'string' && { stack: stackName }),
    ...(options.target !== undefined && { target: options.target }),
    ...(plan.terraformVersion !== undefined && { terraformVersion: plan.terraformVersion }),
    ...(plan.timestamp !== undefined && { plannedAt: plan.timestamp }),
    verdict,
    headline: headlineOf(verdict, impacts, drift.length, plan),
    dataImpacts: impacts,
    changes: plan.resourceChanges.flatMap((change) => reviewChange(change, paths, resources) ?? []),
    drift,
    outputs: outputChanges(plan),
    warnings: warningsOf(plan),
    findings: security.findings,
    acceptanceNotes: security.acceptanceNotes,
    cost: estimateCost(costed(plan, resources), options.workload ?? DEFAULT_WORKLOAD, regionOfPlan(plan)),
    diagram: diagramOf(plan, resources),
    blindSpots: [...security.blindSpots, ...unknownProviders(plan)],
  };
}

function costed(plan: MaskedPlan, planned: PlannedResources): CostedResource[] {
  const regions = providerRegions(plan);
  const all = plan.resourceChanges
    .filter((entry) => isManaged(entry) && entry.deposed === undefined)
    .map(({ address, type, change }): CostedResource => {
      const after = actionOf(change) === 'forget' ? null : (change?.after ?? null);
      const before = change?.before ?? null;
      const region = regions.get(withoutKeys(address));
      return {
        address,
        type,
        ...(region !== undefined && { region }),
        ...(before !== null && { before: asObject(before) }),
        ...(after !== null && { after: asObject(after) }),
      };
    });
  const carriers = carriersOfTableChanges(planned, all);
  return all.map((resource) =>
    carriers.has(resource.address) ? { ...resource, carriesTableChanges: true } : resource,
  );
}

/** Regions of aliased providers, by the addresses of their resources in the configuration. */
function providerRegions(plan: MaskedPlan): Map<string, string> {
  const found = new Map<string, string>();
  const providers = plan.configuration.provider_config ?? {};
  const visit = (module: ConfiguredModule | undefined, prefix: string): void => {
    for (const { address, provider_config_key: key } of module?.resources ?? []) {
      const region = asObject(providers[key ?? '']?.expressions?.region).constant_value;
      if (typeof region === 'string') found.set(prefix + address, region);
    }
    for (const [name, call] of Object.entries(module?.module_calls ?? {})) {
      visit(call.module, `${prefix}module.${name}.`);
    }
  };
  visit(plan.configuration.root_module, '');
  return found;
}

function regionOfPlan(plan: MaskedPlan): string | undefined {
  if (Object.keys(plan.synthesized).length > 0) return regionOf(plan.synthesized, {});
  const configured = asObject(plan.configuration.provider_config?.aws?.expressions?.region).constant_value;
  return typeof configured === 'string' ? configured : undefined;
}

const JUDGED =
  /^(registry\.(terraform\.io|opentofu\.org)\/hashicorp\/(aws|random|null|time|tls|local|archive)|terraform\.io\/builtin\/terraform)$/;

// Providers whose types the review doesn't know: no judgement of their security and cost.
function unknownProviders(plan: MaskedPlan): string[] {
  const seen = new Map<string, number>();
  for (const entry of plan.resourceChanges) {
    const { provider_name: provider } = entry;
    if (provider === undefined || !isManaged(entry) || JUDGED.test(provider)) continue;
    seen.set(provider, (seen.get(provider) ?? 0) + 1);
  }
  return [...seen].map(
    ([provider, count]) => `${provider}: ${count} resource(s) whose security and cost this review doesn't know`,
  );
}

/** The acceptance file of a project, read. */
export function acceptanceOf(projectDir: string): Acceptance {
  return Acceptance.read(path.join(projectDir, ACCEPTANCE_FILE));
}
