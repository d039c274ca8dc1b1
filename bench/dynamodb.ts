/**
 * DynamoDB of the endpoint, and of dynalite if it is installed: items put in batches, items put one by one, GetItem,
 * and a Query of 100 items over one connection. Each server runs in its own process; they take turns, so that other load
 * on the machine affects all. Results are wall-clock time, and CPU time per item or request of the server and of the
 * client. The client is the same for all servers; its CPU time must be far below theirs for a fair comparison.
 * `times` are medians over the rounds, with the range.
 *
 * dynalite runs twice: in memory, its default, without durability, and on LevelDB (`--path`), where writes outlive a
 * killed process, as the endpoint's do: that one is comparable.
 * Run: npm run bench:dynamodb [-- --seconds 3 --rounds 5 --connections 16 --operation Query --dynalite
 * /path/to/dynalite/cli.js]
 * dynalite is no dependency of this project: `npm install --prefix /tmp/dynalite dynalite` installs it for a run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateTableCommand, DynamoDBClient, QueryCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { BATCH, bodies, Connection, type LoadOperation, load, TABLE } from './dynamodb-load';
import { cpuSecondsOf, withEndpoint } from './endpoint';
import { median } from './timing';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    operation: { type: 'string', multiple: true },
    dynalite: { type: 'string' },
  },
});
const RUN_MS = Number(values.seconds) * 1000;
const WARM_UP_MS = Math.min(RUN_MS, 1000);
const ROUNDS = Number(values.rounds);
const CONNECTIONS = Number(values.connections);
const DYNALITE_PORT = 4597;

interface Server {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}

interface Kind {
  readonly title: string;
  readonly operation: LoadOperation;
  /** Number of units that a request counts as. */
  readonly units: number;
  readonly connections: number;
}

const KINDS: readonly Kind[] = [
  { title: 'batched put', operation: 'BatchWriteItem', units: BATCH, connections: CONNECTIONS },
  { title: 'PutItem', operation: 'PutItem', units: 1, connections: CONNECTIONS },
  { title: 'GetItem', operation: 'GetItem', units: 1, connections: CONNECTIONS },
  { title: 'Query of 100', operation: 'Query', units: 1, connections: 1 },
];

interface Figures {
  /** Units a second, in wall-clock time. */
  readonly rate: number;
  /** Microseconds of the server's CPU time for a unit. */
  readonly cpu: number;
  /** Microseconds of the client's CPU time for a unit. */
  readonly client: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Creates the table and the hundred items with the official client, which checks that both servers answer as DynamoDB
 * does.
 */
async function prepare({ port }: Server): Promise<void> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.5 }, { TableName: TABLE });
  const connection = new Connection(port);
  for (let index = 0; index < 4; index += 1)
    await connection.send('BatchWriteItem', bodies.BatchWriteItem('hundred', index * BATCH));
  connection.close();
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: 'hundred' } },
    }),
  );
  if (Items.length !== 4 * BATCH || Items[0]?.email?.S !== 'ada@example.com')
    throw new Error(`${Items.length} items were found.`);
  client.destroy();
}

async function measure({ port, pid }: Server, { operation, units, connections }: Kind): Promise<Figures> {
  const before = cpuSecondsOf(pid);
  const ownBefore = process.cpuUsage();
  const { requests, seconds, times } = await load(port, operation, connections, RUN_MS);
  const cpu = ((cpuSecondsOf(pid) - before) * 1e6) / (requests * units);
  const { user, system } = process.cpuUsage(ownBefore);
  const client = (user + system) / (requests * units);
  const at = (share: number) => times[Math.floor(times.length * share)] as number;
  return { rate: (requests * units) / seconds, cpu, client, p50: at(0.5), p99: at(0.99) };
}

async function compare(servers: readonly Server[]): Promise<void> {
  for (const server of servers) await prepare(server);
  const titles = ['', 'server', 'a second', 'times', 'CPU µs', 'times', 'client µs', 'p50 ms', 'p99 ms'];
  const row = (cells: readonly string[]) => console.log(cells.map((cell) => cell.padEnd(15)).join(''));
  row(titles);
  for (const kind of KINDS.filter(({ operation }) => values.operation?.includes(operation) ?? true)) {
    const rounds = new Map<Server, Figures[]>(servers.map((server) => [server, []]));
    for (const server of servers) await load(server.port, kind.operation, kind.connections, WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [server, figures] of rounds) figures.push(await measure(server, kind));
    const own = rounds.get(servers[0] as Server) as Figures[];
    for (const [server, figures] of rounds) {
      const middle = (name: keyof Figures) => median(figures.map((one) => one[name]));
      const isOwn = figures === own;
      row([
        isOwn ? kind.title : '',
        server.name,
        middle('rate').toFixed(0),
        isOwn ? '' : spread(figures.map(({ rate }, round) => (own[round] as Figures).rate / rate)),
        middle('cpu').toFixed(1),
        isOwn ? '' : spread(figures.map(({ cpu }, round) => cpu / (own[round] as Figures).cpu)),
        middle('client').toFixed(1),
        middle('p50').toFixed(3),
        middle('p99').toFixed(2),
      ]);
    }
  }
}

/** Median and range of ratios. */
function spread(ratios: readonly number[]): string {
  return `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)}-${Math.max(...ratios).toFixed(1)})`;
}

/** @param folder LevelDB's folder @default memory */
async function withDynalite<T>(
  cli: string,
  port: number,
  work: (server: Server) => Promise<T>,
  folder?: string,
): Promise<T> {
  const path = folder === undefined ? [] : ['--path', folder];
  const child = spawn(process.execPath, [cli, '--port', String(port), '--createTableMs', '0', ...path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    const name = folder === undefined ? 'dynalite' : 'dynalite disk';
    return await work({ name, port, pid: child.pid as number });
  } finally {
    child.kill();
  }
}

async function main(): Promise<void> {
  await withEndpoint([], async ({ config, pid, peak }) => {
    const own = { name: 'endpoint', port: Number(new URL(config.endpoint).port), pid };
    const cli = values.dynalite;
    if (cli === undefined) await compare([own]);
    else {
      const folder = mkdtempSync(join(tmpdir(), 'lakehouse-bench-dynalite-'));
      try {
        await withDynalite(cli, DYNALITE_PORT, (memory) =>
          withDynalite(cli, DYNALITE_PORT + 1, (disk) => compare([own, memory, disk]), folder),
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    console.log(`The endpoint had ${peak()} MB at most.`);
  });
}

void main();
