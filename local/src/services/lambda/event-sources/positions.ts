import type { Cloud } from '../../../core/cloud';
import { keysWithin } from '../../../store/key-range';
import type { Table } from '../../../store/store';

/** How far a mapping has come in a shard. */
export interface Position {
  /** The last record that is done with, and all before it. */
  readonly after?: string;
  /** The shard has ended, and all of it is done with: its children's turn. */
  readonly finished?: boolean;
  /** The tumbling window that is open, with what the function has gathered in it. */
  readonly window?: OpenWindow;
}

export interface OpenWindow {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly state: unknown;
}

/** The positions of all mappings, on disk before the next batch is begun: a restart repeats what was under way at most. */
export class Positions {
  private readonly table: Table<Position>;

  constructor(private readonly cloud: Cloud) {
    this.table = cloud.store.table('lambda.positions');
  }

  of(uuid: string): Map<string, Position> {
    const found = new Map<string, Position>();
    for (const { key, value } of this.table.getRange(keysWithin([uuid])))
      found.set((key as [string, string])[1], value);
    return found;
  }

  async put(uuid: string, shardId: string, position: Position): Promise<void> {
    await this.table.put([uuid, shardId], position);
  }

  async forget(uuid: string): Promise<void> {
    await this.cloud.store.transaction(() => {
      for (const { key } of [...this.table.getRange(keysWithin([uuid]))]) this.table.remove(key);
    });
  }
}
