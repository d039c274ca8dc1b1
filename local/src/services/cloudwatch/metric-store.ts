import { createHash } from 'node:crypto';
import type { Cloud, State } from '../../core/cloud';
import type { MetricId } from '../../core/metrics';
import type { Owner } from '../../core/owner';
import { keysWithin } from '../../store/key-range';
import type { Table } from '../../store/store';
import { Accumulator, merge, type StatisticSet } from './statistics';

/** A metric in listings. */
export interface Series {
  /** Prefix of its datapoints in the store. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  /** Epoch milliseconds of its latest datapoint. */
  readonly lastSeen: number;
}

/** The statistic set of one metric and unit, over a minute or, for high resolution, a second. */
export interface Sample {
  readonly owner: Owner;
  readonly metric: MetricId;
  readonly unit: string;
  /** Epoch milliseconds of the span's beginning. */
  readonly time: number;
  readonly set: StatisticSet;
}

export interface Datapoint {
  readonly time: number;
  readonly unit: string;
  readonly set: StatisticSet;
}

type Recorded = Omit<Sample, 'set'> & { readonly values: Accumulator };
type DatapointKey = [series: string, time: number, unit: string];
/** A statistic set in the store, whose encoding has no maps: values are pairs. */
type StoredSet = Omit<StatisticSet, 'values'> & { readonly values?: readonly (readonly [number, number])[] };

const MINUTE_MS = 60_000;
const FLUSH_MS = 3_000;
const RETENTION_MS = 15 * 86_400_000;
const TRIM_EVERY_MS = 3_600_000;
const TRIM_BATCH = 2_000;
const MAX_BUFFERED = 20_000;

/**
 * Metrics and their datapoints. Values that services record are summed up in memory and written a few seconds later in
 * one transaction; values that clients put are written before the answer. Nothing runs without new values.
 */
export class MetricStore implements State {
  private readonly series: Table<Series>;
  private readonly datapoints: Table<StoredSet>;
  private buffer = new Map<string, Recorded>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** The write in progress, failed or not. */
  private writing: Promise<unknown> = Promise.resolve();
  private lastTrim = 0;

  constructor(private readonly cloud: Cloud) {
    this.series = cloud.store.table('cloudwatch.series');
    this.datapoints = cloud.store.table('cloudwatch.datapoints');
  }

  /** Adds one value of a service; readers see it at once, the disk a few seconds later. */
  record(metric: MetricId, value: number, unit: string, owner: Owner, at: number): void {
    const time = at - (at % MINUTE_MS);
    const key = `${identityOf(owner, metric)}\n${unit}\n${time}`;
    let found = this.buffer.get(key);
    if (found === undefined) {
      found = { owner, metric, unit, time, values: new Accumulator() };
      this.buffer.set(key, found);
    }
    found.values.add(value);
    if (this.buffer.size > MAX_BUFFERED) this.flushQuietly();
    if (this.timer === undefined && !this.closed) {
      this.timer = setTimeout(() => this.flushQuietly(), FLUSH_MS);
      this.timer.unref();
    }
  }

  /** Writes recorded values; resolves once they, and those of a write in progress, can be read. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const earlier = this.writing;
    if (this.buffer.size > 0) {
      const samples = [...this.buffer.values()].map(({ values, ...rest }) => ({ ...rest, set: values.toSet() }));
      this.buffer = new Map();
      const own = this.write(samples);
      this.writing = Promise.allSettled([earlier, own]);
      await own;
    }
    await earlier;
  }

  /** Adds samples to the stored ones, in one transaction. */
  async write(samples: readonly Sample[]): Promise<void> {
    await this.cloud.store.transaction(() => {
      for (const sample of samples) this.add(sample);
    });
    await this.trimSometimes();
  }

  /** Datapoints of a metric from `start` up to but without `end`, oldest first. @param unit @default all units */
  read(owner: Owner, metric: MetricId, start: number, end: number, unit?: string): Datapoint[] {
    const id = seriesId(identityOf(owner, metric));
    const oldest = Math.max(start, this.cloud.clock.now() - RETENTION_MS);
    const found: Datapoint[] = [];
    for (const { key, value } of this.datapoints.getRange({ start: [id, oldest], end: [id, end] })) {
      const [, time, own] = key as DatapointKey;
      if (unit === undefined || own === unit) found.push({ time, unit: own, set: fromStored(value) });
    }
    return found;
  }

  /** Metrics by namespace and name. @param after key of the last one of the page before */
  *list(owner: Owner, namespace: string | undefined, after?: readonly string[]): Generator<Listed> {
    const scope = [owner.accountId, owner.region, ...(namespace === undefined ? [] : [namespace])];
    const range = keysWithin(scope, after?.slice(scope.length));
    for (const { key, value } of this.series.getRange(range)) {
      yield { key: key as string[], series: value };
    }
  }

  async close(): Promise<void> {
    // A request that ends after this may still record: a timer would find the store closed.
    this.closed = true;
    await this.flush();
  }

  private add({ owner, metric, unit, time, set }: Sample): void {
    const identity = identityOf(owner, metric);
    const id = seriesId(identity);
    const key: DatapointKey = [id, time, unit];
    const found = this.datapoints.get(key);
    this.datapoints.put(key, toStored(found === undefined ? set : merge(fromStored(found), set)));
    const seriesKey = [owner.accountId, owner.region, metric.namespace, metric.name, id];
    const known = this.series.get(seriesKey);
    if (known !== undefined && known.lastSeen >= time) return;
    const dimensions = Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
    this.series.put(seriesKey, { id, namespace: metric.namespace, name: metric.name, dimensions, lastSeen: time });
  }

  private flushQuietly(): void {
    this.flush().catch((error: Error) => this.cloud.options.log(`Metrics were not written: ${error.stack}`));
  }

  private async trimSometimes(): Promise<void> {
    const now = this.cloud.clock.now();
    if (now - this.lastTrim < TRIM_EVERY_MS) return;
    this.lastTrim = now;
    const oldest = now - RETENTION_MS;
    for (const { key, value } of [...this.series.getRange()]) {
      for (;;) {
        const expired = [...this.datapoints.getKeys({ start: [value.id], end: [value.id, oldest], limit: TRIM_BATCH })];
        if (expired.length === 0 && value.lastSeen >= oldest) break;
        await this.cloud.store.transaction(() => {
          for (const one of expired) this.datapoints.remove(one);
          if ((this.series.get(key)?.lastSeen ?? oldest) < oldest) this.series.remove(key);
        });
        if (expired.length < TRIM_BATCH) break;
      }
    }
  }
}

export interface Listed {
  readonly key: readonly string[];
  readonly series: Series;
}

/** A metric's identity from the SDK's shape. */
export function metricOf(
  namespace: string,
  name: string,
  dimensions: readonly { Name?: string; Value?: string }[] = [],
): MetricId {
  return {
    namespace,
    name,
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name ?? '', Value ?? ''])),
  };
}

const identities = new WeakMap<MetricId, Map<string, string>>();

// The order of dimensions doesn't matter. Cached by object: services record with the same ones again and again.
function identityOf(owner: Owner, metric: MetricId): string {
  const place = `${owner.accountId}\n${owner.region}`;
  let byOwner = identities.get(metric);
  if (byOwner === undefined) {
    byOwner = new Map();
    identities.set(metric, byOwner);
  }
  let identity = byOwner.get(place);
  if (identity === undefined) {
    const pairs = Object.entries(metric.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
    identity = `${place}\n${JSON.stringify([metric.namespace, metric.name, pairs])}`;
    byOwner.set(place, identity);
  }
  return identity;
}

function seriesId(identity: string): string {
  return createHash('sha256').update(identity).digest('base64url').slice(0, 27);
}

function toStored({ values, ...set }: StatisticSet): StoredSet {
  return values === undefined ? set : { ...set, values: [...values] };
}

function fromStored({ values, ...set }: StoredSet): StatisticSet {
  return values === undefined ? set : { ...set, values: new Map(values) };
}
