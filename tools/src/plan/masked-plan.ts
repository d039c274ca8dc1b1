import type { JsonObject } from '../shared/json';
import type { ActionInvocation, Change, CheckResult, Configuration, RawChange, StateResource } from './plan-json';

declare const masked: unique symbol;

/** One entry of resource_changes or resource_drift, masked, and completed where old formats lack parts. */
export interface PlannedChange extends RawChange {
  readonly address: string;
}

/**
 * A plan without secrets, in one form for every version of the format: the input of the review, its rules and its
 * formats. Only `maskPlan` can make one, which the brand ensures.
 */
export interface MaskedPlan {
  readonly [masked]: true;
  readonly terraformVersion?: string;
  readonly timestamp?: string;
  readonly errored: boolean;
  /** False if a further plan is needed after this one is applied. */
  readonly complete: boolean;
  readonly resourceChanges: readonly PlannedChange[];
  readonly resourceDrift: readonly PlannedChange[];
  readonly deferredChanges: readonly { readonly reason?: string; readonly change?: PlannedChange }[];
  readonly outputChanges: Readonly<Record<string, Change>>;
  readonly actionInvocations: readonly (ActionInvocation & { readonly deferred?: string })[];
  readonly checks: readonly CheckResult[];
  /** Data sources of the state's root module. */
  readonly priorDataSources: readonly StateResource[];
  readonly configuration: Configuration;
  /** The synthesized JSON that the plan was made from; empty when it isn't known. */
  readonly synthesized: JsonObject;
  /** Whether the plan says which attributes are sensitive by their provider's schema: Terraform 0.15.1 and later. */
  readonly marksSensitive: boolean;
}
