import {
  BatchGetPartitionCommand,
  type Column,
  type ColumnStatistics,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  DeleteColumnStatisticsForPartitionCommand,
  DeleteColumnStatisticsForTableCommand,
  EntityNotFoundException,
  GetColumnStatisticsForPartitionCommand,
  GetColumnStatisticsForTableCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GetTagsCommand,
  InvalidInputException,
  InvalidStateException,
  UpdateColumnStatisticsForPartitionCommand,
  UpdateColumnStatisticsForTableCommand,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { glue } = local;
const DatabaseName = 'db';

beforeAll(async () => {
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
});

async function table(Name: string, PartitionKeys: Column[], ...values: string[][]): Promise<void> {
  const StorageDescriptor = { Columns: [{ Name: 'id', Type: 'bigint' }] };
  await glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name, PartitionKeys, StorageDescriptor } }));
  for (const Values of values) {
    await glue.send(new CreatePartitionCommand({ DatabaseName, TableName: Name, PartitionInput: { Values } }));
  }
}

test('tables are found by wildcards and by regular expressions alike', async () => {
  for (const name of ['my_events', 'my_orders', 'events', 'a.b']) await table(name, []);
  const found = async (Expression: string) =>
    (await glue.send(new GetTablesCommand({ DatabaseName, Expression }))).TableList?.map(({ Name }) => Name);
  expect(await found('my*')).toEqual(['my_events', 'my_orders']);
  expect(await found('*events')).toEqual(['events', 'my_events']);
  expect(await found('*_ord*')).toEqual(['my_orders']);
  expect(await found('**')).toHaveLength(4);
  expect(await found('my.*')).toEqual(['my_events', 'my_orders']);
  expect(await found('[a-z]*')).toEqual(['events']);
  expect(await found('events|my_o*')).toEqual(['events', 'my_orders']);
  expect(await found('my')).toEqual([]);
});

const KEYS: Record<string, string[]> = {
  int: ['1', '2', '03'],
  'decimal(38,2)': ['1.2', '2.60', '3e14'],
  date: ['2022-01-01', '2022-02-01', '2022-03-01'],
  timestamp: ['2022-01-01 12:34:56.789', '2022-02-01 00:00:00.000000', '2022-03-01 21:00:12'],
  string: ['one', 'two', '2'],
};

test.each([
  ['int', "k = '2' AND k < 3", ['2']],
  ['int', 'k IN (3, 4)', ['03']],
  ['int', '(k) = ((2)) (OR) (((k))) = (1)', ['1', '2']],
  ['int', '((k = 1) OR NOT ((k) >= 2))', ['1']],
  ['int', 'k NOT BETWEEN 1 (AND) 2', ['03']],
  ['decimal(38,2)', 'k = 2.6', ['2.60']],
  ['decimal(38,2)', 'k BETWEEN 2 AND 3e10', ['2.60']],
  ['decimal(38,2)', 'k > 299999999999999.99', ['3e14']],
  ['date', "k > '2022-01-15' AND k < date '2022-02-15'", ['2022-02-01']],
  ['timestamp', "k = '2022-02-01 00:00:00'", ['2022-02-01 00:00:00.000000']],
  [
    'timestamp',
    "k > '2022-01-31 23:59:59.999999999' AND k < '2022-02-01 00:00:00.000000001'",
    ['2022-02-01 00:00:00.000000'],
  ],
  ['string', 'k = 2', ['2']],
  ['string', "k NOT LIKE '%e'", ['2', 'two']],
  ['string', 'k IS NULL', []],
])('partitions by a key of type %s: %s', async (type, Expression, expected) => {
  const TableName = `typed_${type.replace(/\W/g, '_')}`;
  const tables = await glue.send(new GetTablesCommand({ DatabaseName, Expression: TableName }));
  if (tables.TableList?.length === 0) {
    await table(TableName, [{ Name: 'k', Type: type }], ...(KEYS[type] ?? []).map((value) => [value]));
  }
  const { Partitions } = await glue.send(new GetPartitionsCommand({ DatabaseName, TableName, Expression }));
  expect(Partitions?.flatMap(({ Values }) => Values).sort()).toEqual([...expected].sort());
});

test('what a key of a type can not be compared with is refused', async () => {
  const types = ['string', 'int', 'float', 'decimal', 'date', 'timestamp'];
  await table(
    'mixed',
    types.map((Type) => ({ Name: `k_${Type}`, Type })),
    ['x', 'one', '3.14', '1', '2022-01-01', 'y'],
  );
  const answer = (Expression: string) =>
    glue.send(new GetPartitionsCommand({ DatabaseName, TableName: 'mixed', Expression }));
  const refused: [string, RegExp][] = [
    ["k_int = 'test'", /"test" is not an integer/],
    ['k_int IN (2.5)', /is not an integer/],
    ["k_int LIKE '2'", /Integral data type doesn't support operation 'LIKE'/],
    ["k_decimal LIKE '2'", /Decimal data type/],
    ["k_decimal = 'many'", /is not a decimal/],
    ["k_date = '2022-02-32'", /is not a date/],
    ["k_timestamp = '2022-02-01'", /is not a timestamp/],
    ['k_float = 3.14', /Unknown type : 'float'/],
    ['other = 1', /Invalid partition expression!/],
    ["k_string IS test' AND", /Unsupported expression/],
    [`${'('.repeat(900)}k_int = 1${')'.repeat(900)}`, /Unsupported expression/],
  ];
  for (const [expression, message] of refused) {
    const error = await answer(expression).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidInputException);
    expect((error as Error).message).toMatch(message);
  }
  // The partition's own value isn't an integer.
  await expect(answer('k_int = 2')).rejects.toThrow(InvalidStateException);
  expect((await answer("k_string = 'x'")).Partitions).toHaveLength(1);
});

test('partitions that are not there are unprocessed keys', async () => {
  await table('batch', [{ Name: 'k', Type: 'string' }], ['a']);
  const PartitionsToGet = [{ Values: ['a'] }, { Values: ['b'] }];
  const answer = await glue.send(new BatchGetPartitionCommand({ DatabaseName, TableName: 'batch', PartitionsToGet }));
  expect(answer.Partitions?.map(({ Values }) => Values)).toEqual([['a']]);
  expect(answer.UnprocessedKeys).toEqual([{ Values: ['b'] }]);
});

test('column statistics of tables and partitions', async () => {
  await table('measured', [{ Name: 'k', Type: 'string' }], ['a']);
  const at = { DatabaseName, TableName: 'measured' };
  const ofPartition = { ...at, PartitionValues: ['a'] };
  const statistics = (ColumnName: string, NumberOfNulls: number): ColumnStatistics => ({
    ColumnName,
    ColumnType: 'bigint',
    AnalyzedTime: new Date(1_750_000_000_000),
    StatisticsData: { Type: 'LONG', LongColumnStatisticsData: { NumberOfNulls, NumberOfDistinctValues: 7 } },
  });
  const { Errors } = await glue.send(
    new UpdateColumnStatisticsForTableCommand({
      ...at,
      ColumnStatisticsList: [statistics('id', 1), statistics('no', 1)],
    }),
  );
  expect(Errors?.map(({ ColumnStatistics: of, Error: { ErrorCode } = {} }) => [of?.ColumnName, ErrorCode])).toEqual([
    ['no', 'EntityNotFoundException'],
  ]);
  await glue.send(
    new UpdateColumnStatisticsForPartitionCommand({ ...ofPartition, ColumnStatisticsList: [statistics('ID', 2)] }),
  );
  await glue.send(new UpdatePartitionCommand({ ...at, PartitionValueList: ['a'], PartitionInput: { Values: ['a'] } }));
  const table1 = await glue.send(new GetColumnStatisticsForTableCommand({ ...at, ColumnNames: ['id', 'no'] }));
  expect(table1.ColumnStatisticsList).toEqual([statistics('id', 1)]);
  expect(table1.Errors?.map(({ ColumnName }) => ColumnName)).toEqual(['no']);
  const get = new GetColumnStatisticsForPartitionCommand({ ...ofPartition, ColumnNames: ['id'] });
  expect((await glue.send(get)).ColumnStatisticsList).toEqual([statistics('ID', 2)]);
  await glue.send(new DeleteColumnStatisticsForPartitionCommand({ ...ofPartition, ColumnName: 'id' }));
  expect((await glue.send(get)).ColumnStatisticsList).toEqual([]);
  await glue.send(new DeleteColumnStatisticsForTableCommand({ ...at, ColumnName: 'id' }));
  await expect(glue.send(new DeleteColumnStatisticsForTableCommand({ ...at, ColumnName: 'id' }))).rejects.toThrow(
    EntityNotFoundException,
  );
  const StatisticsData = { Type: 'LONG', StringColumnStatisticsData: undefined } as ColumnStatistics['StatisticsData'];
  await expect(
    glue.send(
      new UpdateColumnStatisticsForTableCommand({
        ...at,
        ColumnStatisticsList: [{ ...statistics('id', 1), StatisticsData }],
      }),
    ),
  ).rejects.toThrow(InvalidInputException);
});

test('an ARN of another region is not found', async () => {
  const ResourceArn = `arn:aws:glue:eu-west-1:000000000000:database/${DatabaseName}`;
  await expect(glue.send(new GetTagsCommand({ ResourceArn }))).rejects.toThrow(EntityNotFoundException);
});
