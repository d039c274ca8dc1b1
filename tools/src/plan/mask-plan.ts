import { asObject, type Json, type JsonObject } from '../shared/json';
import type { MaskedPlan, PlannedChange } from './masked-plan';
import { isMarked, joinMarks, Masker } from './masking';
import type {
  ActionInvocation,
  Change,
  CheckResult,
  Configuration,
  ConfiguredModule,
  PlanJson,
  RawChange,
  StateModule,
  StateResource,
} from './plan-json';
import { marksFor, marksSensitive } from './schema-marks';

/**
 * Removes every secret from a plan and normalizes its format, whichever version wrote it. Verdict, rules, cost and
 * formats read only the result, so that none of them can print a secret.
 *
 * @param synthesized cdk.tf.json that the plan was made from; it may hold values in clear text that the plan marks as
 * sensitive
 */
export function maskPlan(plan: PlanJson, synthesized: JsonObject = {}): MaskedPlan {
  const marked = marksSensitive(plan);
  const changes = (plan.resource_changes ?? []).map((entry) => complete(entry, marked));
  const drift = (plan.resource_drift ?? []).map((entry) => complete(entry, marked));
  const deferred = (plan.deferred_changes ?? []).map(({ reason, resource_change: change }) => ({
    ...(reason !== undefined && { reason }),
    ...(change !== undefined && { change: complete(change, marked) }),
  }));
  const outputs = markedOutputs(plan);
  const invocations = invocationsOf(plan);
  const masker = new Masker();
  const entries = [...changes, ...drift, ...deferred.flatMap(({ change }) => change ?? [])];
  for (const { change } of entries) noteChange(masker, change);
  for (const change of Object.values(outputs)) noteChange(masker, change);
  for (const { config_values, config_sensitive } of invocations) masker.note(config_values, config_sensitive);
  noteState(masker, plan, marked);
  noteModule(masker, plan.configuration?.root_module, plan.variables ?? {});
  return {
    ...(plan.terraform_version !== undefined && { terraformVersion: plan.terraform_version }),
    ...(plan.timestamp !== undefined && { timestamp: plan.timestamp }),
    errored: plan.errored === true,
    complete: plan.complete !== false,
    resourceChanges: changes.map((entry) => maskEntry(masker, entry)),
    resourceDrift: drift.map((entry) => maskEntry(masker, entry)),
    deferredChanges: deferred.map(({ change, reason }) => ({
      ...(reason !== undefined && { reason: masker.scrub(reason) }),
      ...(change !== undefined && { change: maskEntry(masker, change) }),
    })),
    outputChanges: Object.fromEntries(
      Object.entries(outputs).map(([name, change]) => [name, maskChange(masker, change)]),
    ),
    actionInvocations: invocations.map(({ config_sensitive: marks, config_values: values, ...rest }) => ({
      ...asObject(masker.mask(rest as unknown as Json)),
      ...(values !== undefined && { config_values: masker.mask(values, marks) }),
    })),
    checks: masker.mask((plan.checks ?? []) as unknown as Json) as unknown as readonly CheckResult[],
    priorDataSources: priorDataSources(plan, masker),
    configuration: masker.mask((plan.configuration ?? {}) as unknown as Json) as unknown as Configuration,
    synthesized: asObject(masker.mask(synthesized)),
    marksSensitive: marked,
  } as unknown as MaskedPlan;
}

/** Completes an entry: its address, which drift may lack, and its marks, from the schema where the plan has none. */
function complete(entry: RawChange, marked: boolean): PlannedChange {
  const address = entry.address ?? addressOf(entry);
  const { provider_name: provider, change } = entry;
  return {
    ...entry,
    address,
    ...(provider !== undefined && { provider_name: fullProviderName(provider) }),
    ...(change !== undefined && !marked && { change: withMarks(entry, change) }),
  };
}

function addressOf({ module_address: module, mode, type, name, index }: RawChange): string {
  const key = index === undefined ? '' : `[${typeof index === 'number' ? index : JSON.stringify(index)}]`;
  const local = `${mode === 'data' ? 'data.' : ''}${type}.${name ?? ''}${key}`;
  return module === undefined || module === '' ? local : `${module}.${local}`;
}

/** A provider's name in the form of later plans, for `aws` (Terraform 0.12), `provider.aws` and `hashicorp/aws`. */
function fullProviderName(name: string): string {
  const parts = name
    .replace(/^provider[.[]/, '')
    .replace(/["\]]/g, '')
    .split('/');
  if (parts[0] === 'terraform.io') return parts.join('/');
  if (parts.length === 1) return `registry.terraform.io/hashicorp/${parts[0]}`;
  return parts.length === 2 ? `registry.terraform.io/${parts.join('/')}` : parts.join('/');
}

function withMarks({ type, mode }: RawChange, change: Change): Change {
  return {
    ...change,
    before_sensitive: joinMarks(change.before_sensitive, marksFor(type, mode, change.before)),
    after_sensitive: joinMarks(change.after_sensitive, marksFor(type, mode, change.after)),
  };
}

/**
 * Outputs with their marks, which plans before 1.0 keep elsewhere: with the planned values, the state, the
 * configuration.
 */
function markedOutputs(plan: PlanJson): Record<string, Change> {
  const configured = plan.configuration?.root_module?.outputs ?? {};
  const planned = plan.planned_values?.outputs ?? {};
  const prior = plan.prior_state?.values?.outputs ?? {};
  return Object.fromEntries(
    Object.entries(plan.output_changes ?? {}).map(([name, change]) => {
      const sensitive = [configured[name], planned[name], prior[name]].some((output) => output?.sensitive === true);
      return [name, sensitive ? { ...change, before_sensitive: true, after_sensitive: true } : change];
    }),
  );
}

function invocationsOf(plan: PlanJson): (ActionInvocation & { readonly deferred?: string })[] {
  const deferred = (plan.deferred_action_invocations ?? []).flatMap(({ reason, action_invocation: invocation }) =>
    invocation === undefined ? [] : [{ ...invocation, deferred: reason ?? 'no reason given' }],
  );
  return [...(plan.action_invocations ?? []), ...deferred];
}

function noteChange(masker: Masker, change: Change | undefined): void {
  const marks = joinMarks(change?.before_sensitive, change?.after_sensitive);
  masker.note(change?.before, marks);
  masker.note(change?.after, marks);
}

function noteState(masker: Masker, plan: PlanJson, marked: boolean): void {
  for (const values of [plan.prior_state?.values, plan.planned_values ?? undefined]) {
    for (const output of Object.values(values?.outputs ?? {})) masker.note(output.value, output.sensitive === true);
    noteResources(masker, values?.root_module, marked);
  }
}

function noteResources(masker: Masker, module: StateModule | undefined, marked: boolean): void {
  for (const resource of module?.resources ?? []) masker.note(resource.values, marksOf(resource, marked));
  for (const child of module?.child_modules ?? []) noteResources(masker, child, marked);
}

function marksOf({ type, mode, values, sensitive_values: marks }: StateResource, marked: boolean): Json | undefined {
  return marked ? marks : joinMarks(marks, marksFor(type, mode, values));
}

// A sensitive variable's value or default is in the configuration in clear text.
function noteModule(
  masker: Masker,
  module: ConfiguredModule | undefined,
  given: Readonly<Record<string, { readonly value?: Json }>>,
): void {
  for (const [name, declared] of Object.entries(module?.variables ?? {})) {
    if (declared.sensitive !== true) continue;
    masker.note(given[name]?.value, true);
    masker.note(declared.default, true);
  }
  for (const output of Object.values(module?.outputs ?? {})) {
    if (output.sensitive === true) masker.note(asObject(output.expression).constant_value, true);
  }
  for (const { module: child, expressions } of Object.values(module?.module_calls ?? {})) {
    const constants = Object.entries(expressions ?? {}).map(([name, expression]) => {
      const value = asObject(expression).constant_value;
      return [name, value === undefined ? {} : { value }] as const;
    });
    noteModule(masker, child, Object.fromEntries(constants));
  }
}

function maskEntry(masker: Masker, entry: PlannedChange): PlannedChange {
  const { change, ...rest } = entry;
  // Keys of for_each are part of addresses; Terraform refuses sensitive ones, but a key may equal a secret.
  const names = masker.mask(rest as unknown as Json) as unknown as Omit<PlannedChange, 'change'>;
  return { ...names, ...(change !== undefined && { change: maskChange(masker, change) }) };
}

function maskChange(masker: Masker, change: Change): Change {
  const marks = joinMarks(change.before_sensitive, change.after_sensitive);
  const { before, after, importing, generated_config: _, ...rest } = change;
  return {
    ...rest,
    before: masker.mask(before, marks),
    after: masker.mask(after, marks, isMarked(marks) ? (before ?? undefined) : undefined),
    ...(importing !== undefined && {
      importing: importing?.id === undefined ? {} : { id: masker.scrub(importing.id) },
    }),
  };
}

function priorDataSources(plan: PlanJson, masker: Masker): StateResource[] {
  const resources = plan.prior_state?.values?.root_module?.resources ?? [];
  return resources
    .filter(({ mode }) => mode === 'data')
    .map((resource) => ({ ...resource, values: masker.mask(resource.values, resource.sensitive_values) }));
}
