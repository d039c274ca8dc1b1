import type { Cloud } from '../core/cloud';
import { keysWithin } from '../store/key-range';
import type { Table } from '../store/store';
import type { Positions } from './record';

/** Targets with buffers of their own: the transformed records, and the raw backup. */
export type Target = 'data' | 'backup';

/** Objects about to be written; recorded so that a restart can tell whether they were. */
export interface Intent {
  readonly bucket: string;
  readonly objects: readonly { readonly key: string; readonly records: number }[];
  /** The checkpoint once the objects are written. */
  readonly through: readonly (readonly [shardId: string, sequenceNumber: string])[];
}

/**
 * Positions of each delivery stream in each shard, on disk. A checkpoint is written after the objects; between the two
 * there is an {@link Intent}, by which a restart finds out whether the objects were written before a crash.
 */
export class Checkpoints {
  private readonly positions: Table<string>;
  private readonly intents: Table<Intent>;
  private readonly repeats: Table<number>;

  constructor(private readonly cloud: Cloud) {
    this.positions = cloud.store.table<string>('firehose.checkpoints');
    this.intents = cloud.store.table<Intent>('firehose.intents');
    this.repeats = cloud.store.table<number>('firehose.repeats');
  }

  read(streamId: string, target: Target): Map<string, string> {
    const range = keysWithin([streamId, target]);
    return new Map(
      [...this.positions.getRange(range)].map(({ key, value }) => [(key as string[])[2] as string, value]),
    );
  }

  intent(streamId: string, target: Target): Intent | undefined {
    return this.intents.get([streamId, target]);
  }

  async intend(streamId: string, target: Target, intent: Intent): Promise<void> {
    await this.intents.put([streamId, target], intent);
  }

  /** Advances the checkpoint, and deletes the intent. @param also runs in the same transaction */
  async commit(streamId: string, target: Target, through: Positions, also?: () => void): Promise<void> {
    await this.cloud.store.transaction(() => {
      for (const [shardId, sequenceNumber] of through) this.positions.put([streamId, target, shardId], sequenceNumber);
      this.intents.remove([streamId, target]);
      also?.();
    });
  }

  /** Deletes an intent: its records are delivered again, and those that were in objects already are counted. */
  async abandon(streamId: string, target: Target, repeated: number): Promise<void> {
    await this.cloud.store.transaction(() => {
      this.intents.remove([streamId, target]);
      if (repeated > 0) this.repeats.put([streamId], this.repeated(streamId) + repeated);
    });
  }

  /** Upper bound of the records that restarts delivered twice. */
  repeated(streamId: string): number {
    return this.repeats.get([streamId]) ?? 0;
  }

  async forget(streamId: string): Promise<void> {
    await this.cloud.store.transaction(() => {
      for (const table of [this.positions, this.intents, this.repeats] as Table<unknown>[]) {
        for (const key of table.getKeys(keysWithin([streamId]))) table.remove(key);
      }
    });
  }
}
