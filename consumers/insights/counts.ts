/** Counts by value, as they go from one invocation of a window to the next: pairs, since a value may be called anything. */
export type CountsState = readonly (readonly [value: string, count: number])[];

/** Values that are counted apart. Each is a metric of its own, and AWS charges for each. */
const MOST_VALUES = 20;
const OTHERS = '(other)';

/** Counts how often each value came. */
export class Counts {
  private readonly counts: Map<string, number>;

  /** @param state of the invocation before, if there was one in this window. */
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
