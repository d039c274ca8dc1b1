import type { Json } from '../shared/json';

/** Replacement of a sensitive value. */
export const MASK = '(sensitive)';
/** Replacement of a sensitive value after a change that alters it. */
export const MASK_CHANGED = '(sensitive, changed)';
/** Replacement of a value that is known only after the apply. */
export const COMPUTED = '(known after apply)';

// Shorter strings ("true", "dev", "443"), marked somewhere by chance, would blank out half a review.
const SHORTEST_SECRET = 6;
// Each line of a longer secret, such as a private key, counts as a secret from this length on.
const SHORTEST_LINE = 16;

/**
 * Masks sensitive values of a plan: those that are marked, and every copy of a marked string elsewhere (in a check's
 * message, in a policy's text, base64 in user data).
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
    if (typeof value === 'string' || typeof value === 'number') this.noteSecret(String(value));
    else if (Array.isArray(value)) for (const item of value) this.noteAll(item);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        this.noteAll(item);
        // A sensitive map's keys are secret too, but mostly words: only long ones are searched for.
        if (key.length >= SHORTEST_LINE) this.noteSecret(key);
      }
    }
  }

  private noteSecret(secret: string): void {
    for (const form of formsOf(secret)) this.noteForm(form);
  }

  private noteForm(secret: string): void {
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

  /** Length of the longest secret at a position; 0 for none. */
  private secretAt(text: string, at: number): number {
    const lengths = this.secrets.get(text.slice(at, at + SHORTEST_SECRET));
    if (lengths === undefined) return 0;
    let longest = 0;
    for (const [length, same] of lengths) {
      if (length > longest && same.has(text.slice(at, at + length))) longest = length;
    }
    return longest;
  }

  /**
   * The value with marked parts masked, and scrubbed of sensitive strings elsewhere. Parts without any are returned as
   * they are, so that masking a large plan doesn't double it.
   *
   * @param before the value before the change: a sensitive value that differs from it is masked as changed
   */
  mask(value: Json | undefined, marks?: Json, before?: Json): Json {
    if (value === undefined || value === null) return null;
    if (marks === true) return before === undefined || before === null || same(value, before) ? MASK : MASK_CHANGED;
    if (typeof value === 'string') return this.scrub(value);
    if (Array.isArray(value)) {
      const old = Array.isArray(before) ? before : [];
      const items = value.map((item, index) => this.mask(item, childMark(marks, index), old[index]));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    if (typeof value !== 'object') return value;
    return this.maskObject(value, marks, before);
  }

  private maskObject(value: { [key: string]: Json }, marks: Json | undefined, before: Json | undefined): Json {
    const old = typeof before === 'object' && before !== null && !Array.isArray(before) ? before : {};
    let unchanged = true;
    const entries = Object.entries(value).map(([key, item]): [string, Json] => {
      const cleanKey = this.scrub(key);
      const clean = this.mask(item, childMark(marks, key), old[key]);
      if (cleanKey !== key || clean !== item) unchanged = false;
      return [cleanKey, clean];
    });
    return unchanged ? value : Object.fromEntries(entries);
  }
}

/**
 * Forms of a secret in other texts: in JSON, as Terraform's jsonencode writes it, in a URL, in base64, and each line.
 */
function formsOf(secret: string): Set<string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const asUnicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const lines = secret.includes('\n') ? secret.split('\n').map((line) => line.trim()) : [];
  const forms = [
    ...[secret, json, json.replace(/[<>&]/g, asUnicode), encoded(secret), Buffer.from(secret).toString('base64')],
  ].filter((form) => form.length >= SHORTEST_SECRET && secret.length >= SHORTEST_SECRET);
  return new Set([...forms, ...lines.filter((line) => line.length >= SHORTEST_LINE)]);
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair has no UTF-8 form.
    return text;
  }
}

function same(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Whether marks cover anything at all. */
export function isMarked(marks: Json | undefined): boolean {
  if (marks === undefined || marks === null || marks === false) return false;
  return marks === true || (typeof marks === 'object' && Object.values(marks).some((mark) => isMarked(mark)));
}

/** Marks of a child, from its parent's: `true` reaches down. */
export function childMark(marks: Json | undefined, key: string | number): Json | undefined {
  if (marks === true) return true;
  if (Array.isArray(marks)) return typeof key === 'number' ? marks[key] : undefined;
  if (typeof marks === 'object' && marks !== null) return marks[String(key)];
  return undefined;
}

/** Marks that cover what either of two covers. */
export function joinMarks(a: Json | undefined, b: Json | undefined): Json {
  if (a === true || b === true) return true;
  if (!isMarked(a)) return b ?? false;
  if (!isMarked(b)) return a ?? false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => joinMarks(a[index], b[index]));
  }
  const [left, right] = [Object(a) as { [key: string]: Json }, Object(b) as { [key: string]: Json }];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...keys].map((key) => [key, joinMarks(left[key], right[key])]));
}
