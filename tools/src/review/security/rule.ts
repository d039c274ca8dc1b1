import type { PlannedResource, PlannedResources } from '../../plan/planned';
import type { Severity } from './finding';

/** Where a rule found something. */
export interface Hit {
  readonly resource: PlannedResource;
  /** Observation, in a few words. */
  readonly detail: string;
}

/** A security rule: what it looks for on planned values, how bad that is, where it comes from and how to mend it. */
export interface Rule {
  /** Stable id, `LH-<SERVICE>-<what>`: acceptance files refer to it. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly fix: string;
  /** Title of the document that says so. */
  readonly source: string;
  /**
   * Looks at all planned resources. Reports what it can't judge, because only the apply tells, through `blind`.
   */
  readonly find: (resources: PlannedResources, blind: (address: string, what: string) => void) => Hit[];
}

/** A rule that looks at each resource of some types by itself: the words when it is wrong, undefined when it is fine. */
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
