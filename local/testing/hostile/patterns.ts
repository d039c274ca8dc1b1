import { ListTableMetadataCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { FilterLogEventsCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { CreateTableCommand, GetPartitionsCommand, GetTablesCommand } from '@aws-sdk/client-glue';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET } from '../delivery';
import type { LoadClients } from '../kill/load';

/** A call with a hostile pattern or program, and its maker. */
export interface HostileCall {
  readonly name: string;
  readonly send: (clients: LoadClients) => Promise<unknown>;
}

const DatabaseName = 'db';
/** Name of a table and its partition on which a backtracking engine takes exponential time. */
export const LONG_NAME = 'a'.repeat(200);
export const LOG_GROUP = 'hostile';

const BACKTRACKING = [
  '(a+)+b',
  '(a|aa)+b',
  '(a*)*b',
  `${'a*'.repeat(30)}b`,
  '([a-z]+)*!',
  '(a|a|a|a)*c',
  '(.*)*x',
  '(a{1,100}){1,100}b',
];
const LOG_FILTERS = [
  '%x*x*x*y%',
  '%[xz]+[xy]+[xw]+!%',
  `{ $.a = "${'*x'.repeat(200)}*y" }`,
  `{ ${'($.a = "*x*x*y") || '.repeat(300)}($.a = 1) }`,
  '[w1, w2, ..., w3 = "z"]',
  `[w = "${'*x'.repeat(200)}*y"]`,
  `${'?xy '.repeat(300)}`,
];
/** Programs of dynamic partitioning: endless, and greedy. */
const PROGRAMS = [
  '{k: (def f: f; f)}',
  '{k: ([range(1e12)] | length | tostring)}',
  '{k: (def f: . + . | f; "x" | f)}',
  '{k: (reduce range(1e9) as $i (0; . + $i) | tostring)}',
  '{k: ("a" * 1e9)}',
  '{k: ([limit(1e9; repeat("x"))] | join(""))}',
];

const getTables = (Expression: string): HostileCall => ({
  name: `GetTables ${Expression.slice(0, 40)}`,
  send: ({ glue }) => glue.send(new GetTablesCommand({ DatabaseName, Expression })),
});
const listTables = (Expression: string): HostileCall => ({
  name: `ListTableMetadata ${Expression.slice(0, 40)}`,
  send: ({ athena }) =>
    athena.send(new ListTableMetadataCommand({ CatalogName: 'AwsDataCatalog', DatabaseName, Expression })),
});
const filterLogs = (filterPattern: string): HostileCall => ({
  name: `FilterLogEvents ${filterPattern.slice(0, 40)}`,
  send: ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName: LOG_GROUP, filterPattern })),
});
const getPartitions = (Expression: string): HostileCall => ({
  name: `GetPartitions ${Expression.slice(0, 40)}`,
  send: ({ glue }) => glue.send(new GetPartitionsCommand({ DatabaseName, TableName: LONG_NAME, Expression })),
});
const statement = (QueryString: string): HostileCall => ({
  name: QueryString.slice(0, 40),
  send: ({ athena }) =>
    athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        QueryExecutionContext: { Database: DatabaseName },
        WorkGroup: 'hostile',
      }),
    ),
});
/** A record for the delivery stream with this program: the put is answered at once, and processed later. */
const program = (index: number): HostileCall => ({
  name: `jq ${PROGRAMS[index]}`,
  send: ({ firehose }) =>
    firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: `program-${index}`,
        Records: [{ Data: Buffer.from('{"a":1}') }],
      }),
    ),
});

export const HOSTILE_CALLS: readonly HostileCall[] = [
  ...BACKTRACKING.flatMap((expression) => [getTables(expression), listTables(expression)]),
  ...LOG_FILTERS.map(filterLogs),
  getPartitions(`p LIKE '${'%a'.repeat(60)}%b'`),
  getPartitions(`${"p LIKE '%a%a%b' OR ".repeat(100)}p = 'a'`),
  statement(`SHOW TABLES '${'*a'.repeat(60)}*b'`),
  statement(`SHOW TABLES LIKE '${'*a*|'.repeat(60)}*b'`),
  statement('SELECT count(*) FROM projected'),
  ...PROGRAMS.map((_program, index) => program(index)),
];

/** Creates the resources of the calls. */
export async function prepareHostile(clients: LoadClients): Promise<void> {
  const { glue, logs, s3 } = clients;
  const { CreateLogGroupCommand, CreateLogStreamCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const { CreatePartitionCommand } = await import('@aws-sdk/client-glue');
  const column = (Name: string) => ({ Name, Type: 'string' });
  const storage = (Location: string) => ({
    Columns: [{ Name: 'n', Type: 'int' }],
    Location,
    SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
  });
  const TableInput = {
    Name: LONG_NAME,
    PartitionKeys: [column('p')],
    StorageDescriptor: storage(`s3://${BUCKET}/long/`),
  };
  await glue.send(new CreateTableCommand({ DatabaseName, TableInput }));
  const PartitionInput = { Values: [LONG_NAME], StorageDescriptor: storage(`s3://${BUCKET}/long/p/`) };
  await glue.send(new CreatePartitionCommand({ DatabaseName, TableName: LONG_NAME, PartitionInput }));
  const place = { logGroupName: LOG_GROUP, logStreamName: 's' };
  await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
  await logs.send(new CreateLogStreamCommand(place));
  const messages = ['x'.repeat(200_000), '[ '.repeat(100_000), JSON.stringify({ a: 'x'.repeat(200_000) })];
  const logEvents = messages.map((message, index) => ({ message, timestamp: Date.now() + index }));
  await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
  const names = Array.from({ length: 12 }, (_, index) => `k${index}`);
  const values = Array.from({ length: 40 }, (_, index) => 'a'.repeat(index + 1)).join(',');
  const Parameters = {
    'projection.enabled': 'true',
    'storage.location.template': `s3://${BUCKET}/run/${names.map((name) => `\${${name}}`).join('')}/`,
    ...Object.fromEntries(
      names.flatMap((name) => [
        [`projection.${name}.type`, 'enum'],
        [`projection.${name}.values`, values],
      ]),
    ),
  };
  const projected = {
    Name: 'projected',
    Parameters,
    PartitionKeys: names.map(column),
    StorageDescriptor: storage(`s3://${BUCKET}/run/`),
  };
  await glue.send(new CreateTableCommand({ DatabaseName, TableInput: projected }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `run/${'a'.repeat(150)}b/x.json`, Body: '{"n":1}\n' }));
  for (const [index, MetadataExtractionQuery] of PROGRAMS.entries()) {
    const Parameters = [
      { ParameterName: 'MetadataExtractionQuery' as const, ParameterValue: MetadataExtractionQuery },
      { ParameterName: 'JsonParsingEngine' as const, ParameterValue: 'JQ-1.6' },
    ];
    await clients.deliver(
      `program-${index}`,
      clients.destination({
        Prefix: `program/${index}/!{partitionKeyFromQuery:k}/`,
        ErrorOutputPrefix: `program-errors/${index}/`,
        DynamicPartitioningConfiguration: { Enabled: true },
        ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'MetadataExtraction', Parameters }] },
        DataFormatConversionConfiguration: undefined,
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
      }),
      false,
    );
  }
}
