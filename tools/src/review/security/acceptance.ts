import * as fs from 'node:fs';
import { messageOf, ToolError } from '../../shared/errors';
import { asList, asObject, type Json } from '../../shared/json';

/** Name of the file, beside cdktf.json, in which findings are accepted. */
export const ACCEPTANCE_FILE = 'review.accept.json';

/** One accepted finding: rule, resource (an address; `*` stands for any part), reason, and last day. */
export interface AcceptedFinding {
  readonly rule: string;
  readonly resource: string;
  readonly reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly until?: string;
}

/** Findings that the repository accepts. An entry without a reason is an error: the file exists for the reasons. */
export class Acceptance {
  private readonly used = new Set<AcceptedFinding>();

  constructor(
    private readonly entries: readonly AcceptedFinding[] = [],
    /** Gates of every apply in this repository. */
    readonly failOn: readonly string[] = [],
    private readonly today: string = new Date().toISOString().slice(0, 10),
    /** Patterns of types that the repository declares to hold no data, for types that the review doesn't know. */
    private readonly withoutData: readonly string[] = [],
  ) {}

  /**
   * Reads `{"accept": [{"rule", "resource", "reason", "until"?}], "failOn"?: [...], "holdsNoData"?: ["github_*"]}`; a file
   * that isn't there accepts nothing.
   */
  static read(file: string): Acceptance {
    if (!fs.existsSync(file)) return new Acceptance();
    let parsed: Json;
    try {
      parsed = JSON.parse(fs.readFileSync(file, 'utf8')) as Json;
    } catch (error) {
      throw new ToolError(`${file} is not JSON: ${messageOf(error)}`);
    }
    const accept = asList(asObject(parsed).accept);
    return new Acceptance(
      accept.map((entry, index) => acceptedFinding(asObject(entry), file, index)),
      asList(asObject(parsed).failOn).map(String),
      undefined,
      asList(asObject(parsed).holdsNoData).map(String),
    );
  }

  /** The reason for which a finding is accepted; undefined if it isn't, or no longer. */
  reasonFor(rule: string, address: string): string | undefined {
    const entry = this.entries.find(
      (candidate) => candidate.rule === rule && matches(candidate.resource, address) && !this.hasExpired(candidate),
    );
    if (entry !== undefined) this.used.add(entry);
    return entry?.reason;
  }

  /** Whether the repository declares that a type holds no data. */
  holdsNoData(type: string): boolean {
    return this.withoutData.some((pattern) => matches(pattern, type));
  }

  /** Notes on entries that have expired or that matched nothing; complete only after all findings were looked up. */
  notes(rules: readonly string[]): string[] {
    return this.entries.flatMap((entry) => {
      const name = `${entry.rule} on ${entry.resource}`;
      if (!rules.includes(entry.rule)) return [`accepts a rule that doesn't exist: ${entry.rule}`];
      if (this.hasExpired(entry)) return [`the acceptance of ${name} ended on ${entry.until}`];
      return this.used.has(entry) ? [] : [`the acceptance of ${name} matches nothing any more`];
    });
  }

  private hasExpired(entry: AcceptedFinding): boolean {
    return entry.until !== undefined && entry.until < this.today;
  }
}

function acceptedFinding(entry: Record<string, Json>, file: string, index: number): AcceptedFinding {
  const { rule, resource, reason, until } = entry;
  const complete = [rule, resource, reason].every((value) => typeof value === 'string' && value.trim() !== '');
  if (!complete) throw new ToolError(`${file}: entry ${index + 1} needs "rule", "resource" and a "reason".`);
  if (until !== undefined && !/^\d{4}-\d\d-\d\d$/.test(String(until))) {
    throw new ToolError(`${file}: "until" of entry ${index + 1} must be a date like 2027-06-30.`);
  }
  return {
    rule: String(rule),
    resource: String(resource),
    reason: String(reason),
    ...(until !== undefined && { until: String(until) }),
  };
}

function matches(pattern: string, address: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(address);
}
