import { ListTableMetadataCommand } from '@aws-sdk/client-athena';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreatePartitionCommand, GetPartitionsCommand, GetTablesCommand } from '@aws-sdk/client-glue';
import { lakeFixture } from 'lakehouse-local/testing/athena';

/*
 * Patterns that take a backtracking engine minutes to forever, blocking the whole endpoint: the test is that they end.
 */
const lake = lakeFixture();
const NAME = 'a'.repeat(200);
const DatabaseName = 'kinesis-rd-db';

beforeAll(async () => {
  await lake.table(NAME, { n: 'int' }, { keys: { p: 'string' } });
});

const EXPRESSIONS = ['(a+)+b', '(a|aa)+b', '(a*)*b', `${'a*'.repeat(30)}b`, '([a-z]+)*!', '(a|a|a|a)*c', '(.*)*x'];

test.each(EXPRESSIONS)('a table’s name against %s', async (Expression) => {
  expect((await lake.glue.send(new GetTablesCommand({ DatabaseName, Expression }))).TableList).toEqual([]);
  const listed = await lake.athena.send(
    new ListTableMetadataCommand({ CatalogName: 'AwsDataCatalog', DatabaseName, Expression }),
  );
  expect(listed.TableMetadataList).toEqual([]);
});

test('expressions that find, and those that are none', async () => {
  const found = async (Expression: string) =>
    (await lake.glue.send(new GetTablesCommand({ DatabaseName, Expression }))).TableList?.length;
  expect(await found('A+')).toBe(1);
  expect(await found('a{200}')).toBe(1);
  expect(await found('a')).toBe(0);
  await expect(found('(')).rejects.toThrow('is no regular expression');
});

test('SHOW TABLES and LIKE of partitions with many wildcards', async () => {
  expect(await lake.rows(`SHOW TABLES '${'*a'.repeat(60)}*b'`)).toEqual([]);
  expect(await lake.rows(`SHOW TABLES '${'*a'.repeat(60)}*'`)).toEqual([[NAME]]);
  expect(await lake.rows("SHOW TABLES 'x*|a*'")).toEqual([[NAME]]);
  const PartitionInput = { Values: [NAME], StorageDescriptor: { Location: 's3://lake/p/' } };
  await lake.glue.send(new CreatePartitionCommand({ DatabaseName, TableName: NAME, PartitionInput }));
  const partitions = async (Expression: string) =>
    (await lake.glue.send(new GetPartitionsCommand({ DatabaseName, TableName: NAME, Expression }))).Partitions?.length;
  expect(await partitions(`p LIKE '${'%a'.repeat(60)}%b'`)).toBe(0);
  expect(await partitions(`p LIKE '${'%a'.repeat(60)}%'`)).toBe(1);
  expect(await partitions(`p LIKE '${'_'.repeat(200)}'`)).toBe(1);
});

test('log filters over long messages', async () => {
  const { logs } = lake;
  const place = { logGroupName: 'g', logStreamName: 's' };
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
  await logs.send(new CreateLogStreamCommand(place));
  const messages = [
    'x'.repeat(200_000),
    '[ '.repeat(100_000),
    '" '.repeat(100_001),
    JSON.stringify({ a: 'x'.repeat(200_000) }),
  ];
  const logEvents = messages.map((message, index) => ({ message, timestamp: Date.now() + index }));
  await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
  const matching = async (filterPattern: string) =>
    (await logs.send(new FilterLogEventsCommand({ logGroupName: 'g', filterPattern }))).events?.length;
  expect(await matching('%x*x*x*y%')).toBe(0);
  expect(await matching('%[xz]+[xy]+[xw]+!%')).toBe(0);
  expect(await matching(`{ $.a = "${'*x'.repeat(200)}*y" }`)).toBe(0);
  expect(await matching(`{ $.a = "${'*x'.repeat(200)}*" }`)).toBe(1);
  expect(await matching('[w1, w2, ..., w3 = "z"]')).toBe(0);
  expect(await matching(`[w = "${'*x'.repeat(200)}*y"]`)).toBe(0);
  logs.destroy();
});

test('a projection whose values run into one another', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `k${index}`);
  const values = Array.from({ length: 40 }, (_, index) => 'a'.repeat(index + 1)).join(',');
  const keys = Object.fromEntries(names.map((name) => [name, 'string']));
  const parameters = {
    'projection.enabled': 'true',
    'storage.location.template': `s3://lake/run/${names.map((name) => `\${${name}}`).join('')}/`,
    ...Object.fromEntries(
      names.flatMap((name) => [
        [`projection.${name}.type`, 'enum'],
        [`projection.${name}.values`, values],
      ]),
    ),
  };
  await lake.table(
    'run',
    { n: 'int' },
    { keys, parameters, storage: { SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' } } },
  );
  await lake.put(`run/${'a'.repeat(150)}b/x.json`, '{"n":1}\n');
  await lake.put(`run/${'a'.repeat(12)}/x.json`, '{"n":2}\n');
  expect(await lake.rows('SELECT n FROM run')).toEqual([['2']]);
  await lake.table(
    'dates',
    { n: 'int' },
    {
      keys: { d: 'string' },
      parameters: {
        'projection.enabled': 'true',
        'projection.d.type': 'date',
        'projection.d.format': 'yMdHms',
        'projection.d.range': '111111,NOW',
        'storage.location.template': `s3://lake/dates/$\{d}/`,
      },
    },
  );
  await lake.put(`dates/${'1'.repeat(900)}x/a.json`, '{"n":1}\n');
  expect(await lake.rows('SELECT count(*) FROM dates')).toEqual([['0']]);
});
