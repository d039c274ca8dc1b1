import type { Partition } from '@aws-sdk/client-glue';
import { isTexts } from '../../../core/paging';
import { placeOf } from '../arn';
import { operation } from '../contract';
import { partitionNotFound } from '../errors';
import { page } from '../paging';
import { compilePartitionExpression } from '../partition-expression';

const PAGE = 1_000;

export const getPartition = operation('GetPartition', {
  handle: (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    state.table(caller, database, tableName);
    const Partition = state.findPartition(caller, database, tableName, input.PartitionValues);
    if (Partition === undefined) throw partitionNotFound();
    return { Partition };
  },
});

/** @param input.Expression condition on partition keys, such as `year='2026' AND month IN ('01','02')`. @default all */
export const getPartitions = operation('GetPartitions', {
  handle: (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    const keys = state.table(caller, database, tableName).table.PartitionKeys ?? [];
    const matches = compilePartitionExpression(input.Expression ?? '', keys);
    const segment = input.Segment;
    const found = page(input.NextToken, input.MaxResults ?? PAGE, {
      items: (after: readonly string[] | undefined) => state.listPartitions(caller, database, tableName, after),
      keyOf: ({ Values = [] }) => Values,
      isKey: isTexts,
      matches: ({ Values = [] }) =>
        matches(Values) &&
        (segment === undefined || segmentOf(Values, segment.TotalSegments) === segment.SegmentNumber),
    });
    const shown = input.ExcludeColumnSchema === true ? found.items.map(withoutColumns) : found.items;
    return { Partitions: shown, NextToken: found.nextToken };
  },
});

/** Reads partitions; missing ones are listed among the unprocessed keys, as on AWS. */
export const batchGetPartition = operation('BatchGetPartition', {
  handle: (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    state.table(caller, database, tableName);
    const found = input.PartitionsToGet.map(({ Values }) => state.findPartition(caller, database, tableName, Values));
    return {
      Partitions: found.filter((partition) => partition !== undefined),
      UnprocessedKeys: input.PartitionsToGet.filter((_wanted, index) => found[index] === undefined),
    };
  },
});

function withoutColumns(partition: Partition): Partition {
  const { Columns: _columns, ...descriptor } = partition.StorageDescriptor ?? {};
  return { ...partition, StorageDescriptor: descriptor };
}

function segmentOf(values: readonly string[], total: number): number {
  let hash = 0;
  for (const character of values.join('/')) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % total;
}
