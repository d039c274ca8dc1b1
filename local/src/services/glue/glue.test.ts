import {
  AlreadyExistsException,
  BatchCreatePartitionCommand,
  ConcurrentModificationException,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  CreateTableOptimizerCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  DeleteTableOptimizerCommand,
  EntityNotFoundException,
  GetDatabaseCommand,
  GetPartitionCommand,
  GetPartitionIndexesCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTableOptimizerCommand,
  GetTablesCommand,
  GetTableVersionCommand,
  GetTableVersionsCommand,
  GetTagsCommand,
  InvalidInputException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePartitionCommand,
  UpdateTableCommand,
  UpdateTableOptimizerCommand,
  ValidationException,
} from '@aws-sdk/client-glue';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { glue } = local;

beforeAll(async () => {
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'Kinesis-rd-db', Description: 'events' } }));
  await glue.send(
    new CreateTableCommand({
      DatabaseName: 'kinesis-rd-db',
      TableInput: {
        Name: 'tbl-kinesis-rd',
        TableType: 'EXTERNAL_TABLE',
        Parameters: { EXTERNAL: 'TRUE' },
        StorageDescriptor: { Columns: [{ Name: 'uuid', Type: 'string' }], Location: 's3://lake/tbl-kinesis-rd/' },
        PartitionKeys: [
          { Name: 'year', Type: 'string' },
          { Name: 'day', Type: 'int' },
        ],
      },
      PartitionIndexes: [{ IndexName: 'by-year', Keys: ['year'] }],
    }),
  );
});

const at = { DatabaseName: 'kinesis-rd-db', TableName: 'tbl-kinesis-rd' };

test('folds names to lower case and keeps what it was given over a restart', async () => {
  await local.restart();
  const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'kinesis-rd-db' }));
  expect(Database).toMatchObject({ Name: 'kinesis-rd-db', Description: 'events', CatalogId: '000000000000' });
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name: 'tbl-kinesis-rd' }));
  expect(Table).toMatchObject({ VersionId: '0', Retention: 0, StorageDescriptor: { NumberOfBuckets: 0 } });
  expect(Table?.CreateTime?.getTime()).toBeGreaterThan(0);
  const { PartitionIndexDescriptorList } = await glue.send(new GetPartitionIndexesCommand(at));
  expect(PartitionIndexDescriptorList).toEqual([
    { IndexName: 'by-year', IndexStatus: 'ACTIVE', Keys: [{ Name: 'year', Type: 'string' }] },
  ]);
});

test('a catalog is the account’s own: another account’s isn’t read in its stead', async () => {
  const own = { Name: 'kinesis-rd-db', CatalogId: '000000000000' };
  expect((await glue.send(new GetDatabaseCommand(own))).Database?.Name).toBe(own.Name);
  await expect(glue.send(new GetDatabaseCommand({ ...own, CatalogId: '111122223333' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('glue:GetDatabase on resource: arn:aws:glue:us-east-1:111122223333:catalog'),
  });
  await expect(glue.send(new DeleteTableCommand({ ...at, Name: 'x', CatalogId: 'other' }))).rejects.toThrow(
    'Catalog other not found.',
  );
});

test('refuses what AWS refuses, by the same exceptions', async () => {
  await expect(glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'kinesis-rd-db' } }))).rejects.toThrow(
    AlreadyExistsException,
  );
  await expect(glue.send(new GetDatabaseCommand({ Name: 'none' }))).rejects.toThrow(
    new EntityNotFoundException({ message: 'Database none not found.', $metadata: {} }),
  );
  await expect(glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name: 'none' }))).rejects.toThrow(
    EntityNotFoundException,
  );
  await expect(glue.send(new CreatePartitionCommand({ ...at, PartitionInput: { Values: ['2026'] } }))).rejects.toThrow(
    InvalidInputException,
  );
  await expect(glue.send(new GetTableCommand({ DatabaseName: '', Name: 't' }))).rejects.toThrow(ValidationException);
  await expect(
    glue.send(
      new CreateTableCommand({
        DatabaseName: 'kinesis-rd-db',
        TableInput: {
          Name: 'twice',
          StorageDescriptor: {
            Columns: [
              { Name: 'a', Type: 'int' },
              { Name: 'A', Type: 'int' },
            ],
          },
        },
      }),
    ),
  ).rejects.toThrow(InvalidInputException);
});

test('a type or a comment over several lines is refused, and a description is not', async () => {
  const create = (column: { Type?: string; Comment?: string }) =>
    glue.send(
      new CreateTableCommand({
        DatabaseName: 'kinesis-rd-db',
        TableInput: {
          Name: 'heredoc',
          Description: 'two\nlines',
          StorageDescriptor: { Columns: [{ Name: 'a', ...column }] },
        },
      }),
    );
  const pattern = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*';
  for (const column of [{ Type: 'struct<\n  b:int\n>' }, { Comment: 'one\ntwo' }])
    await expect(create(column)).rejects.toThrow(
      expect.objectContaining({
        name: 'ValidationException',
        message: expect.stringContaining(
          `at 'table.storageDescriptor.columns.1.member.${Object.keys(column)[0]?.toLowerCase()}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
        ),
      }),
    );
  await create({ Type: 'struct<b:int>', Comment: 'a\ttab, and 𝄞' });
});

test('an update makes a version; the versions before it stay unless archiving is skipped', async () => {
  await glue.send(new CreateTableCommand({ DatabaseName: 'kinesis-rd-db', TableInput: { Name: 'versions' } }));
  const update = (Description: string, SkipArchive?: boolean) =>
    glue.send(
      new UpdateTableCommand({
        DatabaseName: 'kinesis-rd-db',
        TableInput: { Name: 'versions', Description },
        SkipArchive,
      }),
    );
  await update('first');
  await update('second');
  await update('third', true);
  const stale = new UpdateTableCommand({
    DatabaseName: 'kinesis-rd-db',
    TableInput: { Name: 'versions' },
    VersionId: '2',
  });
  await expect(glue.send(stale)).rejects.toThrow(ConcurrentModificationException);
  const table = { DatabaseName: 'kinesis-rd-db', TableName: 'versions' };
  const { TableVersions } = await glue.send(new GetTableVersionsCommand(table));
  expect(TableVersions?.map(({ VersionId }) => VersionId)).toEqual(['3', '1', '0']);
  const first = await glue.send(new GetTableVersionCommand({ ...table, VersionId: '1' }));
  expect(first.TableVersion?.Table?.Description).toBe('first');
  const { TableList } = await glue.send(new GetTablesCommand({ DatabaseName: 'kinesis-rd-db', Expression: 'ver.*' }));
  expect(TableList?.map(({ Name, VersionId }) => [Name, VersionId])).toEqual([['versions', '3']]);
});

test('partitions are found by value, by expression and page by page', async () => {
  const PartitionInputList = [9, 10, 11].map((day) => ({
    Values: ['2026', String(day)],
    StorageDescriptor: { Location: `s3://lake/d${day}/` },
  }));
  expect(await glue.send(new BatchCreatePartitionCommand({ ...at, PartitionInputList }))).not.toHaveProperty(
    'Errors.0',
  );
  const again = await glue.send(
    new BatchCreatePartitionCommand({
      ...at,
      PartitionInputList: [{ Values: ['2026', '9'] }, { Values: ['2025', '1'] }],
    }),
  );
  expect(again.Errors).toEqual([
    { PartitionValues: ['2026', '9'], ErrorDetail: expect.objectContaining({ ErrorCode: 'AlreadyExistsException' }) },
  ]);

  const days = async (Expression: string) =>
    (await glue.send(new GetPartitionsCommand({ ...at, Expression }))).Partitions?.map(({ Values }) =>
      Values?.join('/'),
    );
  expect(await days("year = '2026' AND day > 9")).toEqual(['2026/10', '2026/11']);
  expect(await days("year IN ('2025', '2027') OR (day BETWEEN 11 AND 12)")).toEqual(['2025/1', '2026/11']);
  expect(await days("NOT year LIKE '20_6'")).toEqual(['2025/1']);
  await expect(days('month = 1')).rejects.toThrow(InvalidInputException);

  const first = await glue.send(new GetPartitionsCommand({ ...at, MaxResults: 3 }));
  const second = await glue.send(new GetPartitionsCommand({ ...at, MaxResults: 3, NextToken: first.NextToken }));
  const { NextToken } = await glue.send(new GetTablesCommand({ DatabaseName: 'kinesis-rd-db', MaxResults: 1 }));
  expect(NextToken).toBeDefined();
  for (const foreign of [NextToken, 'x', 'NQ', 'bnVsbA']) {
    await expect(glue.send(new GetPartitionsCommand({ ...at, NextToken: foreign }))).rejects.toThrow(
      InvalidInputException,
    );
  }
  expect([first.Partitions?.length, second.Partitions?.length, second.NextToken]).toEqual([3, 1, undefined]);

  await glue.send(
    new UpdatePartitionCommand({ ...at, PartitionValueList: ['2025', '1'], PartitionInput: { Values: ['2025', '2'] } }),
  );
  const moved = await glue.send(new GetPartitionCommand({ ...at, PartitionValues: ['2025', '2'] }));
  expect(moved.Partition?.DatabaseName).toBe('kinesis-rd-db');
  await expect(glue.send(new GetPartitionCommand({ ...at, PartitionValues: ['2025', '1'] }))).rejects.toThrow(
    EntityNotFoundException,
  );
});

test('tags come and go', async () => {
  const ResourceArn = 'arn:aws:glue:us-east-1:000000000000:database/kinesis-rd-db';
  await glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd: { env: 'dev', team: 'data' } }));
  await glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove: ['team'] }));
  expect((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ env: 'dev' });
});

test('a database takes its tables with it', async () => {
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'gone' } }));
  await glue.send(new CreateTableCommand({ DatabaseName: 'gone', TableInput: { Name: 't' } }));
  await glue.send(new DeleteDatabaseCommand({ Name: 'gone' }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'gone' } }));
  expect((await glue.send(new GetTablesCommand({ DatabaseName: 'gone' }))).TableList).toEqual([]);
});

test('partitions of any text are listed, and go with their table', async () => {
  const wide = { DatabaseName: 'kinesis-rd-db', TableName: 'any-text' };
  const Name = wide.TableName;
  const PartitionKeys = [
    { Name: 'what', Type: 'string' },
    { Name: 'more', Type: 'string' },
  ];
  const create = () =>
    glue.send(new CreateTableCommand({ DatabaseName: wide.DatabaseName, TableInput: { Name, PartitionKeys } }));
  const values = [
    ['\u{1f600} first', 'x'],
    ['\u{10ffff}', ''],
    ['a'.repeat(50), 'b'.repeat(50)],
    ['a\u0001b', 'c'],
    ['a', 'b\u0001c'],
  ];
  await create();
  for (const Values of values) await glue.send(new CreatePartitionCommand({ ...wide, PartitionInput: { Values } }));
  const { Partitions } = await glue.send(new GetPartitionsCommand(wide));
  const listed = (Partitions ?? []).map(({ Values }) => JSON.stringify(Values)).sort();
  expect(listed).toEqual(values.map((each) => JSON.stringify(each)).sort());
  await glue.send(new DeleteTableCommand({ DatabaseName: wide.DatabaseName, Name }));
  await create();
  expect((await glue.send(new GetPartitionsCommand(wide))).Partitions).toEqual([]);
});

test("a table is made in Iceberg's format, and has optimizers", async () => {
  const { s3 } = local;
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const Columns = [
    { Name: 'id', Type: 'bigint' },
    { Name: 'name', Type: 'string', Comment: 'who' },
  ];
  const create = (Version: string) =>
    glue.send(
      new CreateTableCommand({
        DatabaseName: 'kinesis-rd-db',
        TableInput: { Name: 'ice', StorageDescriptor: { Columns, Location: 's3://lake/ice' } },
        OpenTableFormatInput: { IcebergInput: { MetadataOperation: 'CREATE', Version } },
      }),
    );
  await expect(create('3')).rejects.toThrow('Iceberg table format version 3 is not supported');
  await create('2');
  const at = { DatabaseName: 'kinesis-rd-db', Name: 'ice' };
  const { Table } = await glue.send(new GetTableCommand(at));
  expect(Table).toMatchObject({
    TableType: 'EXTERNAL_TABLE',
    Parameters: { table_type: 'ICEBERG' },
    StorageDescriptor: { Columns, Location: 's3://lake/ice' },
  });
  const location = Table?.Parameters?.metadata_location ?? '';
  expect(location).toMatch(/^s3:\/\/lake\/ice\/metadata\/00000-.*\.metadata\.json$/);
  const object = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: location.slice('s3://lake/'.length) }));
  expect(JSON.parse((await object.Body?.transformToString()) ?? '')).toMatchObject({
    'format-version': 2,
    location: 's3://lake/ice',
    schemas: [
      {
        fields: [
          { id: 1, name: 'id', type: 'long' },
          { id: 2, name: 'name', type: 'string', doc: 'who' },
        ],
      },
    ],
  });

  const on = {
    CatalogId: '000000000000',
    DatabaseName: at.DatabaseName,
    TableName: at.Name,
    Type: 'compaction' as const,
  };
  const configuration = (enabled: boolean) => ({
    TableOptimizerConfiguration: { roleArn: 'arn:aws:iam::000000000000:role/optimizer', enabled },
  });
  const get = () => glue.send(new GetTableOptimizerCommand(on)).then(({ TableOptimizer }) => TableOptimizer);
  await expect(get()).rejects.toThrow(EntityNotFoundException);
  await glue.send(new CreateTableOptimizerCommand({ ...on, ...configuration(true) }));
  await expect(glue.send(new CreateTableOptimizerCommand({ ...on, ...configuration(true) }))).rejects.toThrow(
    AlreadyExistsException,
  );
  await glue.send(new UpdateTableOptimizerCommand({ ...on, ...configuration(false) }));
  expect(await get()).toMatchObject({ type: 'compaction', configuration: { enabled: false } });
  await glue.send(new DeleteTableOptimizerCommand(on));
  await expect(get()).rejects.toThrow(EntityNotFoundException);
  await expect(
    glue.send(new CreateTableOptimizerCommand({ ...on, TableName: 'tbl-kinesis-rd', ...configuration(true) })),
  ).rejects.toThrow('Iceberg tables only');
});
