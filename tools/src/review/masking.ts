import type { Json } from '../cycle/project';
import type { PlanJson, StateModule } from './plan-json';

/** What stands where a sensitive value was. */
export const MASK = '(sensitive)';
/** What stands for a value that only the apply will tell. */
export const COMPUTED = '(known after apply)';

// Shorter strings ("true", "dev", "443") would blank out half a review when they happen to be marked somewhere.
const SHORTEST_SECRET = 6;

/**
 * Keeps sensitive values out of everything that is printed. The plan's own marks say which values those are; besides, a
 * marked string that turns up somewhere without a mark (in a check's message, say) is masked there too.
 */
export class Masker {
  // Secrets by their first characters, then by length: a text is searched for all of them in one pass.
  private readonly secrets = new Map<string, Map<number, Set<string>>>();

  /** Notes every string that the marks cover. Marks mirror the value's shape; `true` covers all that is below. */
  note(value: Json | undefined, marks: Json | undefined): void {
    if (value === undefined || value === null || !isMarked(marks)) return;
    if (marks === true) this.noteAll(value);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.note(item, childMark(marks, index));
    } else if (typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) this.note(item, childMark(marks, key));
    }
  }

  private noteAll(value: Json): void {
    if (typeof value === 'string') this.noteSecret(value);
    else if (Array.isArray(value)) for (const item of value) this.noteAll(item);
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) this.noteAll(item);
  }

  private noteSecret(secret: string): void {
    if (secret.length < SHORTEST_SECRET) return;
    const start = secret.slice(0, SHORTEST_SECRET);
    const lengths = this.secrets.get(start) ?? new Map<number, Set<string>>();
    const same = lengths.get(secret.length) ?? new Set<string>();
    this.secrets.set(start, lengths.set(secret.length, same.add(secret)));
  }

  /** The text, with every sensitive string in it replaced. */
  scrub(text: string): string {
    if (this.secrets.size === 0) return text;
    let clean = '';
    let kept = 0;
    for (let at = 0; at + SHORTEST_SECRET <= text.length; at++) {
      const length = this.secretAt(text, at);
      if (length === 0) continue;
      clean += text.slice(kept, at) + MASK;
      kept = at + length;
      at = kept - 1;
    }
    return kept === 0 ? text : clean + text.slice(kept);
  }

  /** Length of the longest secret that stands at a place; 0 for none. */
  private secretAt(text: string, at: number): number {
    const lengths = this.secrets.get(text.slice(at, at + SHORTEST_SECRET));
    if (lengths === undefined) return 0;
    let longest = 0;
    for (const [length, same] of lengths) {
      if (length > longest && same.has(text.slice(at, at + length))) longest = length;
    }
    return longest;
  }

  /** The value without what the marks cover, and scrubbed of sensitive strings elsewhere. */
  mask(value: Json | undefined, marks: Json | undefined): Json {
    if (value === undefined || value === null) return null;
    if (marks === true) return MASK;
    if (typeof value === 'string') return this.scrub(value);
    if (Array.isArray(value)) return value.map((item, index) => this.mask(item, childMark(marks, index)));
    if (typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.scrub(key), this.mask(item, childMark(marks, key))]),
    );
  }
}

/** A masker that knows every sensitive value of a plan: changes, drift, outputs, variables and state. */
export function maskerFor(plan: PlanJson): Masker {
  const masker = new Masker();
  const deferred = (plan.deferred_changes ?? []).flatMap((entry) => entry.resource_change ?? []);
  for (const { change } of [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? []), ...deferred]) {
    masker.note(change?.before, change?.before_sensitive);
    masker.note(change?.after, change?.after_sensitive);
  }
  for (const change of Object.values(plan.output_changes ?? {})) {
    masker.note(change.before, change.before_sensitive);
    masker.note(change.after, change.after_sensitive);
  }
  for (const [name, declared] of Object.entries(plan.configuration?.root_module?.variables ?? {})) {
    if (declared.sensitive === true) masker.note(plan.variables?.[name]?.value, true);
  }
  noteModule(masker, plan.prior_state?.values?.root_module);
  noteModule(masker, plan.planned_values?.root_module);
  return masker;
}

function noteModule(masker: Masker, module: StateModule | undefined): void {
  for (const resource of module?.resources ?? []) masker.note(resource.values, resource.sensitive_values);
  for (const child of module?.child_modules ?? []) noteModule(masker, child);
}

/** Whether marks cover anything at all. */
export function isMarked(marks: Json | undefined): boolean {
  if (marks === undefined || marks === null || marks === false) return false;
  return marks === true || (typeof marks === 'object' && Object.keys(marks).length > 0);
}

/** Marks of a child, from its parent's: `true` reaches down. */
export function childMark(marks: Json | undefined, key: string | number): Json | undefined {
  if (marks === true) return true;
  if (Array.isArray(marks)) return typeof key === 'number' ? marks[key] : undefined;
  if (typeof marks === 'object' && marks !== null) return marks[String(key)];
  return undefined;
}
