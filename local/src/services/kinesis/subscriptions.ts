import type { State } from '../../core/cloud';
import { resourceInUse } from './errors';

/** Milliseconds after a call within which another one is refused ("SubscribeToShard"). */
const RETAKE_MS = 5_000;

interface Subscription {
  readonly since: number;
  /** Ends the subscription: a later call of the same consumer replaces it. */
  readonly end: () => void;
}

/** The open subscriptions: one call per consumer and shard. */
export class Subscriptions implements State {
  private readonly running = new Map<string, Subscription>();

  /**
   * Takes a shard for a consumer.
   * @param now by the monotonic clock
   * @param end called when another call takes the shard, or the endpoint closes
   * @returns a function that gives it back
   * @throws ResourceInUseException if the consumer took it less than five seconds ago
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
