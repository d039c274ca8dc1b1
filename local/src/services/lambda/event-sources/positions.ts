import type { Cloud } from '../../../core/cloud';
import { keysWithin } from '../../../store/key-range';
import type { Table } from '../../../store/store';

/** A mapping's position in a shard. */
export interface Position {
  /** The last record up to which all are done. */
  readonly after?: string;
  /** Whether the shard has ended and all its records are done: its children may start. */
  readonly finished?: boolean;
  /** The open tumbling window, with the function's state. */
  readonly window?: OpenWindow;
}

export interface OpenWindow {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly state: unknown;
}

/**
 * Positions of all mappings, stored before the next batch begins: a restart repeats at most the batches in progress.
 */
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
