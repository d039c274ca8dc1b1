export type Severity = 'high' | 'medium' | 'low' | 'info';

/** A security finding on the planned values. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly address: string;
  /** Observation at the resource. */
  readonly detail: string;
  readonly fix: string;
  /** Title of the document that the rule comes from. */
  readonly source: string;
  /** Reason for which the repository accepts it. */
  readonly accepted?: string;
}
