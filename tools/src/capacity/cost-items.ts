import { price } from './prices';
import {
  GB,
  HOURS_PER_MONTH,
  KB,
  MB,
  type MonthlyTraffic,
  monthlyTraffic,
  roundedUp,
  SECONDS_PER_MONTH,
  TB,
  type Workload,
} from './workload';

/** One priced line of the estimate. */
export interface PricedItem {
  readonly item: string;
  /** The multiplication with its numbers. */
  readonly arithmetic: string;
  /** USD a month, to the cent. */
  readonly usd: number;
}

/** Parquet with Snappy against the JSON it was made from; measured on the sample record it is 0.3 to 0.4. */
export const PARQUET_RATIO = 0.35;

/** Settings of a stream that determine its cost. */
export interface StreamShape {
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  readonly shards: number;
  readonly retentionHours: number;
  /** Enhanced shard-level metrics. */
  readonly shardMetrics: number;
}

/** Settings of a delivery stream that determine its cost. */
export interface DeliveryShape {
  readonly bufferMb: number;
  readonly bufferSeconds: number;
  /** JSON to Parquet or ORC. */
  readonly converts: boolean;
  /** Raw records are kept too. */
  readonly backup: boolean;
  /** Objects are sorted into folders by a field of the records. */
  readonly partitions?: boolean;
  /** Rows of an Iceberg table, one commit a buffer. */
  readonly iceberg?: boolean;
}

/** Objects of a commit: the rows' file, a manifest, the list of manifests, the metadata. */
const OBJECTS_A_COMMIT = 4;

/** Rounds to cents, half up, so that the printed items add up to the printed total. */
export function cents(usd: number): number {
  return Math.round((usd + Number.EPSILON) * 100) / 100;
}

/** A number for the arithmetic: grouped, with its significant digits alone. */
export function figure(value: number): string {
  const digits = value >= 1000 ? 0 : value >= 1 ? 3 : 6;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function item(name: string, quantity: number, unit: string, usdPerUnit: number): PricedItem {
  return { item: name, arithmetic: `${figure(quantity)} ${unit} x $${usdPerUnit}`, usd: cents(quantity * usdPerUnit) };
}

/** A Kinesis data stream's cost of a month. */
export function streamItems(shape: StreamShape, workload: Workload): PricedItem[] {
  const traffic = monthlyTraffic(workload);
  return shape.mode === 'ON_DEMAND' ? onDemandItems(shape, traffic) : provisionedItems(shape, traffic);
}

function provisionedItems(shape: StreamShape, traffic: MonthlyTraffic): PricedItem[] {
  const shardHours = shape.shards * HOURS_PER_MONTH;
  const units = traffic.records * Math.ceil(traffic.bytesPerRecord / (25 * KB));
  const items = [
    item('shard hours', shardHours, 'shard-hours', price('kinesis.shardHour')),
    item('PUT payload units of 25 KB', units / 1e6, 'million units', price('kinesis.putUnitMillion')),
  ];
  if (shape.retentionHours > 24) {
    items.push(
      item('retention beyond 24 hours', shardHours, 'shard-hours', price('kinesis.extendedRetentionShardHour')),
    );
  }
  items.push(...longTermItems(shape, traffic));
  if (shape.shardMetrics > 0) {
    items.push(
      item('shard-level metrics', shape.shardMetrics * shape.shards, 'metrics', price('cloudwatch.metricMonth')),
    );
  }
  return items;
}

/** Hours up to which retention has a price of its own. */
const WEEK_HOURS = 168;

/** Long-term retention: bytes that lie in a stream for longer than 7 days. */
function longTermItems({ retentionHours }: StreamShape, traffic: MonthlyTraffic): PricedItem[] {
  if (retentionHours <= WEEK_HOURS) return [];
  const stored = (traffic.bytesPerSecond * (retentionHours - WEEK_HOURS) * 3600) / GB;
  return [item('retention beyond 7 days', stored, 'GB-months', price('kinesis.longTermGbMonth'))];
}

function onDemandItems(shape: StreamShape, traffic: MonthlyTraffic): PricedItem[] {
  const extendedHours = Math.max(0, Math.min(shape.retentionHours, WEEK_HOURS) - 24);
  const extended = (traffic.bytesPerSecond * extendedHours * 3600) / GB;
  const inGb = (traffic.records * roundedUp(traffic.bytesPerRecord, KB)) / GB;
  return [
    item('stream hours', HOURS_PER_MONTH, 'stream-hours', price('kinesis.onDemandStreamHour')),
    item('data in, records rounded up to 1 KB', inGb, 'GB', price('kinesis.onDemandInGb')),
    item('data out, read once', traffic.bytes / GB, 'GB', price('kinesis.onDemandOutGb')),
    ...(extendedHours > 0
      ? [item('retention beyond 24 hours', extended, 'GB-months', price('kinesis.onDemandRetentionGbMonth'))]
      : []),
    ...longTermItems(shape, traffic),
  ];
}

/** A delivery stream's cost of a month, with the storage of its Parquet files and its backup. */
export function deliveryItems(shape: DeliveryShape, workload: Workload): PricedItem[] {
  const traffic = monthlyTraffic(workload);
  if (shape.iceberg === true) return icebergItems(shape, traffic);
  const billedGb = (traffic.records * roundedUp(traffic.bytesPerRecord, 5 * KB)) / GB;
  const files = filesPerMonth(shape, traffic);
  const stored = (traffic.bytes * (shape.converts ? PARQUET_RATIO : 1)) / GB;
  const items = ingestItems(billedGb);
  if (shape.converts) items.push(item('format conversion', billedGb, 'GB', price('firehose.conversionGb')));
  items.push(
    item('S3: a month of delivered files', stored, 'GB-months', price('s3.storageGbMonth')),
    item('S3: PUT of delivered files', files / 1000, 'thousand', price('s3.putThousand')),
  );
  if (shape.partitions === true) {
    items.push(
      item('dynamic partitioning', stored, 'GB', price('firehose.partitionedGb')),
      item('dynamic partitioning: objects', files / 1000, 'thousand', price('firehose.partitionedObjectThousand')),
    );
  }
  if (shape.backup) {
    items.push(
      item('S3: a month of raw backup', traffic.bytes / GB, 'GB-months', price('s3.storageGbMonth')),
      item('S3: PUT of raw backup', files / 1000, 'thousand', price('s3.putThousand')),
    );
  }
  return items;
}

/** The cost of delivery to an Iceberg table: by bytes; conversion to Parquet is not billed apart. */
function icebergItems(shape: DeliveryShape, traffic: MonthlyTraffic): PricedItem[] {
  const commits = filesPerMonth(shape, traffic);
  const stored = (traffic.bytes * PARQUET_RATIO) / GB;
  return [
    item('data in to an Iceberg table', traffic.bytes / GB, 'GB', price('firehose.icebergGb')),
    item('S3: a month of table files', stored, 'GB-months', price('s3.storageGbMonth')),
    item('S3: PUT of commits', (OBJECTS_A_COMMIT * commits) / 1000, 'thousand', price('s3.putThousand')),
  ];
}

/** Firehose's price tiers, by the bytes ingested in a month. */
const TIERS = [
  { name: 'data in, records rounded up to 5 KB', upToGb: 500 * 1024, price: 'firehose.ingestGb' },
  { name: 'data in beyond 500 TB', upToGb: 2000 * 1024, price: 'firehose.ingestGbNext1500Tb' },
  { name: 'data in beyond 2 PB', upToGb: Number.POSITIVE_INFINITY, price: 'firehose.ingestGbNext3000Tb' },
] as const;

function ingestItems(billedGb: number): PricedItem[] {
  let from = 0;
  return TIERS.flatMap((tier) => {
    const gb = Math.min(billedGb, tier.upToGb) - from;
    from = tier.upToGb;
    return gb > 0 ? [item(tier.name, gb, 'GB', price(tier.price))] : [];
  });
}

/** Seconds between two files: the buffer's interval, or sooner when its size is reached. */
export function secondsPerFile(shape: DeliveryShape, bytesPerSecond: number): number {
  return Math.min(shape.bufferSeconds, (shape.bufferMb * MB) / bytesPerSecond);
}

/** Files a month under one prefix: at most one per record, since idle intervals make no files. */
export function filesPerMonth(shape: DeliveryShape, traffic: MonthlyTraffic): number {
  return Math.min(traffic.records, SECONDS_PER_MONTH / secondsPerFile(shape, traffic.bytesPerSecond));
}

/** Athena's cost of a month: each query scans one day of Parquet, and at least 10 MB. */
export function queryItems(workload: Workload): PricedItem[] {
  const days = HOURS_PER_MONTH / 24;
  const dayBytes = (monthlyTraffic(workload).bytes * PARQUET_RATIO) / days;
  const scannedTb = (workload.queriesPerDay * days * Math.max(10 * MB, dayBytes)) / TB;
  return [item('queries, one day scanned each', scannedTb, 'TB', price('athena.scannedTb'))];
}

/** Sum of items, to the cent. */
export function total(items: readonly { readonly usd: number }[]): number {
  return cents(items.reduce((sum, { usd }) => sum + usd, 0));
}
