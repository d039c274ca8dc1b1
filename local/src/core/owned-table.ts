import { keysStartingWith, keysWithin } from '../store/key-range';
import type { Store, Table } from '../store/store';
import { type Owner, ownerKey } from './owner';

type Part = string | number;

/** A table of the store whose rows are an account's, in a region; keys go on with names. */
export class OwnedTable<V> {
  private readonly rows: Table<V>;

  /** @param missing the service's error for a row that isn't there. */
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

  /** @throws the service's error for a row that isn't there */
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

  /** Rows below `names`, in the order of their keys. @param after the rest of the last key that was seen. */
  *list(owner: Owner, names: readonly Part[] = [], after?: Part | readonly Part[]): Generator<V> {
    const seen = after === undefined ? undefined : [after].flat();
    for (const { value } of this.rows.getRange(keysWithin(ownerKey(owner, ...names), seen))) yield value;
  }

  /** Rows below `names` whose next name begins with a text. @param after the last such name that was seen. */
  *listStarting(owner: Owner, names: readonly Part[], prefix = '', after?: string): Generator<V> {
    for (const { value } of this.rows.getRange(keysStartingWith(ownerKey(owner, ...names), prefix, after))) yield value;
  }

  /** Names that follow `names` in the keys below them. */
  keys(owner: Owner, names: readonly Part[], after?: readonly Part[], limit?: number): Part[][] {
    const range = { ...keysWithin(ownerKey(owner, ...names), after), ...(limit === undefined ? {} : { limit }) };
    return [...this.rows.getKeys(range)].map((key) => (key as Part[]).slice(2 + names.length));
  }

  /** Every owner's rows. */
  *all(): Generator<{ readonly owner: Owner; readonly names: Part[]; readonly value: V }> {
    for (const { key, value } of this.rows.getRange({})) {
      const [accountId, region, ...names] = key as [string, string, ...Part[]];
      yield { owner: { accountId, region }, names, value };
    }
  }
}
