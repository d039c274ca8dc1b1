/**
 * Counts by value, passed between the invocations of a window: pairs, since a value may be any text, `__proto__` too.
 */
export type CountsState = readonly (readonly [value: string, count: number])[];

/** Most values with a count of their own: each is a metric, which AWS bills. */
const MOST_VALUES = 20;
const OTHERS = '(other)';

/** Counts documents by value. */
export class Counts {
  private readonly counts: Map<string, number>;

  /** @param state state of the window's previous invocation, if any */
  constructor(state: CountsState = []) {
    this.counts = new Map(state);
  }

  add(value: string): void {
    const known = this.counts.has(value) || this.counts.size < MOST_VALUES;
    const key = known ? value : OTHERS;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get state(): CountsState {
    return [...this.counts];
  }
}
