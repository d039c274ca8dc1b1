import type { PlannedResource, PlannedResources } from '../../plan/planned';
import type { Severity } from './finding';

/** A place at which a rule found something. */
export interface Hit {
  readonly resource: PlannedResource;
  /** Observation, in a few words. */
  readonly detail: string;
}

/** A security rule on planned values: severity, source, and fix. */
export interface Rule {
  /** Stable id, `LH-<SERVICE>-<what>`: acceptance files refer to it. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly fix: string;
  /** Title of the rule's source document. */
  readonly source: string;
  /** Checks all planned resources. Reports resources that it can't judge before the apply through `blind`. */
  readonly find: (resources: PlannedResources, blind: (address: string, what: string) => void) => Hit[];
}

/** A rule that checks each resource of some types by itself: returns the observation, or undefined if it is fine. */
export function each(
  types: readonly string[],
  judge: (resource: PlannedResource, resources: PlannedResources) => string | undefined,
): Rule['find'] {
  return (resources) =>
    resources.ofType(...types).flatMap((resource) => {
      const detail = judge(resource, resources);
      return detail === undefined ? [] : [{ resource, detail }];
    });
}
