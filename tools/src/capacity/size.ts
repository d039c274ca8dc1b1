import {
  deliveryItems,
  filesPerMonth,
  PARQUET_RATIO,
  type PricedItem,
  queryItems,
  streamItems,
  total,
} from './cost-items';
import {
  DEFAULT_PACK_BYTES,
  GB,
  HOURS_PER_MONTH,
  KB,
  MB,
  type MonthlyTraffic,
  monthlyTraffic,
  roundedUp,
  SECONDS_PER_MONTH,
  type Workload,
} from './workload';

/** A share of its quota that a workload uses. */
export interface QuotaUse {
  readonly quota: string;
  readonly limit: string;
  /** 1 is the whole quota. */
  readonly share: number;
  /** Whether AWS raises it on request. */
  readonly adjustable: boolean;
}

/** One capacity mode, with its monthly bill. */
export interface ModeAnswer {
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  readonly items: readonly PricedItem[];
  readonly usd: number;
}

/** Sizes that a workload needs. */
export interface SizeAnswer {
  readonly workload: Workload;
  readonly traffic: MonthlyTraffic;
  /** Shards at full use, and at 80 % so that uneven keys and peaks fit. */
  readonly shards: { readonly minimum: number; readonly recommended: number; readonly boundBy: 'records' | 'bytes' };
  readonly modes: readonly ModeAnswer[];
  readonly cheaper: 'PROVISIONED' | 'ON_DEMAND';
  readonly buffer: { readonly mb: number; readonly seconds: number; readonly secondsPerFile: number };
  readonly files: {
    readonly perMonth: number;
    readonly parquetBytes: number;
    readonly parquetGbPerMonth: number;
    readonly rawGbPerMonth: number;
    /** Hourly partitions a month. */
    readonly partitions: number;
  };
  readonly packing: {
    readonly documentsPerRecord: number;
    /** Seconds until a record is full at this rate. */
    readonly fillSeconds: number;
    readonly usd: number;
    readonly saves: number;
  };
  /** Fullest first. */
  readonly quotas: readonly QuotaUse[];
}

const SHARD_RECORDS_PER_SECOND = 1000;
const SHARD_BYTES_PER_SECOND = MB;
const HEADROOM = 0.8;
/** The stack's own settings: retention of a day, Firehose's defaults with conversion, backup on. */
const DELIVERY = { bufferMb: 128, converts: true, backup: true } as const;

/**
 * Sizes a workload: shards or on-demand, buffer and files, cost of each mode, what packing saves, and the quota that is
 * reached first. Limits are those of "Amazon Kinesis Data Streams quotas and limits" and "Amazon Data Firehose Quota".
 */
export function sizeWorkload(workload: Workload): SizeAnswer {
  const traffic = monthlyTraffic(workload);
  const byRecords = traffic.recordsPerSecond / SHARD_RECORDS_PER_SECOND;
  const byBytes = traffic.bytesPerSecond / SHARD_BYTES_PER_SECOND;
  const load = Math.max(byRecords, byBytes);
  const shards = {
    minimum: Math.max(1, Math.ceil(load)),
    recommended: Math.max(1, Math.ceil(load / HEADROOM)),
    boundBy: byRecords >= byBytes ? ('records' as const) : ('bytes' as const),
  };
  const seconds = bufferSeconds(traffic);
  const delivery = { ...DELIVERY, bufferSeconds: seconds };
  const modes = modeAnswers(workload, shards.recommended, seconds);
  const cheapest = modes.reduce((best, mode) => (mode.usd < best.usd ? mode : best));
  const perMonth = filesPerMonth(delivery, traffic);
  return {
    workload,
    traffic,
    shards,
    modes,
    cheaper: cheapest.mode,
    buffer: { mb: DELIVERY.bufferMb, seconds, secondsPerFile: SECONDS_PER_MONTH / perMonth },
    files: {
      perMonth,
      parquetBytes: (traffic.bytes / perMonth) * PARQUET_RATIO,
      parquetGbPerMonth: (traffic.bytes * PARQUET_RATIO) / GB,
      rawGbPerMonth: traffic.bytes / GB,
      partitions: Math.min(HOURS_PER_MONTH, traffic.records),
    },
    packing: packingAnswer(workload, cheapest.usd),
    quotas: quotaUse(traffic, shards.minimum),
  };
}

// The longest interval that Firehose allows for slow streams, so that files don't get tiny; from about 1 MB/s the
// buffer's size decides.
function bufferSeconds(traffic: MonthlyTraffic): number {
  const toFill = (DELIVERY.bufferMb * MB) / traffic.bytesPerSecond;
  return toFill >= 900 ? 900 : Math.max(60, Math.ceil(toFill / 60) * 60);
}

function modeAnswers(workload: Workload, shards: number, seconds: number): ModeAnswer[] {
  const rest = [...deliveryItems({ ...DELIVERY, bufferSeconds: seconds }, workload), ...queryItems(workload)];
  return (['PROVISIONED', 'ON_DEMAND'] as const).map((mode) => {
    const items = [...streamItems({ mode, shards, retentionHours: 24, shardMetrics: 0 }, workload), ...rest];
    return { mode, items, usd: total(items) };
  });
}

function packingAnswer(workload: Workload, unpacked: number) {
  const packed: Workload = { ...workload, packBytes: workload.packBytes ?? DEFAULT_PACK_BYTES };
  const traffic = monthlyTraffic(packed);
  const load = Math.max(
    traffic.recordsPerSecond / SHARD_RECORDS_PER_SECOND,
    traffic.bytesPerSecond / SHARD_BYTES_PER_SECOND,
  );
  const shards = Math.max(1, Math.ceil(load / HEADROOM));
  const usd = Math.min(...modeAnswers(packed, shards, bufferSeconds(traffic)).map((mode) => mode.usd));
  const { packBytes: _, ...single } = workload;
  const without = workload.packBytes === undefined ? unpacked : cheapestOf(single);
  return {
    documentsPerRecord: traffic.documentsPerRecord,
    fillSeconds: traffic.documentsPerRecord / workload.recordsPerSecond,
    usd,
    saves: total([{ usd: without }, { usd: -usd }]),
  };
}

function cheapestOf(workload: Workload): number {
  return Math.min(...sizeWorkload(workload).modes.map((mode) => mode.usd));
}

function quotaUse(traffic: MonthlyTraffic, shards: number): QuotaUse[] {
  const perShard = (share: number) => share / shards;
  const onDemandBytes = traffic.recordsPerSecond * roundedUp(traffic.bytesPerRecord, KB);
  const uses: QuotaUse[] = [
    {
      quota: 'shards of an account (us-east-1, us-west-2, eu-west-1)',
      limit: '20,000',
      share: shards / 20_000,
      adjustable: true,
    },
    {
      quota: 'records a second of a shard',
      limit: '1,000',
      share: perShard(traffic.recordsPerSecond / SHARD_RECORDS_PER_SECOND),
      adjustable: false,
    },
    {
      quota: 'bytes a second into a shard',
      limit: '1 MB',
      share: perShard(traffic.bytesPerSecond / SHARD_BYTES_PER_SECOND),
      adjustable: false,
    },
    {
      quota: 'on-demand stream, throughput it starts with',
      limit: '4 MB/s',
      share: onDemandBytes / (4 * MB),
      adjustable: true,
    },
    {
      quota: 'on-demand stream, write throughput (us-east-1, us-west-2, eu-west-1)',
      limit: '10 GB/s',
      share: onDemandBytes / (10 * GB),
      adjustable: false,
    },
    {
      quota: 'on-demand stream, write throughput (other regions)',
      limit: '200 MB/s',
      share: onDemandBytes / (200 * MB),
      adjustable: true,
    },
    {
      quota: 'bytes of a record (UpdateMaxRecordSize allows 10 MiB)',
      limit: '1 MiB',
      share: traffic.bytesPerRecord / MB,
      adjustable: true,
    },
  ];
  return uses.sort((a, b) => b.share - a.share);
}
