import { indexArn } from '../arn';
import type { DynamoState } from '../state';
import type { IndexInfo, Table, TableInfo, Throughput } from '../table';

const seconds = (milliseconds: number): number => milliseconds / 1000;

/** A table's description in DescribeTable and other operations. */
export function describeTable(state: DynamoState, { info }: Table): Record<string, unknown> {
  const status = state.statusOf(info);
  const { items, bytes } = state.items.countOf(info.number);
  const indexes = info.indexes.map((index) => describeIndex(state, info, index));
  const [local, global] = [false, true].map((kind) =>
    indexes.filter((_description, position) => info.indexes[position]?.global === kind),
  ) as [object[], object[]];
  const stream = info.stream ?? info.latestStream;
  return {
    AttributeDefinitions: info.attributes,
    TableName: info.name,
    KeySchema: info.keySchema,
    TableStatus: status,
    CreationDateTime: seconds(info.createdAt),
    ProvisionedThroughput: describeThroughput(
      (status === 'ACTIVE' ? info.nextThroughput : undefined) ?? info.throughput,
    ),
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: info.arn,
    TableId: info.id,
    ...describeBilling(info, status !== 'CREATING'),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global.length > 0 && info.status !== 'DELETING' && { GlobalSecondaryIndexes: global }),
    ...(info.stream !== undefined && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: info.stream.viewType },
    }),
    ...(stream !== undefined && { LatestStreamLabel: stream.label, LatestStreamArn: stream.arn }),
    ...(info.encryption !== undefined && {
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: info.encryption.keyArn },
    }),
    ...(info.tableClass !== undefined && { TableClassSummary: { TableClass: info.tableClass } }),
    ...(info.onDemand !== undefined && { OnDemandThroughput: info.onDemand }),
    DeletionProtectionEnabled: info.deletionProtection,
  };
}

function describeBilling({ billingMode, onDemandSince }: TableInfo, settled: boolean): object {
  if (onDemandSince === undefined) return {};
  const since = settled && { LastUpdateToPayPerRequestDateTime: seconds(onDemandSince) };
  return {
    BillingModeSummary: { BillingMode: billingMode, ...since },
    TableThroughputModeSummary: { TableThroughputMode: billingMode, ...since },
  };
}

function describeIndex(state: DynamoState, info: TableInfo, index: IndexInfo): object {
  const { items, bytes } = state.entries.countOf(index.number);
  const active = state.isPast(index.activeAt);
  return {
    IndexName: index.name,
    KeySchema: index.keySchema,
    Projection: index.projection,
    ...(index.global && {
      IndexStatus: active ? 'ACTIVE' : 'CREATING',
      ...(!active && index.backfilling === true && { Backfilling: true }),
      ProvisionedThroughput: describeThroughput(index.throughput ?? NO_THROUGHPUT),
      ...(index.onDemand !== undefined && { OnDemandThroughput: index.onDemand }),
    }),
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: indexArn(info.arn, index.name),
  };
}

/** Throughput of on-demand tables in descriptions. */
export const NO_THROUGHPUT: Throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

const describeThroughput = (throughput: Throughput): Throughput => ({ NumberOfDecreasesToday: 0, ...throughput });
