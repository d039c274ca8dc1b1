import { asList, asObject, type JsonObject } from '../shared/json';
import { consumerItems } from './consumer-cost';
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
import { isPriced, type PriceName, price, priceTable } from './prices';
import { tableItems, tablePartsUnpriced } from './table-cost';
import type { Workload } from './workload';

/** A resource before and after the plan; undefined where it doesn't exist. */
export interface CostedResource {
  readonly address: string;
  readonly type: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  /** Region of its provider, where the configuration states it. */
  readonly region?: string;
  /** Whether it carries changes of DynamoDB tables in place of the workload's records. @default false */
  readonly carriesTableChanges?: boolean;
}

type Pricer = (values: JsonObject, workload: Workload) => PricedItem[];

const flat =
  (item: string, name: PriceName, count: (values: JsonObject) => number = () => 1): Pricer =>
  (values) => {
    const number = count(values);
    return [{ item, arithmetic: `${number} x $${price(name)}`, usd: cents(number * price(name)) }];
  };

/** The pricing function of each priced type. */
const PRICERS: Readonly<Record<string, Pricer>> = {
  aws_kinesis_stream: (values, workload) => streamItems(streamShape(values), workload),
  aws_kinesis_firehose_delivery_stream: (values, workload) => deliveryItems(deliveryShape(values), workload),
  aws_dynamodb_table: tableItems,
  aws_kms_key: flat('customer managed key', 'kms.keyMonth'),
  aws_kms_external_key: flat('customer managed key', 'kms.keyMonth'),
  aws_kms_replica_key: flat('customer managed key', 'kms.keyMonth'),
  aws_kms_replica_external_key: flat('customer managed key', 'kms.keyMonth'),
  aws_cloudwatch_metric_alarm: alarmItems,
  aws_cloudwatch_composite_alarm: flat('composite alarm', 'cloudwatch.compositeAlarmMonth'),
  aws_cloudwatch_dashboard: flat('dashboard', 'cloudwatch.dashboardMonth'),
};

/** Alarms by their kind ("Amazon CloudWatch pricing"): each metric counts, and anomaly detection counts three times. */
function alarmItems(values: JsonObject): PricedItem[] {
  const queries = asList(values.metric_query).map(asObject);
  const metrics = queries.filter((query) => asList(query.metric).length > 0);
  const anomaly =
    typeof values.threshold_metric_id === 'string' && values.threshold_metric_id !== ''
      ? true
      : queries.some((query) => String(query.expression ?? '').includes('ANOMALY_DETECTION_BAND'));
  const periods = [values.period, ...metrics.map((query) => asObject(asList(query.metric)[0]).period)];
  const isHigh = periods.some((period) => typeof period === 'number' && period < 60);
  const count = Math.max(1, metrics.length) * (anomaly ? 3 : 1);
  const kind = [isHigh && 'high-resolution', anomaly && 'anomaly detection'].filter((text) => text !== false);
  const name = kind.length === 0 ? 'alarm' : `${kind.join(' ')} alarm`;
  return flat(
    name,
    isHigh ? 'cloudwatch.highResolutionAlarmMonth' : 'cloudwatch.alarmMonth',
    () => count,
  )(values, NONE);
}

const NONE: Workload = { recordsPerSecond: 1, recordBytes: 1, queriesPerDay: 0 };

/** Parts of a priced resource that have no price here, in words. */
function partsUnpriced({ type, after, before }: CostedResource): string[] {
  const values = after ?? before ?? {};
  if (type === 'aws_dynamodb_table') return tablePartsUnpriced(values);
  if (type === 'aws_dynamodb_kinesis_streaming_destination') {
    return [`changes, $${price('dynamodb.changeDataCaptureMillion')} a million change data capture units`];
  }
  if (type === 'aws_cloudwatch_metric_alarm') {
    const insights = asList(values.metric_query).some((query) =>
      /^\s*SELECT\b/i.test(String(asObject(query).expression ?? '')),
    );
    return insights ? ['metrics that its query analyzes'] : [];
  }
  if (type === 'aws_glue_catalog_table_optimizer') {
    return [`DPU-hours of its runs, $${price('glue.optimizerDpuHour')} each`];
  }
  if (type !== 'aws_kinesis_firehose_delivery_stream') return [];
  const s3 = asObject(asList(values.extended_s3_configuration)[0]);
  const processing = asObject(asList(s3.processing_configuration)[0]);
  const processors =
    processing.enabled === false ? [] : asList(processing.processors).map((entry) => asObject(entry).type);
  const destination = values.destination;
  return [
    ...(processors.includes('MetadataExtraction') ? ['JQ hours of dynamic partitioning'] : []),
    ...(processors.includes('Lambda') ? ['its Lambda function'] : []),
    ...(typeof destination === 'string' && !['extended_s3', 'iceberg'].includes(destination)
      ? [`delivery to ${destination}`]
      : []),
    ...(asList(values.msk_source_configuration).length > 0 ? ['ingestion from MSK, which has prices of its own'] : []),
  ];
}

/** Types that cost nothing by themselves, or whose cost is in another's items. */
const FREE =
  /^(aws_(iam_|s3_bucket|glue_catalog_(database|table|table_optimizer)$|athena_(workgroup|named_query|data_catalog|prepared_statement)$|cloudwatch_log_(group|stream|metric_filter|subscription_filter|resource_policy)$|kms_(alias|grant|key_policy)$|dynamodb_kinesis_streaming_destination$|cloudwatch_event_(rule|target|bus|permission)$|lambda_(permission|alias|event_source_mapping)$|sns_topic(_policy|_subscription)?$|sqs_queue_(policy|redrive_policy|redrive_allow_policy)$|lakeformation_|ecs_(cluster|cluster_capacity_providers|task_definition)$|(db|rds_cluster|docdb|docdb_cluster|neptune|elasticache|redshift|memorydb|dax)_(subnet_group|parameter_group|cluster_parameter_group|option_group)$|rds_cluster_parameter_group$|route_table|route$|default_|security_group|vpc$|subnet$|internet_gateway|network_acl|key_pair$|volume_attachment$|lb_target_group|appautoscaling_|autoscaling_policy|launch_template$|resourcegroups_)|terraform_data$|random_|null_|time_|tls_|local_|archive_)/;

/** Monthly estimate of a plan for a stated workload: before, after and the difference, item by item. */
export function estimateCost(resources: readonly CostedResource[], workload: Workload, region?: string): CostEstimate {
  const items: CostItem[] = resources.flatMap((resource) => resourceItems(resource, workload));
  items.push(...queryCost(resources, workload), ...consumerCost(resources, workload));
  const before = total(items.map((item) => ({ usd: item.before })));
  const after = total(items.map((item) => ({ usd: item.after })));
  return {
    before,
    after,
    difference: cents(after - before),
    items,
    unpriced: unpriced(resources),
    assumptions: assumptions(workload, regionsOf(resources, region), resources),
    prices: `${priceTable().region}, ${priceTable().asOf}`,
  };
}

function resourceItems(resource: CostedResource, workload: Workload): CostItem[] {
  const pricer = PRICERS[resource.type];
  if (pricer === undefined) return [];
  if (resource.carriesTableChanges === true) return idleItems(resource, pricer);
  const before = resource.before === undefined ? [] : pricer(resource.before, workload);
  const after = resource.after === undefined ? [] : pricer(resource.after, workload);
  return merge(resource.address, before, after);
}

/** What costs without any record: a stream's shards. Firehose costs nothing until something is delivered. */
function idleItems({ type, address, before, after }: CostedResource, pricer: Pricer): CostItem[] {
  if (type !== 'aws_kinesis_stream') return [];
  const idle = (values: JsonObject | undefined) =>
    values === undefined ? [] : pricer(values, { ...NONE, recordsPerSecond: 0 }).filter(({ usd }) => usd > 0);
  return merge(address, idle(before), idle(after));
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

// The cost of queries. They belong to the workload, not to a workgroup: counted once if the plan has any workgroup.
function queryCost(resources: readonly CostedResource[], workload: Workload): CostItem[] {
  const groups = resources.filter((resource) => resource.type === 'aws_athena_workgroup');
  const first = groups[0];
  if (first === undefined || workload.queriesPerDay === 0) return [];
  const items = queryItems(workload);
  const before = groups.some((group) => group.before !== undefined) ? items : [];
  const after = groups.some((group) => group.after !== undefined) ? items : [];
  return merge(first.address, before, after);
}

/** The cost of functions that read a stream of the plan; other functions' rate of invocations isn't known. */
function consumerCost(resources: readonly CostedResource[], workload: Workload): CostItem[] {
  return resources.filter(isConsumer(resources)).flatMap((lambda) => {
    const itemsOf = (side: 'before' | 'after') => {
      const values = lambda[side];
      const mapping = mappingOf(lambda, resources)?.[side];
      const stream = resources.find(isWorkloadStream)?.[side];
      if (values === undefined || mapping === undefined) return [];
      return consumerItems(values, mapping, numberOr(stream?.shard_count, 1), workload);
    };
    return merge(lambda.address, itemsOf('before'), itemsOf('after'));
  });
}

const isWorkloadStream = ({ type, carriesTableChanges }: CostedResource) =>
  type === 'aws_kinesis_stream' && carriesTableChanges !== true;

const isConsumer = (resources: readonly CostedResource[]) => (resource: CostedResource) =>
  resource.type === 'aws_lambda_function' && mappingOf(resource, resources) !== undefined;

function mappingOf(lambda: CostedResource, resources: readonly CostedResource[]): CostedResource | undefined {
  const name = (lambda.after ?? lambda.before)?.function_name;
  return resources.find(({ type, after, before, carriesTableChanges }) => {
    const values = after ?? before;
    // starting_position marks a mapping of a stream; queues have none.
    return (
      type === 'aws_lambda_event_source_mapping' &&
      carriesTableChanges !== true &&
      typeof values?.starting_position === 'string' &&
      typeof name === 'string' &&
      String(values.function_name).split(':').pop() === name
    );
  });
}

function unpriced(resources: readonly CostedResource[]): string[] {
  const counts = new Map<string, number>();
  const priced = isConsumer(resources);
  for (const resource of resources) {
    const { type } = resource;
    if (PRICERS[type] === undefined && !FREE.test(type) && !priced(resource))
      counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const types = [...counts].sort().map(([type, count]) => (count === 1 ? type : `${type} (${count})`));
  return [
    ...types,
    ...resources.flatMap((resource) => partsUnpriced(resource).map((part) => `${resource.address}: ${part}`)),
  ];
}

/** Regions of the priced resources: their own argument (provider 6), else the default provider's. */
function regionsOf(resources: readonly CostedResource[], region: string | undefined): string[] {
  const own = resources
    .filter(({ type }) => PRICERS[type] !== undefined)
    .map(({ after, before, region: provider }) => {
      const stated = (after ?? before)?.region;
      return typeof stated === 'string' ? stated : (provider ?? region);
    });
  return [...new Set(own.filter((name): name is string => name !== undefined))].sort();
}

function assumptions(workload: Workload, regions: readonly string[], resources: readonly CostedResource[]): string[] {
  const { recordsPerSecond, recordBytes, queriesPerDay, packBytes } = workload;
  const elsewhere = regions.filter((name) => !isPriced(name));
  return [
    `${recordsPerSecond} records/s of ${recordBytes} bytes into each stream and delivery stream, ${queriesPerDay} queries a day, ${packBytes === undefined ? 'one document a record' : `packed into records of up to ${packBytes} bytes`}`,
    'a month is 730 hours; a month of data is kept for a month; KB, MB, GB and TB are binary, as AWS bills them',
    `Parquet is ${PARQUET_RATIO} of the JSON; a query scans one day of it and at least 10 MB`,
    'not included: data transfer, KMS requests, GET and LIST requests, log ingestion, free tiers, taxes',
    ...(resources.some(({ carriesTableChanges }) => carriesTableChanges === true)
      ? ['tables do not change: what carries their changes costs what it does idle, and has no part of the workload']
      : []),
    ...(elsewhere.length > 0
      ? [`resources are in ${elsewhere.join(', ')}; prices are those of ${priceTable().region}`]
      : []),
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
  const iceberg = asObject(asList(values.iceberg_configuration)[0]);
  if (values.destination === 'iceberg') {
    return {
      bufferMb: numberOr(iceberg.buffering_size, 5),
      bufferSeconds: Math.max(1, numberOr(iceberg.buffering_interval, 300)),
      converts: true,
      backup: false,
      iceberg: true,
    };
  }
  const s3 = asObject(asList(values.extended_s3_configuration)[0]);
  const conversion = asObject(asList(s3.data_format_conversion_configuration)[0]);
  const converts = asList(s3.data_format_conversion_configuration).length > 0 && conversion.enabled !== false;
  return {
    bufferMb: numberOr(s3.buffering_size, converts ? 128 : 5),
    // An interval of 0 means as soon as possible: about a second.
    bufferSeconds: Math.max(1, numberOr(s3.buffering_interval, 300)),
    converts,
    backup: s3.s3_backup_mode === 'Enabled',
    partitions: asObject(asList(s3.dynamic_partitioning_configuration)[0]).enabled === true,
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
