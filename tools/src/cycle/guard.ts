import type { Review } from '../review/model';
import { Refusal } from '../shared/errors';
import { asList, asObject, type JsonObject } from '../shared/json';

/*
 * The stack's guard is a terraform_data resource that records the identities of stream, bucket and delivery stream;
 * their preconditions compare it with the configuration. Replacing the guard itself (`-replace` with `-target`) would
 * record new identities, and the next plan would pass: so the plan is checked as well.
 */

/** The guard of a synthesized stack, and the resources that it guards, with their kinds. */
export interface GuardInfo {
  readonly address: string;
  readonly guarded: ReadonlyMap<string, string>;
  /** The configured identity of each kind, as a Terraform expression. */
  readonly wanted: Readonly<Record<string, string>>;
}

const CONDITION = /terraform_data\.(\w+)\.output\.(\w+) == local\.(\w+)\./;

/** The guard of a stack; undefined if it has none, or with the deletion switch. */
export function guardOf(synthesized: JsonObject): GuardInfo | undefined {
  const guarded = new Map<string, string>();
  let found: { address: string; local: string } | undefined;
  for (const [type, byName] of Object.entries(asObject(synthesized.resource))) {
    for (const [name, block] of Object.entries(asObject(byName))) {
      for (const condition of asList(asObject(asObject(block).lifecycle).precondition)) {
        const match = CONDITION.exec(String(asObject(condition).condition ?? ''));
        if (match === null) continue;
        guarded.set(`${type}.${name}`, match[2] ?? '');
        found = { address: `terraform_data.${match[1]}`, local: match[3] ?? '' };
      }
    }
  }
  if (found === undefined) return undefined;
  const wanted = asObject(asObject(synthesized.locals)[found.local]);
  return {
    address: found.address,
    guarded,
    wanted: Object.fromEntries(Object.entries(wanted).map(([kind, value]) => [kind, String(value)])),
  };
}

/**
 * Refuses a plan that replaces a guarded resource, or the guard itself, without the switch, whatever the guard has
 * recorded.
 */
export function checkGuarded(review: Review, guard: GuardInfo | undefined): void {
  if (guard === undefined) return;
  for (const { address, action } of review.changes) {
    if (action === 'no-op' || action === 'create' || action === 'update' || action === 'read') continue;
    const kind = guard.guarded.get(address);
    if (kind !== undefined) {
      throw new Refusal(
        `this plan would ${action} ${address}, and what the ${kind.replaceAll('_', ' ')} holds would be lost. If that is meant, set LAKEHOUSE_ALLOW_DATA_DELETION=yes.`,
      );
    }
    if (address === guard.address) {
      throw new Refusal(
        `this plan would ${action} ${address}, which remembers what stream, bucket and delivery stream were created as: without it a later plan could replace them unnoticed. If that is meant, set LAKEHOUSE_ALLOW_DATA_DELETION=yes.`,
      );
    }
  }
}
