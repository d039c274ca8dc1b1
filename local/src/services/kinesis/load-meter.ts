import { SHARD_RATES } from './constraints';

/** Over how long the load is taken. */
const WINDOW_MS = 60_000;

/** What was written to a stream, minute by minute. */
export class LoadMeter {
  private since: number | undefined;
  private records = 0;
  private bytes = 0;

  /** @returns how many shards the minute that has just ended kept busy; undefined while one goes on */
  add(records: number, bytes: number, now: number): number | undefined {
    this.since ??= now;
    // After the clock was set back it begins anew.
    if (now < this.since) this.since = now;
    const seconds = (now - this.since) / 1000;
    const perSecond = Math.max(this.records / SHARD_RATES.writtenRecords, this.bytes / SHARD_RATES.writtenBytes);
    const ended = seconds * 1000 >= WINDOW_MS;
    if (ended) [this.since, this.records, this.bytes] = [now, 0, 0];
    this.records += records;
    this.bytes += bytes;
    return ended ? perSecond / seconds : undefined;
  }
}
