import type { State } from '../../core/cloud';
import { resourceInUse } from './errors';

/** A call that comes sooner than this after the last one is refused ("SubscribeToShard"). */
const RETAKE_MS = 5_000;

interface Subscription {
  readonly since: number;
  /** Ends it: a later call of the same consumer takes the shard over. */
  readonly end: () => void;
}

/** The subscriptions that are open: one call per consumer and shard. */
export class Subscriptions implements State {
  private readonly running = new Map<string, Subscription>();

  /**
   * Takes a shard for a consumer.
   * @param now by the clock to wait by.
   * @param end is called when another call takes it over, or the endpoint closes.
   * @returns gives it back.
   * @throws ResourceInUseException if the consumer took it less than five seconds ago.
   */
  take(consumerArn: string, shardId: string, now: number, end: () => void): () => void {
    const key = `${consumerArn}/${shardId}`;
    const present = this.running.get(key);
    if (present !== undefined && now - present.since < RETAKE_MS) {
      throw resourceInUse(
        `Another active subscription exists for this consumer: ${consumerArn} and shard ${shardId}, ` +
          'made less than five seconds ago.',
      );
    }
    present?.end();
    const own = { since: now, end };
    this.running.set(key, own);
    return () => {
      if (this.running.get(key) === own) this.running.delete(key);
    };
  }

  close(): void {
    for (const { end } of this.running.values()) end();
  }
}
