import { actionOf, isMoved } from '../plan/actions';
import type { PlannedChange } from '../plan/masked-plan';
import type { PlannedResources } from '../plan/planned';
import { parsePolicy } from '../plan/policy';
import { asObject, type Json } from '../shared/json';
import { attributeChanges } from './attributes';
import type { ConstructPaths } from './construct-paths';
import type { AttributeChange, ReviewedChange } from './model';
import { statementChanges } from './policy-diff';

/** Arguments that identify an object to a person, best first. */
const NAMES = ['bucket', 'name', 'function_name', 'identifier', 'table_name', 'id'];

/** Terraform's reason codes, in words ("JSON Output Format", action_reason). */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'its last creation or provisioning failed (tainted)',
  replace_because_cannot_update: 'it cannot be changed in place',
  replace_by_request: 'asked for with -replace',
  replace_by_triggers: 'something it is set to follow changes',
  delete_because_no_resource_config: 'it is no longer in the code',
  delete_because_no_module: 'its module is no longer in the code',
  delete_because_wrong_repetition: 'count or for_each came or went',
  delete_because_count_index: 'the count is lower now',
  delete_because_each_key: 'its key is no longer in for_each',
  delete_because_no_move_target: 'it was moved to where nothing is declared',
  read_because_config_unknown: 'what it is read by is known only during the apply',
  read_because_dependency_pending: 'something it depends on changes first',
  read_because_check_nested: 'it belongs to a check',
};

/** A resource's change, ready to print; undefined when there is none. */
export function reviewChange(
  entry: PlannedChange,
  paths: ConstructPaths,
  resources?: PlannedResources,
): ReviewedChange | undefined {
  const action = actionOf(entry.change);
  const movedFrom = isMoved(entry) ? entry.previous_address : undefined;
  const importedId = entry.change?.importing?.id;
  if (action === 'no-op' && movedFrom === undefined && entry.change?.importing === undefined) return undefined;
  const identity = identityOf(entry);
  const reason = entry.action_reason === undefined ? undefined : (REASONS[entry.action_reason] ?? entry.action_reason);
  return {
    address: entry.address,
    type: entry.type,
    action,
    group: paths.get(entry.address) ?? entry.module_address ?? '',
    ...(identity !== undefined && { identity }),
    ...(movedFrom !== undefined && { movedFrom }),
    ...(entry.change?.importing !== undefined && { importedId: importedId ?? 'known after apply' }),
    ...(reason !== undefined && { reason }),
    ...(entry.deposed !== undefined && { deposed: entry.deposed }),
    ...(entry.change?.actions?.join() === 'create,delete' && { createFirst: true }),
    // No attributes of a destroyed object: a page of them would hide that it is destroyed.
    attributes: action === 'delete' || action === 'forget' ? [] : attributesOf(entry, resources),
  };
}

function attributesOf(entry: PlannedChange, resources: PlannedResources | undefined): readonly AttributeChange[] {
  if (entry.change === undefined) return [];
  const attributes = attributeChanges(entry.change);
  const planned = resources?.get(entry.address);
  if (planned === undefined) return attributes;
  return attributes.map((attribute) => {
    if (!attribute.computed || attribute.sensitive || !/(^|_)policy(_document)?$/.test(attribute.path))
      return attribute;
    // The policy's text is unknown until the apply, but its statements are known from the code.
    const now = resources?.policy(planned, attribute.path);
    if (now === undefined || now === 'unknown') return attribute;
    const old = attribute.before === undefined ? [] : (parsePolicy(attribute.before) ?? []);
    return { ...attribute, statements: statementChanges(old, now) };
  });
}

function identityOf(entry: PlannedChange): string | undefined {
  const before = asObject(entry.change?.before);
  const after = asObject(entry.change?.after);
  const named = NAMES.map((name): Json | undefined => before[name] ?? after[name]);
  return named.find((value): value is string => typeof value === 'string' && value !== '');
}
