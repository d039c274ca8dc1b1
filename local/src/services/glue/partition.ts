import type { Partition, PartitionInput, Table } from '@aws-sdk/client-glue';
import { invalidInput } from './errors';

/**
 * A partition in stored form.
 * @throws AwsError `InvalidInputException` unless it has as many values as the table has partition keys
 */
export function toPartition(input: PartitionInput, table: Table, now: number): Partition {
  const wanted = table.PartitionKeys?.length ?? 0;
  if ((input.Values ?? []).length !== wanted) {
    throw invalidInput(
      `The number of partition keys do not match the number of partition values: ${wanted} keys, ${input.Values?.length ?? 0} values`,
    );
  }
  return {
    ...input,
    DatabaseName: table.DatabaseName,
    TableName: table.Name,
    CreationTime: new Date(now),
    CatalogId: table.CatalogId,
  };
}
