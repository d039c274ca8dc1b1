/** Values that were computed, for who asks again. They are forgotten when they become too many. */
export class Memo<K, V> {
  private readonly values = new Map<K, V>();

  /** @param most values that are remembered. @default all */
  constructor(
    private readonly compute: (key: K) => V,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {}

  get(key: K): V {
    let found = this.values.get(key);
    if (found === undefined) {
      found = this.compute(key);
      if (this.values.size >= this.most) this.values.clear();
      this.values.set(key, found);
    }
    return found;
  }
}
