import type { PlannedChange } from './masked-plan';
import type { Change } from './plan-json';

/**
 * A resource's action, in one word. `replace` is a delete and a create, in either order (see `createFirst`). `renew`
 * creates an object beside an old one that Terraform forgets but doesn't destroy (Terraform 1.7 and later).
 */
export type Action = 'create' | 'update' | 'replace' | 'renew' | 'delete' | 'forget' | 'read' | 'no-op' | 'unknown';

/** The action of a change, from Terraform's list of actions. */
export function actionOf(change: Change | undefined): Action {
  const actions = change?.actions ?? [];
  switch (actions.join('+')) {
    case 'create':
      return 'create';
    case 'update':
      return 'update';
    case 'delete':
      return 'delete';
    case 'delete+create':
    case 'create+delete':
      return 'replace';
    case 'create+forget':
    case 'forget+create':
      return 'renew';
    case 'forget':
      return 'forget';
    case 'read':
      return 'read';
    case 'no-op':
    case '':
      return 'no-op';
    default:
      return 'unknown';
  }
}

/** Whether the existing object ceases to exist. */
export function destroys(change: Change | undefined): boolean {
  return change?.actions?.includes('delete') ?? false;
}

/** Whether an entry is a managed object: no data source, no ephemeral resource. */
export function isManaged({ mode }: PlannedChange): boolean {
  return mode === undefined || mode === 'managed';
}

/** Counts of the verdict. A resource that is moved or imported and changed counts in both places, as does a `renew`. */
export interface Verdict {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly import: number;
  readonly move: number;
  readonly forget: number;
  /** Data sources read only during the apply. */
  readonly read: number;
  /** Actions that this version of the review doesn't know. */
  readonly unknown: number;
  readonly unchanged: number;
}

/** Counts what a plan does. */
export function verdictOf(changes: readonly PlannedChange[]): Verdict {
  const counts = { create: 0, update: 0, replace: 0, renew: 0, delete: 0, forget: 0, read: 0, 'no-op': 0, unknown: 0 };
  let imported = 0;
  let moved = 0;
  for (const change of changes) {
    counts[actionOf(change.change)]++;
    if (change.change?.importing !== undefined) imported++;
    if (isMoved(change)) moved++;
  }
  const { 'no-op': unchanged, renew, ...rest } = counts;
  return {
    ...rest,
    create: rest.create + renew,
    forget: rest.forget + renew,
    import: imported,
    move: moved,
    unchanged,
  };
}

/** Whether a resource only got a new address. */
export function isMoved(change: PlannedChange): boolean {
  return change.previous_address !== undefined && change.previous_address !== change.address;
}
