import { any, boolean, integer, list, map, type Shape, string, structure, timestamp } from '../../core/shape';

// Limits and members of AWS Glue's API reference, "Catalog objects".
export const catalogId = string({ min: 1, max: 255 });
export const name = string({ min: 1, max: 255 });
/** Which table an operation on its partitions, versions or indexes is about. */
export const tableReference = { CatalogId: catalogId, DatabaseName: name, TableName: name };
export const resourceArn = string({ min: 1, max: 10_240 });
export const versionId = string({ min: 1, max: 255 });
const description = string({ max: 2_048 });
const parameters = map(string({ max: 512_000 }));
const column = structure(
  { Name: name, Type: string({ max: 131_072 }), Comment: string({ max: 255 }), Parameters: parameters },
  'Name',
);
const serdeInfo = structure({ Name: name, SerializationLibrary: name, Parameters: parameters });

const storageDescriptor = structure({
  Columns: list(column),
  Location: string({ max: 2_056 }),
  AdditionalLocations: list(string({ max: 2_056 })),
  InputFormat: string({ max: 128 }),
  OutputFormat: string({ max: 128 }),
  Compressed: boolean,
  NumberOfBuckets: integer(),
  SerdeInfo: serdeInfo,
  BucketColumns: list(name),
  SortColumns: list(structure({ Column: name, SortOrder: integer({ min: 0, max: 1 }) }, 'Column SortOrder')),
  Parameters: parameters,
  SkewedInfo: any,
  StoredAsSubDirectories: boolean,
  SchemaReference: any,
});

export const databaseInput = structure(
  {
    Name: name,
    Description: description,
    LocationUri: string({ min: 1, max: 1_024 }),
    Parameters: parameters,
    CreateTableDefaultPermissions: any,
    TargetDatabase: any,
    FederatedDatabase: any,
  },
  'Name',
);

export const tableInput = structure(
  {
    Name: name,
    Description: description,
    Owner: name,
    LastAccessTime: timestamp,
    LastAnalyzedTime: timestamp,
    Retention: integer({ min: 0 }),
    StorageDescriptor: storageDescriptor,
    PartitionKeys: list(column),
    ViewOriginalText: string({ max: 409_600 }),
    ViewExpandedText: string({ max: 409_600 }),
    TableType: string({ max: 255 }),
    Parameters: parameters,
    TargetTable: any,
  },
  'Name',
);

export const partitionValues = list(string({ max: 1_024 }));
export const partitionInput = structure({
  Values: partitionValues,
  LastAccessTime: timestamp,
  StorageDescriptor: storageDescriptor,
  Parameters: parameters,
  LastAnalyzedTime: timestamp,
});

export const partitionIndex = structure({ Keys: list(name, { min: 1 }), IndexName: name }, 'Keys IndexName');
export const tags = map(string({ max: 256 }), { max: 50 });
/** @param max the operation's own page size, which is also its default here. */
export const paging = (max: number): Record<string, Shape> => ({
  NextToken: string(),
  MaxResults: integer({ min: 1, max }),
});
