import type { Table } from '../store/store';
import type { Cloud } from './cloud';
import { OwnedTable } from './owned-table';

/** A service's state: its tables of the store, of which it is the only owner. */
export abstract class ServiceState {
  constructor(readonly cloud: Cloud) {}

  /** Writes all of what `work` puts and removes, or nothing. */
  transaction<T>(work: () => T): Promise<T> {
    return this.cloud.store.transaction(work);
  }

  protected rows<V>(name: string): Table<V> {
    return this.cloud.store.table(name);
  }

  /** A table of rows by account and region. @param missing the error for a row that isn't there */
  protected owned<V>(name: string, missing?: (...names: string[]) => Error): OwnedTable<V> {
    return new OwnedTable(this.cloud.store, name, missing);
  }
}
