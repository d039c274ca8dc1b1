import { ToolError } from '../cli/errors';
import type { Json, JsonObject } from '../cycle/project';

/*
 * The parts of `terraform show -json PLAN` that the review reads ("JSON Output Format", plan representation). Every field
 * may be missing: plans come from any Terraform from 0.12 on, and from providers never seen here.
 */

/** What Terraform will do to one object. */
export interface Change {
  readonly actions?: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
  readonly after_unknown?: Json;
  readonly before_sensitive?: Json;
  readonly after_sensitive?: Json;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: { readonly id?: string };
  readonly generated_config?: string;
}

/** One entry of resource_changes or resource_drift. */
export interface PlannedChange {
  readonly address: string;
  readonly previous_address?: string;
  readonly module_address?: string;
  readonly mode?: string;
  readonly type: string;
  readonly name?: string;
  readonly provider_name?: string;
  /** Key of an object that create_before_destroy left behind and that is still to be destroyed. */
  readonly deposed?: string;
  readonly change?: Change;
  readonly action_reason?: string;
}

/** A resource of the configuration, with the expressions of its arguments. */
export interface ConfiguredResource {
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly name?: string;
  readonly expressions?: JsonObject;
  readonly depends_on?: readonly string[];
}

/** A module of the configuration. */
export interface ConfiguredModule {
  readonly resources?: readonly ConfiguredResource[];
  readonly module_calls?: Readonly<Record<string, { readonly module?: ConfiguredModule }>>;
  readonly variables?: Readonly<Record<string, { readonly sensitive?: boolean }>>;
}

/** A resource as it stands in planned_values or prior_state. */
export interface StateResource {
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly values?: Json;
  readonly sensitive_values?: Json;
}

export interface StateModule {
  readonly resources?: readonly StateResource[];
  readonly child_modules?: readonly StateModule[];
}

/** A `check` block or a condition, with its result. */
export interface CheckResult {
  readonly address?: { readonly kind?: string; readonly to_display?: string; readonly name?: string };
  readonly status?: string;
  readonly instances?: readonly {
    readonly status?: string;
    readonly problems?: readonly { readonly message?: string }[];
  }[];
}

export interface PlanJson {
  readonly format_version?: string;
  readonly terraform_version?: string;
  readonly timestamp?: string;
  readonly errored?: boolean;
  readonly complete?: boolean;
  readonly applyable?: boolean;
  readonly resource_changes?: readonly PlannedChange[];
  readonly resource_drift?: readonly PlannedChange[];
  readonly deferred_changes?: readonly { readonly reason?: string; readonly resource_change?: PlannedChange }[];
  readonly output_changes?: Readonly<Record<string, Change>>;
  readonly checks?: readonly CheckResult[];
  readonly variables?: Readonly<Record<string, { readonly value?: Json }>>;
  readonly prior_state?: { readonly values?: { readonly root_module?: StateModule } };
  readonly planned_values?: { readonly root_module?: StateModule };
  readonly configuration?: {
    readonly root_module?: ConfiguredModule;
    readonly provider_config?: Readonly<
      Record<string, { readonly full_name?: string; readonly expressions?: JsonObject }>
    >;
  };
}

/**
 * Parses the output of `terraform show -json`. Whatever stands before the first brace (a warning about the CLI's
 * configuration) is passed over. Throws in a sentence for anything that isn't a plan.
 */
export function parsePlan(bytes: Buffer | string): PlanJson {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const start = buffer.indexOf('{');
  let parsed: unknown;
  try {
    parsed = JSON.parse(buffer.toString('utf8', Math.max(start, 0)));
  } catch {
    throw new ToolError('this is not JSON: give a saved plan, or the output of "terraform show -json PLAN".');
  }
  const plan = parsed as PlanJson;
  const isPlan =
    typeof parsed === 'object' &&
    parsed !== null &&
    ('resource_changes' in parsed || 'planned_values' in parsed || 'output_changes' in parsed);
  if (!isPlan) throw new ToolError('this JSON is not a plan: it has neither resource_changes nor planned_values.');
  return plan;
}
