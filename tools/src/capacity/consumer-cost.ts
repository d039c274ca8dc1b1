import { asList, type JsonObject } from '../shared/json';
import { cents, figure, type PricedItem } from './cost-items';
import { price } from './prices';
import { monthlyTraffic, SECONDS_PER_MONTH, type Workload } from './workload';

/** Seconds that an invocation is assumed to last, whatever its batch: a handler that makes one AWS call. */
export const INVOCATION_SECONDS = 0.03;

/** The monthly cost of a function that reads a stream, from the values of the function, its mapping and the stream. */
export function consumerItems(
  lambda: JsonObject,
  mapping: JsonObject,
  shards: number,
  workload: Workload,
): PricedItem[] {
  if (mapping.enabled === false) return [];
  const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);
  const perShard = monthlyTraffic(workload).recordsPerSecond / shards;
  const batch = number(mapping.batch_size, 100);
  // A shard is polled once a second; a full batch is invoked at once.
  const window = Math.max(1, number(mapping.maximum_batching_window_in_seconds, 0));
  const perSecond = Math.min(perShard, Math.max(1 / window, perShard / batch)) * shards;
  const invocations = perSecond * SECONDS_PER_MONTH;
  const isArm = asList(lambda.architectures)[0] === 'arm64';
  const gbSeconds = invocations * INVOCATION_SECONDS * (number(lambda.memory_size, 128) / 1024);
  const item = (name: string, quantity: number, unit: string, usd: number): PricedItem => ({
    item: name,
    arithmetic: `${figure(quantity)} ${unit} x $${usd}`,
    usd: cents(quantity * usd),
  });
  return [
    item('invocations', invocations / 1e6, 'million requests', price('lambda.requestMillion')),
    item(
      `compute, ${INVOCATION_SECONDS * 1000} ms an invocation`,
      gbSeconds,
      'GB-s',
      price(isArm ? 'lambda.gbSecondArm' : 'lambda.gbSecond'),
    ),
  ];
}
