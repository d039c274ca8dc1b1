import type { Table, TableInput } from '@aws-sdk/client-glue';
import type { Caller } from '../../core/operation';
import { invalidInput } from './errors';

/** A table's first version. @param now milliseconds since the epoch. */
export function newTable(input: TableInput, database: string, caller: Caller, now: number): Table {
  return {
    Retention: 0,
    ...described(input),
    DatabaseName: database,
    CreateTime: new Date(now),
    UpdateTime: new Date(now),
    CreatedBy: caller.principalArn,
    IsRegisteredWithLakeFormation: false,
    CatalogId: caller.accountId,
    VersionId: '0',
  };
}

/** The version after `before`. */
export function nextVersion(before: Table, input: TableInput, now: number): Table {
  const { DatabaseName, CreateTime, CreatedBy, IsRegisteredWithLakeFormation, CatalogId, VersionId } = before;
  return {
    Retention: 0,
    ...described(input),
    DatabaseName,
    CreateTime,
    CreatedBy,
    IsRegisteredWithLakeFormation,
    CatalogId,
    UpdateTime: new Date(now),
    VersionId: String(Number(VersionId) + 1),
  };
}

/** Normalizes a table as the catalog does: names in lower case, and defaults of the storage descriptor. */
function described(input: TableInput): Omit<Table, 'DatabaseName'> {
  const { StorageDescriptor, ViewDefinition: _definition, FederatedTable: _federated, ...rest } = input;
  return {
    PartitionKeys: [],
    ...rest,
    Name: (input.Name as string).toLowerCase(),
    ...(StorageDescriptor && {
      StorageDescriptor: {
        Compressed: false,
        NumberOfBuckets: 0,
        StoredAsSubDirectories: false,
        SortColumns: [],
        ...StorageDescriptor,
      },
    }),
  };
}

/** Checks a table. @throws AwsError `InvalidInputException` for duplicate columns, which queries couldn't tell apart */
export function checkTable(table: Table): void {
  const seen = new Set<string>();
  for (const column of [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])]) {
    const name = (column.Name as string).toLowerCase();
    if (seen.has(name)) throw invalidInput(`Column ${name} is repeated: names must be unique in a table.`);
    seen.add(name);
  }
}
