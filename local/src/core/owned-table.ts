import { keysStartingWith, keysWithin } from '../store/key-range';
import type { Store, Table } from '../store/store';
import { type Owner, ownerKey } from './owner';

type Part = string | number;

/** A table of the store whose keys begin with an account and a region; names follow. */
export class OwnedTable<V> {
  private readonly rows: Table<V>;

  /** @param missing makes the service's error for a missing row */
  constructor(
    store: Store,
    name: string,
    private readonly missing: (...names: string[]) => Error = () => new Error(`${name} has no such row.`),
  ) {
    this.rows = store.table(name);
  }

  get(owner: Owner, ...names: Part[]): V | undefined {
    return this.rows.get(ownerKey(owner, ...names));
  }

  /** @throws the service's error for a missing row */
  require(owner: Owner, ...names: string[]): V {
    const found = this.get(owner, ...names);
    if (found === undefined) throw this.missing(...names);
    return found;
  }

  put(owner: Owner, names: readonly Part[], value: V): Promise<unknown> {
    return this.rows.put(ownerKey(owner, ...names), value);
  }

  remove(owner: Owner, ...names: Part[]): Promise<unknown> {
    return this.rows.remove(ownerKey(owner, ...names));
  }

  /** Rows whose keys begin with `names`, in order. @param after rest of the previous page's last key */
  *list(owner: Owner, names: readonly Part[] = [], after?: Part | readonly Part[]): Generator<V> {
    const seen = after === undefined ? undefined : [after].flat();
    for (const { value } of this.rows.getRange(keysWithin(ownerKey(owner, ...names), seen))) yield value;
  }

  /** Rows whose keys continue `names` with a name of a prefix. @param after that name in the previous page's last key */
  *listStarting(owner: Owner, names: readonly Part[], prefix = '', after?: string): Generator<V> {
    for (const { value } of this.rows.getRange(keysStartingWith(ownerKey(owner, ...names), prefix, after))) yield value;
  }

  /** The rest of each key that begins with `names`. */
  keys(owner: Owner, names: readonly Part[], after?: readonly Part[], limit?: number): Part[][] {
    const range = { ...keysWithin(ownerKey(owner, ...names), after), ...(limit === undefined ? {} : { limit }) };
    return [...this.rows.getKeys(range)].map((key) => (key as Part[]).slice(2 + names.length));
  }

  /** Rows of all owners. */
  *all(): Generator<{ readonly owner: Owner; readonly names: Part[]; readonly value: V }> {
    for (const { key, value } of this.rows.getRange({})) {
      const [accountId, region, ...names] = key as [string, string, ...Part[]];
      yield { owner: { accountId, region }, names, value };
    }
  }
}
