import type { Partition, PartitionInput, Table } from '@aws-sdk/client-glue';
import { invalidInput } from './errors';

/**
 * A partition as it is stored.
 * @throws AwsError `InvalidInputException` if its values aren't as many as the table's partition keys.
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
