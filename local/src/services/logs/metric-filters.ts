import type { MetricDatum, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../core/cloud';
import type { Owner } from '../../core/owner';
import { asCaller } from '../../core/owner';
import { matcherOf } from './event-filters';
import { valueReaderOf } from './filter-pattern';
import { LogsState, type StoredMetricFilter } from './state';

interface Event {
  readonly timestamp: number;
  readonly message: string;
}

const MINUTE_MS = 60_000;
/** Most distinct values of one datum ("CloudWatch API reference, MetricDatum"). */
const MAX_VALUES = 150;
/** Most data of one PutMetricData. */
const MAX_DATA = 1_000;

/** Counts of one metric's values in a minute. */
interface Counted {
  readonly datum: MetricDatum;
  readonly counts: Map<number, number>;
}

/**
 * Publishes the metrics of a group's metric filters for new events, at the events' own times ("Creating metrics from
 * log events using filters"). CloudWatch's refusals are logged by the endpoint; the events are stored in any case.
 */
export async function publishFiltered(
  cloud: Cloud,
  owner: Owner,
  group: string,
  events: readonly Event[],
): Promise<void> {
  for (const filter of cloud.state(LogsState).metricFilters.list(owner, [group])) {
    const Namespace = filter.transformation.metricNamespace as string;
    const data = [...countedIn(filter, events).values()].flatMap(dataOf);
    for (let at = 0; at < data.length; at += MAX_DATA) {
      try {
        await cloud.call(putMetricData(), { Namespace, MetricData: data.slice(at, at + MAX_DATA) }, asCaller(owner));
      } catch (error) {
        cloud.options.log(`Metric filter ${filter.name} of log group ${group}: ${(error as Error).message}`);
      }
    }
  }
}

/** Lazy import, for groups with metric filters. */
const putMetricData = () =>
  (require('../cloudwatch/operations/put-metric-data') as typeof import('../cloudwatch/operations/put-metric-data'))
    .putMetricData;

function countedIn(
  { filterPattern, transformation }: StoredMetricFilter,
  events: readonly Event[],
): Map<string, Counted> {
  const { metricName, metricValue = '', defaultValue, dimensions = {}, unit } = transformation;
  const [matches, reader] = [matcherOf(filterPattern), valueReaderOf(filterPattern)];
  const found = new Map<string, Counted>();
  const seen = new Set<number>();
  const count = (minute: number, value: number, Dimensions: { Name: string; Value: string }[]) => {
    const key = JSON.stringify([minute, Dimensions]);
    const Unit = (unit ?? 'None') as StandardUnit;
    const counted = found.get(key) ?? {
      datum: { MetricName: metricName, Timestamp: new Date(minute), Unit, Dimensions },
      counts: new Map(),
    };
    found.set(key, counted);
    counted.counts.set(value, (counted.counts.get(value) ?? 0) + 1);
    seen.add(minute);
  };
  const minuteOf = ({ timestamp }: Event) => timestamp - (timestamp % MINUTE_MS);
  for (const event of events) {
    if (!matches(event.message)) continue;
    const read = reader(event.message);
    const value = numberOf(metricValue.startsWith('$') ? read(metricValue) : metricValue);
    const named = Object.entries(dimensions).map(([Name, selector]) => ({ Name, Value: textOf(read(selector)) }));
    // An event without the value, or without one of the dimensions, gives no datum.
    if (value === undefined || named.some(({ Value }) => Value === undefined || Value === '')) continue;
    count(minuteOf(event), value, named as { Name: string; Value: string }[]);
  }
  if (defaultValue !== undefined) {
    const silent = new Set(events.map(minuteOf).filter((minute) => !seen.has(minute)));
    for (const minute of silent) count(minute, defaultValue, []);
  }
  return found;
}

function* chunks<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

function dataOf({ datum, counts }: Counted): MetricDatum[] {
  return [...chunks([...counts], MAX_VALUES)].map((part) => ({
    ...datum,
    Values: part.map(([value]) => value),
    Counts: part.map(([, times]) => times),
  }));
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
