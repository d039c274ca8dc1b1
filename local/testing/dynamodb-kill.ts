import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  EnableKinesisStreamingDestinationCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  CreateStreamCommand,
  GetShardIteratorCommand as GetKinesisIterator,
  GetRecordsCommand as GetKinesisRecords,
  KinesisClient,
  ListShardsCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { ItemsWriter, lookAtItems, makeItemsTable } from './dynamodb-kill-items';
import { type EndpointProcess, startProcess } from './process';

const WRITERS = 8;
/** Writers of the table whose writes go to the journal. */
const ITEMS_WRITERS = 4;
/** Items of each writer. */
const ITEMS = 4;
const TableName = 'killed';
const StreamName = 'killed-changes';
const KINESIS = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
/** How long the endpoint runs before it is killed. */
const LEAST_MS = 100;
const MOST_MS = 700;

type Values = Record<string, AttributeValue>;

/** A change as a stream shows it: versions before and after. */
interface Change {
  readonly id: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface Killed {
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  readonly changes: number;
  /** Violations, one line each. */
  readonly faults: string[];
}

/** A writer, with a record of its acknowledged writes. */
class Writer {
  readonly acknowledged: { readonly id: string; readonly version: number }[] = [];
  readonly deleted: { readonly id: string; readonly version: number }[] = [];
  private version = 0;

  constructor(private readonly number: number) {}

  /** One write of a random kind; its versions are acknowledged when it resolves. */
  async write(client: DynamoDBClient): Promise<void> {
    const kind = Math.floor(Math.random() * 6);
    const one = this.item();
    if (kind === 0) {
      const { Attributes } = await client.send(
        new DeleteItemCommand({ TableName, Key: { id: { S: one.id } }, ReturnValues: 'ALL_OLD' }),
      );
      const version = Number(Attributes?.v?.N ?? 0);
      if (version > 0) this.deleted.push({ id: one.id, version });
      return;
    }
    if (kind === 1) {
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: one.id } },
          UpdateExpression: 'SET v = :v',
          ExpressionAttributeValues: { ':v': { N: String(one.version) } },
        }),
      );
      this.acknowledged.push(one);
      return;
    }
    if (kind < 4) {
      await client.send(new PutItemCommand({ TableName, Item: asItem(one) }));
      this.acknowledged.push(one);
      return;
    }
    const several = Array.from({ length: ITEMS }, (_none, index) => this.item(index));
    if (kind === 4)
      await client.send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: several.map((each) => ({ PutRequest: { Item: asItem(each) } })) },
        }),
      );
    else
      await client.send(
        new TransactWriteItemsCommand({
          TransactItems: several.map((each) => ({ Put: { TableName, Item: asItem(each) } })),
        }),
      );
    this.acknowledged.push(...several);
  }

  private item(index = Math.floor(Math.random() * ITEMS)): { id: string; version: number } {
    this.version += 1;
    return { id: `${this.number}-${index}`, version: this.version };
  }
}

const asItem = ({ id, version }: { id: string; version: number }): Values => ({
  id: { S: id },
  v: { N: String(version) },
});

/**
 * Kills the endpoint at random moments under writes of all kinds, and checks at the end: every acknowledged write is
 * there, and the table's stream and the Kinesis stream have each change once and in order. A second table has items
 * alone, whose writes go to the journal: it is checked after each kill.
 */
export async function dynamodbKillCycles({
  cycles,
  log = () => {},
}: {
  cycles: number;
  log?: (line: string) => void;
}): Promise<Killed> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-kill-'));
  const writers = Array.from({ length: WRITERS }, (_none, number) => new Writer(number));
  const itemsWriters = Array.from({ length: ITEMS_WRITERS }, (_none, number) => new ItemsWriter(number));
  let endpoint: EndpointProcess | undefined;
  try {
    endpoint = await startProcess(dataDir, ['--no-limits']);
    await prepare(configOf(endpoint));
    await makeItemsTable(new DynamoDBClient(configOf(endpoint)));
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const client = new DynamoDBClient(configOf(endpoint));
      let stopped = false;
      // Without other writes, items stay longest in the journal.
      const running = [...(cycle % 2 === 0 ? writers : []), ...itemsWriters].map(async (writer) => {
        while (!stopped)
          try {
            await writer.write(client);
          } catch (error) {
            // A write in progress at the kill may be there, or not.
            if (!stopped) throw error;
          }
      });
      await sleep(LEAST_MS + Math.random() * (MOST_MS - LEAST_MS));
      stopped = true;
      await endpoint.kill();
      await Promise.all(running);
      client.destroy();
      endpoint = await startProcess(dataDir, ['--no-limits']);
      const faults = await lookAtItems(new DynamoDBClient(configOf(endpoint)), itemsWriters);
      if (faults.length > 0) return { acknowledged: 0, changes: 0, faults };
      if (cycle % 10 === 9) log(`${cycle + 1} kills, ${sum(writers, (one) => one.acknowledged.length)} acknowledged`);
    }
    const killed = await look(configOf(endpoint), writers);
    return { ...killed, acknowledged: killed.acknowledged + sum(itemsWriters, (one) => one.acknowledged) };
  } finally {
    await endpoint?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);

const configOf = ({ url }: EndpointProcess) => ({
  endpoint: url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
type Config = ReturnType<typeof configOf>;

async function prepare(config: Config): Promise<void> {
  const client = new DynamoDBClient(config);
  const kinesis = new KinesisClient(config);
  const wait = { maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 };
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await waitUntilTableExists({ client, ...wait }, { TableName });
  await waitUntilStreamExists({ client: kinesis, ...wait }, { StreamName });
  await client.send(new EnableKinesisStreamingDestinationCommand({ TableName, StreamArn: KINESIS }));
}

async function look(config: Config, writers: readonly Writer[]): Promise<Killed> {
  const faults: string[] = [];
  const client = new DynamoDBClient(config);
  const state = new Map<string, number>();
  for (let start: Values | undefined, first = true; first || start !== undefined; first = false) {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey: start }));
    for (const { id, v } of page.Items ?? []) state.set(id?.S ?? '', Number(v?.N));
    start = page.LastEvaluatedKey;
  }
  const changes = await streamChanges(new DynamoDBStreamsClient(config));
  const byItem = chains(changes, faults, 'stream');
  for (const [id, chain] of byItem)
    if (chain.at(-1)?.after !== state.get(id))
      faults.push(`${id} is at ${state.get(id)}, its stream at ${chain.at(-1)?.after}`);
  for (const { acknowledged, deleted } of writers) {
    for (const { id, version } of acknowledged)
      if (!byItem.get(id)?.some(({ after }) => after === version)) faults.push(`${id} never got version ${version}`);
    for (const { id, version } of deleted)
      if (!byItem.get(id)?.some(({ before, after }) => before === version && after === undefined))
        faults.push(`${id} was never deleted at version ${version}`);
  }
  // Changes from before the last kill are delivered once the endpoint runs again.
  let delivered: Change[] = [];
  for (let tries = 0; tries < 100 && delivered.length < changes.length; tries += 1) {
    await sleep(200);
    delivered = await kinesisChanges(new KinesisClient(config));
  }
  if (delivered.length !== changes.length)
    faults.push(`the Kinesis stream has ${delivered.length} changes, the table's stream ${changes.length}`);
  chains(delivered, faults, 'Kinesis');
  return {
    acknowledged: sum(writers, (one) => one.acknowledged.length + one.deleted.length),
    changes: changes.length,
    faults,
  };
}

/** Changes by item, each beginning where the one before ended: none is missing or repeated. */
function chains(changes: readonly Change[], faults: string[], where: string): Map<string, Change[]> {
  const byItem = new Map<string, Change[]>();
  for (const change of changes) {
    const chain = byItem.get(change.id) ?? [];
    if (change.before !== chain.at(-1)?.after)
      faults.push(`${where}: ${change.id} goes on at ${change.before} after ${chain.at(-1)?.after}`);
    chain.push(change);
    byItem.set(change.id, chain);
  }
  return byItem;
}

async function streamChanges(client: DynamoDBStreamsClient): Promise<Change[]> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName }));
  const StreamArn = Streams[0]?.StreamArn ?? '';
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const changes: Change[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
    let { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
    while (ShardIterator !== undefined) {
      const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }));
      for (const { dynamodb } of Records) changes.push(toChange(dynamodb as never));
      ShardIterator = Records.length === 0 ? undefined : NextShardIterator;
    }
  }
  return changes;
}

async function kinesisChanges(client: KinesisClient): Promise<Change[]> {
  const changes: Change[] = [];
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  for (const { ShardId } of Shards) {
    const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
    let { ShardIterator } = await client.send(new GetKinesisIterator(start));
    while (ShardIterator !== undefined) {
      const { Records = [], NextShardIterator } = await client.send(new GetKinesisRecords({ ShardIterator }));
      for (const { Data } of Records)
        changes.push(toChange(JSON.parse(Buffer.from(Data ?? []).toString('utf8')).dynamodb));
      ShardIterator = Records.length === 0 ? undefined : NextShardIterator;
    }
  }
  return changes;
}

function toChange({ Keys, OldImage, NewImage }: { Keys: Values; OldImage?: Values; NewImage?: Values }): Change {
  const version = (image?: Values) => (image?.v?.N === undefined ? undefined : Number(image.v.N));
  return { id: Keys.id?.S ?? '', before: version(OldImage), after: version(NewImage) };
}
