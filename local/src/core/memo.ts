/** A cache of computed values, emptied when it is full; undefined isn't cached. */
export class Memo<K, V> {
  private readonly values = new Map<K, V>();

  /** @param most values in the cache. @default unlimited */
  constructor(
    private readonly compute: (key: K) => V,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {}

  get(key: K): V {
    let found = this.values.get(key);
    if (found === undefined) {
      found = this.compute(key);
      if (this.values.size >= this.most) this.values.clear();
      if (found !== undefined) this.values.set(key, found);
    }
    return found;
  }
}
