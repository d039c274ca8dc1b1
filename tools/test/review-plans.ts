import { type PlanJson, type Review, reviewPlan } from 'lakehouse-tools';

type Values = Record<string, unknown>;

/** One entry of resource_changes, by its address, actions and values. */
export function change(
  address: string,
  actions: readonly string[],
  before: Values | null,
  after: Values | null,
  rest: { unknown?: Values; mode?: string; provider?: string } = {},
): NonNullable<PlanJson['resource_changes']>[number] {
  const [type = '', name = ''] = address.replace(/\[.*/, '').split('.').slice(-2);
  return {
    address,
    mode: rest.mode ?? 'managed',
    type,
    name,
    provider_name: rest.provider ?? 'registry.terraform.io/hashicorp/aws',
    change: {
      actions,
      before: before as never,
      after: after as never,
      after_unknown: (rest.unknown ?? {}) as never,
      before_sensitive: {},
      after_sensitive: {},
    },
  };
}

/** A plan that updates one object. */
export const updated = (address: string, before: Values, after: Values) => change(address, ['update'], before, after);
/** A plan that destroys one object. */
export const destroyed = (address: string, before: Values) => change(address, ['delete'], before, null);
/** A plan that creates one object. */
export const created = (address: string, after: Values) => change(address, ['create'], null, after);
/** An object that a plan leaves alone. */
export const kept = (address: string, values: Values) => change(address, ['no-op'], values, values);

/** A plan of changes, as Terraform 1.11 writes it. */
export function planOf(changes: ReturnType<typeof change>[], rest: Partial<PlanJson> = {}): PlanJson {
  return { format_version: '1.2', terraform_version: '1.11.4', resource_changes: changes, ...rest };
}

/** Effect and address of each consequence for data, `lost aws_s3_bucket.b`. */
export function effects(review: Review): string[] {
  return review.dataImpacts.map(({ effect, address }) => `${effect} ${address}`);
}

/** The review of a plan of changes. */
export const reviewed = (...changes: ReturnType<typeof change>[]): Review => reviewPlan(planOf(changes));
