import { SHARD_RATES } from './constraints';

/** Length of a measurement of the load. */
const WINDOW_MS = 60_000;

/** Measures a stream's writes, minute by minute. */
export class LoadMeter {
  private since: number | undefined;
  private records = 0;
  private bytes = 0;

  /** @returns the number of shards that the minute just ended kept busy; undefined within a minute */
  add(records: number, bytes: number, now: number): number | undefined {
    this.since ??= now;
    // A new measurement, if the clock was set back.
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
