import type { Table } from '../store/store';
import type { Cloud } from './cloud';
import { OwnedTable } from './owned-table';

/** A service's state: its tables of the store, which no other code uses. */
export abstract class ServiceState {
  constructor(readonly cloud: Cloud) {}

  /** Writes all changes of `work`, or none. */
  transaction<T>(work: () => T): Promise<T> {
    return this.cloud.store.transaction(work);
  }

  protected rows<V>(name: string): Table<V> {
    return this.cloud.store.table(name);
  }

  /** Opens a table of rows by account and region. @param missing the error for a missing row */
  protected owned<V>(name: string, missing?: (...names: string[]) => Error): OwnedTable<V> {
    return new OwnedTable(this.cloud.store, name, missing);
  }
}
