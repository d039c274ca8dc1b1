import { createHistogram } from 'node:perf_hooks';

/** Counts of a run, of events unless stated otherwise; `delivered + failed = asked`, always. */
export interface Summary {
  /** Events asked for: the amount, or as many as the source gave. */
  readonly asked: number;
  /** Events that the stream acknowledged. */
  readonly delivered: number;
  /** Events not acknowledged: refused, given up, never sent, or unknown. */
  readonly failed: number;
  /** Failed events by reason: the service's error code, or `NotSent`, `Unacknowledged`, `RecordTooLarge`, … */
  readonly failures: Readonly<Record<string, number>>;
  /** Kinesis records delivered: fewer than events when they are packed. */
  readonly kinesisRecords: number;
  /** Kinesis records sent, each attempt counted. */
  readonly attempts: number;
  /** Attempts beyond a record's first. */
  readonly retried: number;
  /** Attempts that the stream throttled. */
  readonly throttled: number;
  /** PutRecords requests. */
  readonly requests: number;
  /** Megabytes (10^6 bytes) of data and partition keys delivered. */
  readonly megabytes: number;
  readonly seconds: number;
  /** Events delivered a second, over the whole run. */
  readonly eventsPerSecond: number;
  /** Milliseconds from a request to its answer. */
  readonly latency: { readonly p50: number; readonly p99: number };
  /** Kinesis records delivered, by shard. */
  readonly recordsPerShard: Readonly<Record<string, number>>;
}

/** Progress of a run. */
export interface Progress {
  readonly taken: number;
  readonly delivered: number;
  readonly failed: number;
  readonly throttled: number;
  readonly retried: number;
  /** Requests in flight. */
  readonly inFlight: number;
  /** Events delivered a second since the last report. */
  readonly eventsPerSecond: number;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Counts the events, records and requests of a run. */
export class Tally {
  delivered = 0;
  failed = 0;
  kinesisRecords = 0;
  attempts = 0;
  retried = 0;
  throttled = 0;
  requests = 0;
  bytes = 0;
  readonly failures = new Map<string, number>();
  readonly shards = new Map<string, number>();
  private readonly latency = createHistogram();

  /** Counts events as failed. */
  fail(events: number, reason: string): void {
    if (events === 0) return;
    this.failed += events;
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + events);
  }

  answered(milliseconds: number): void {
    this.latency.record(Math.max(1, Math.round(milliseconds * 1000)));
  }

  addToShard(shard: string, records: number): void {
    this.shards.set(shard, (this.shards.get(shard) ?? 0) + records);
  }

  summary(asked: number, seconds: number): Summary {
    return {
      asked,
      delivered: this.delivered,
      failed: this.failed,
      failures: Object.fromEntries(this.failures),
      kinesisRecords: this.kinesisRecords,
      attempts: this.attempts,
      retried: this.retried,
      throttled: this.throttled,
      requests: this.requests,
      megabytes: round(this.bytes / 1e6, 3),
      seconds: round(seconds, 3),
      eventsPerSecond: round(seconds > 0 ? this.delivered / seconds : 0, 1),
      latency: {
        p50: round(this.latency.count > 0 ? this.latency.percentile(50) / 1000 : 0, 1),
        p99: round(this.latency.count > 0 ? this.latency.percentile(99) / 1000 : 0, 1),
      },
      recordsPerShard: Object.fromEntries([...this.shards].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}
