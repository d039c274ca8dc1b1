import type { Store, Table as StoreTable } from '../../../store/store';
import type { ShardInfo } from './shards';

/** The shards of each stream, oldest first. */
export class ShardTable {
  private readonly rows: StoreTable<readonly ShardInfo[]>;
  private readonly cached = new Map<number, readonly ShardInfo[]>();

  constructor(store: Store) {
    this.rows = store.table('dynamodb.shards');
  }

  of(stream: number): readonly ShardInfo[] {
    let shards = this.cached.get(stream);
    if (shards === undefined) {
      shards = this.rows.get(stream) ?? [];
      this.cached.set(stream, shards);
    }
    return shards;
  }

  open(stream: number): ShardInfo | undefined {
    const last = this.of(stream).at(-1);
    return last?.last === undefined ? last : undefined;
  }

  /** Closes the open shard, and opens its child; within a commit. @param first sequence number of the child */
  begin(stream: number, first: number, at: number): void {
    this.close(stream, first, at);
    const parent = this.of(stream).at(-1)?.id;
    const id = `shardId-${String(at).padStart(20, '0')}-${(stream * 31 + first).toString(16).padStart(8, '0')}`;
    this.put(stream, [...this.of(stream), { id, first, openedAt: at, ...(parent !== undefined && { parent }) }]);
  }

  /** Closes the open shard, if there is one; within a commit. @param next sequence number after its last */
  close(stream: number, next: number, at: number): void {
    const shards = this.of(stream);
    const open = this.open(stream);
    if (open !== undefined) this.put(stream, [...shards.slice(0, -1), { ...open, last: next - 1, closedAt: at }]);
  }

  /** Within a commit. */
  put(stream: number, shards: readonly ShardInfo[]): void {
    void this.rows.put(stream, shards);
    this.cached.set(stream, shards);
  }

  /** Within a commit. */
  remove(stream: number): void {
    void this.rows.remove(stream);
    this.cached.delete(stream);
  }
}
