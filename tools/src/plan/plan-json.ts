import type { Json, JsonObject } from '../shared/json';

/*
 * The parts of `terraform show -json PLAN` that the review reads ("JSON Output Format", plan representation). Every field
 * may be missing: plans come from any Terraform from 0.12 on, from OpenTofu, and from providers never seen here.
 */

/** Terraform's change of one object. */
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

/** One entry of resource_changes or resource_drift, as the file has it. */
export interface RawChange {
  /** Left out of drift by Terraform 0.15 and 1.0. */
  readonly address?: string;
  readonly previous_address?: string;
  readonly module_address?: string;
  readonly mode?: string;
  readonly type: string;
  readonly name?: string;
  /** Key of count or for_each. */
  readonly index?: string | number;
  /** `registry.terraform.io/hashicorp/aws`; `aws` alone before Terraform 0.13. */
  readonly provider_name?: string;
  /** Key of an object that create_before_destroy left behind, to be destroyed. */
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
  readonly provider_config_key?: string;
  readonly expressions?: JsonObject;
  readonly depends_on?: readonly string[];
}

/** A module of the configuration. */
export interface ConfiguredModule {
  readonly resources?: readonly ConfiguredResource[];
  readonly module_calls?: Readonly<
    Record<string, { readonly module?: ConfiguredModule; readonly expressions?: JsonObject }>
  >;
  readonly variables?: Readonly<Record<string, { readonly sensitive?: boolean; readonly default?: Json }>>;
  readonly outputs?: Readonly<Record<string, { readonly sensitive?: boolean; readonly expression?: Json }>>;
}

/** A resource of planned_values or prior_state. */
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

/** Outputs and resources of planned_values or of a state. */
export interface StateValues {
  readonly outputs?: Readonly<Record<string, { readonly sensitive?: boolean; readonly value?: Json }>>;
  readonly root_module?: StateModule;
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

/** An action of a provider that the apply invokes (Terraform 1.14 and later). */
export interface ActionInvocation {
  readonly address?: string;
  readonly type?: string;
  readonly name?: string;
  readonly config_values?: Json;
  readonly config_sensitive?: Json;
  readonly provider_name?: string;
  /** Event and resource that trigger it; absent with `-invoke`. */
  readonly lifecycle_action_trigger?: {
    readonly triggering_resource_address?: string;
    readonly action_trigger_event?: string;
  };
}

/** A plan as Terraform or OpenTofu wrote it, its secrets in clear text: only `maskPlan` reads it. */
export interface PlanJson {
  readonly format_version?: string;
  readonly terraform_version?: string;
  readonly timestamp?: string;
  readonly errored?: boolean;
  readonly complete?: boolean;
  readonly applyable?: boolean;
  readonly resource_changes?: readonly RawChange[] | null;
  readonly resource_drift?: readonly RawChange[] | null;
  readonly deferred_changes?: readonly { readonly reason?: string; readonly resource_change?: RawChange }[] | null;
  readonly output_changes?: Readonly<Record<string, Change>> | null;
  readonly action_invocations?: readonly ActionInvocation[] | null;
  readonly deferred_action_invocations?:
    | readonly { readonly reason?: string; readonly action_invocation?: ActionInvocation }[]
    | null;
  readonly checks?: readonly CheckResult[] | null;
  readonly variables?: Readonly<Record<string, { readonly value?: Json }>> | null;
  readonly prior_state?: { readonly values?: StateValues } | null;
  readonly planned_values?: StateValues | null;
  readonly configuration?: Configuration | null;
}

/** The configuration within a plan. */
export interface Configuration {
  readonly root_module?: ConfiguredModule;
  readonly provider_config?: Readonly<
    Record<
      string,
      {
        readonly name?: string;
        readonly full_name?: string;
        readonly alias?: string;
        readonly expressions?: JsonObject;
      }
    >
  >;
}

/** Dotted text of one of Terraform's paths: `["rule", 0, "id"]` is `rule[0].id`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}
