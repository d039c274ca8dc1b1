import { asList, asObject, type JsonObject } from '../shared/json';
import {
  cents,
  type DeliveryShape,
  deliveryItems,
  PARQUET_RATIO,
  type PricedItem,
  queryItems,
  type StreamShape,
  streamItems,
  total,
} from './cost-items';
import type { CostEstimate, CostItem } from './estimate';
import { price, priceTable } from './prices';
import type { Workload } from './workload';

/** A resource before and after the plan; undefined where it doesn't exist. */
export interface CostedResource {
  readonly address: string;
  readonly type: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

type Pricer = (values: JsonObject, workload: Workload) => PricedItem[];

const flat =
  (item: string, name: 'kms.keyMonth' | 'cloudwatch.alarmMonth' | 'cloudwatch.dashboardMonth'): Pricer =>
  () => [{ item, arithmetic: `1 x $${price(name)}`, usd: cents(price(name)) }];

/** How each priced type is priced. */
const PRICERS: Readonly<Record<string, Pricer>> = {
  aws_kinesis_stream: (values, workload) => streamItems(streamShape(values), workload),
  aws_kinesis_firehose_delivery_stream: (values, workload) => deliveryItems(deliveryShape(values), workload),
  aws_kms_key: flat('customer managed key', 'kms.keyMonth'),
  aws_cloudwatch_metric_alarm: flat('alarm', 'cloudwatch.alarmMonth'),
  aws_cloudwatch_dashboard: flat('dashboard', 'cloudwatch.dashboardMonth'),
};

/** Types that cost nothing by themselves, or whose cost is in another's items. */
const FREE =
  /^(aws_(iam_|s3_bucket|glue_catalog_|athena_(workgroup|named_query|data_catalog)|cloudwatch_log_|kms_alias|cloudwatch_composite)|terraform_data$|random_|null_|time_)/;

/** Monthly estimate of a plan for a stated workload: before, after and the difference, item by item. */
export function estimateCost(resources: readonly CostedResource[], workload: Workload, region?: string): CostEstimate {
  const items: CostItem[] = resources.flatMap((resource) => resourceItems(resource, workload));
  items.push(...queryCost(resources, workload));
  const before = total(items.map((item) => ({ usd: item.before })));
  const after = total(items.map((item) => ({ usd: item.after })));
  return {
    before,
    after,
    difference: cents(after - before),
    items,
    unpriced: unpriced(resources),
    assumptions: assumptions(workload, region),
    prices: `${priceTable().region}, ${priceTable().asOf}`,
  };
}

function resourceItems(resource: CostedResource, workload: Workload): CostItem[] {
  const pricer = PRICERS[resource.type];
  if (pricer === undefined) return [];
  const before = resource.before === undefined ? [] : pricer(resource.before, workload);
  const after = resource.after === undefined ? [] : pricer(resource.after, workload);
  return merge(resource.address, before, after);
}

function merge(address: string, before: readonly PricedItem[], after: readonly PricedItem[]): CostItem[] {
  const names = [...new Set([...after, ...before].map((entry) => entry.item))];
  return names.map((name) => {
    const old = before.find((entry) => entry.item === name);
    const now = after.find((entry) => entry.item === name);
    const arithmetic = now?.arithmetic ?? `was ${old?.arithmetic}`;
    return { address, item: name, arithmetic, before: old?.usd ?? 0, after: now?.usd ?? 0 };
  });
}

// Queries belong to the workload, not to one workgroup: they are counted once, if there is a workgroup to run them in.
function queryCost(resources: readonly CostedResource[], workload: Workload): CostItem[] {
  const groups = resources.filter((resource) => resource.type === 'aws_athena_workgroup');
  const first = groups[0];
  if (first === undefined || workload.queriesPerDay === 0) return [];
  const items = queryItems(workload);
  const before = groups.some((group) => group.before !== undefined) ? items : [];
  const after = groups.some((group) => group.after !== undefined) ? items : [];
  return merge(first.address, before, after);
}

function unpriced(resources: readonly CostedResource[]): string[] {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    if (PRICERS[type] === undefined && !FREE.test(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].sort().map(([type, count]) => (count === 1 ? type : `${type} (${count})`));
}

function assumptions(workload: Workload, region: string | undefined): string[] {
  const { recordsPerSecond, recordBytes, queriesPerDay, packBytes } = workload;
  const elsewhere = region !== undefined && region !== priceTable().region;
  return [
    `${recordsPerSecond} records/s of ${recordBytes} bytes into each stream and delivery stream, ${queriesPerDay} queries a day, ${packBytes === undefined ? 'one document a record' : `packed into records of up to ${packBytes} bytes`}`,
    'a month is 730 hours; a month of data is kept for a month; KB, MB, GB and TB are binary, as AWS bills them',
    `Parquet is ${PARQUET_RATIO} of the JSON; a query scans one day of it and at least 10 MB`,
    'not included: data transfer, KMS requests, GET and LIST requests, log ingestion, free tiers, taxes',
    ...(elsewhere ? [`the stack is in ${region}; prices are those of ${priceTable().region}`] : []),
  ];
}

/** A stream's shape from its planned values. */
export function streamShape(values: JsonObject): StreamShape {
  const details = asObject(asList(values.stream_mode_details)[0]);
  return {
    mode: details.stream_mode === 'ON_DEMAND' ? 'ON_DEMAND' : 'PROVISIONED',
    shards: numberOr(values.shard_count, 1),
    retentionHours: numberOr(values.retention_period, 24),
    shardMetrics: asList(values.shard_level_metrics).length,
  };
}

/** A delivery stream's shape from its planned values; Firehose's defaults are 5 MB (128 with conversion) and 300 s. */
export function deliveryShape(values: JsonObject): DeliveryShape {
  const s3 = asObject(asList(values.extended_s3_configuration)[0]);
  const conversion = asObject(asList(s3.data_format_conversion_configuration)[0]);
  const converts = asList(s3.data_format_conversion_configuration).length > 0 && conversion.enabled !== false;
  return {
    bufferMb: numberOr(s3.buffering_size, converts ? 128 : 5),
    // An interval of 0 means as soon as possible: about a second.
    bufferSeconds: Math.max(1, numberOr(s3.buffering_interval, 300)),
    converts,
    backup: s3.s3_backup_mode === 'Enabled',
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
