import * as fs from 'node:fs';
import * as path from 'node:path';

/** Names of the priced units; one entry each in the price table. */
export type PriceName =
  | 'kinesis.shardHour'
  | 'kinesis.putUnitMillion'
  | 'kinesis.extendedRetentionShardHour'
  | 'kinesis.longTermGbMonth'
  | 'kinesis.onDemandStreamHour'
  | 'kinesis.onDemandInGb'
  | 'kinesis.onDemandOutGb'
  | 'kinesis.onDemandRetentionGbMonth'
  | 'firehose.ingestGb'
  | 'firehose.ingestGbNext1500Tb'
  | 'firehose.ingestGbNext3000Tb'
  | 'firehose.conversionGb'
  | 'firehose.partitionedGb'
  | 'firehose.partitionedObjectThousand'
  | 'firehose.icebergGb'
  | 'glue.optimizerDpuHour'
  | 's3.storageGbMonth'
  | 's3.putThousand'
  | 'athena.scannedTb'
  | 'lambda.requestMillion'
  | 'lambda.gbSecond'
  | 'lambda.gbSecondArm'
  | 'kms.keyMonth'
  | 'cloudwatch.metricMonth'
  | 'cloudwatch.alarmMonth'
  | 'cloudwatch.highResolutionAlarmMonth'
  | 'cloudwatch.compositeAlarmMonth'
  | 'cloudwatch.dashboardMonth'
  | 'dynamodb.writeUnitMillion'
  | 'dynamodb.readUnitMillion'
  | 'dynamodb.writeCapacityHour'
  | 'dynamodb.readCapacityHour'
  | 'dynamodb.storageGbMonth'
  | 'dynamodb.recoveryGbMonth'
  | 'dynamodb.changeDataCaptureMillion'
  | 'dynamodb.streamReadHundredThousand';

/** A dated price table. */
export interface PriceTable {
  readonly region: string;
  /** Regions whose list prices are the same. */
  readonly sameIn: readonly string[];
  readonly asOf: string;
  readonly prices: Readonly<
    Record<PriceName, { readonly usd: number; readonly per: string; readonly from: string; readonly source: string }>
  >;
}

let table: PriceTable | undefined;

/** The price table in `tools/data`, read once. */
export function priceTable(): PriceTable {
  // src/capacity and dist/capacity are equally deep, so one path serves both.
  const file = path.join(__dirname, '../../data/prices-us-east-1.json');
  table ??= JSON.parse(fs.readFileSync(file, 'utf8')) as PriceTable;
  return table;
}

/** Whether the table's prices hold in a region. */
export function isPriced(region: string): boolean {
  const { region: own, sameIn } = priceTable();
  return region === own || sameIn.includes(region);
}

/** A price in USD per its unit. */
export function price(name: PriceName): number {
  return priceTable().prices[name].usd;
}
