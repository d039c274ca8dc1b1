/**
 * How fast is PutRecords? This endpoint beside kinesalite and kinesis-local, and its HTTP/2 beside its HTTP/1.1.
 * Each server runs alone in a process of its own, on loopback, with a stream of four shards; the load is the same
 * bytes for all: requests of 500 records, eight in flight, over kept connections. The others' packages are installed
 * into a temporary folder for this run alone.
 *
 * Run: npx tsx bench/local.ts [seconds per server, default 5]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { http1Load, http2Load, type Load, putRecordsBody, RECORDS_A_REQUEST } from './local-load';

const SECONDS = Number(process.argv[2] ?? 5);
const STREAM = 'bench';
const IN_FLIGHT = 8;

interface Contestant {
  readonly name: string;
  readonly command: (port: number) => {
    readonly args: readonly string[];
    readonly env?: Record<string, string>;
    readonly cwd?: string;
  };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-bench-'));
  try {
    process.stderr.write('Installing kinesalite and kinesis-local for this run...\n');
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'kinesalite', 'kinesis-local'], {
      stdio: 'ignore',
    });
    await compare(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  const own: Contestant = {
    name: 'this endpoint',
    command: (port) => ({
      args: [
        resolve(__dirname, '../local/dist/cli.js'),
        '--no-limits',
        '--port',
        String(port),
        '--data-dir',
        join(folder, 'data'),
      ],
    }),
  };
  const kinesalite: Contestant = {
    name: 'kinesalite',
    command: (port) => ({ args: [join(modules, 'kinesalite/cli.js'), '--port', String(port)] }),
  };
  const kinesisLocal: Contestant = {
    name: 'kinesis-local',
    command: (port) => ({
      args: [join(modules, 'kinesis-local/main.js')],
      env: { KINESIS_MOCK_PLAIN_PORT: String(port), KINESIS_MOCK_TLS_PORT: '0', LOG_LEVEL: 'ERROR' },
      // Folder of its certificate.
      cwd: join(modules, 'kinesis-local'),
    }),
  };
  const rates = {
    own: await measure(own, http1Load),
    kinesalite: await measure(kinesalite, http1Load),
    kinesisLocal: await measure(kinesisLocal, http1Load),
    http2: await measure(own, http2Load),
    sdkHttp1: await measure(own, sdkLoad(true)),
    sdkHttp2: await measure(own, sdkLoad(false)),
  };
  print('this endpoint, HTTP/1.1', rates.own);
  print('kinesalite', rates.kinesalite);
  print('kinesis-local', rates.kinesisLocal);
  print('this endpoint, HTTP/2', rates.http2);
  print('this endpoint, SDK over HTTP/1.1', rates.sdkHttp1);
  print('this endpoint, SDK with its default, HTTP/2', rates.sdkHttp2);
  const holds = [
    ratio('this endpoint : kinesalite', rates.own / rates.kinesalite, 5),
    ratio('this endpoint : kinesis-local', rates.own / rates.kinesisLocal, 20),
    ratio('HTTP/2 : HTTP/1.1', rates.http2 / rates.own, 1 / 3),
    ratio('HTTP/2 : HTTP/1.1, through the SDK', rates.sdkHttp2 / rates.sdkHttp1, 1 / 3),
  ];
  if (holds.includes(false)) process.exitCode = 1;
}

function print(name: string, rate: number): void {
  process.stdout.write(`${name.padEnd(46)} ${Math.round(rate).toLocaleString('en').padStart(10)} records/s\n`);
}

function ratio(name: string, value: number, atLeast: number): boolean {
  const verdict = value >= atLeast ? 'holds' : 'MISSED';
  process.stdout.write(
    `${name.padEnd(46)} ${value.toFixed(2).padStart(10)}  at least ${atLeast.toFixed(2)}: ${verdict}\n`,
  );
  return value >= atLeast;
}

/** Starts a server, puts for a while, stops it. @returns records per second */
async function measure(contestant: Contestant, load: Load): Promise<number> {
  const port = await freePort();
  const { args, env, cwd } = contestant.command(port);
  const server = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
  try {
    await makeStream(port);
    await load({ port, body: putRecordsBody(STREAM), inFlight: IN_FLIGHT, milliseconds: 1_000 });
    const began = performance.now();
    const requests = await load({
      port,
      body: putRecordsBody(STREAM),
      inFlight: IN_FLIGHT,
      milliseconds: SECONDS * 1_000,
    });
    return (requests * RECORDS_A_REQUEST) / ((performance.now() - began) / 1_000);
  } catch (error) {
    throw new Error(`${contestant.name}: ${(error as Error).message}`);
  } finally {
    await stop(server);
  }
}

function clientOf(port: number, http1: boolean): KinesisClient {
  return new KinesisClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    maxAttempts: 1,
    ...(http1 ? { requestHandler: new NodeHttpHandler() } : {}),
  });
}

async function makeStream(port: number): Promise<void> {
  const client = clientOf(port, true);
  const StreamName = STREAM;
  await until(() => client.send(new CreateStreamCommand({ StreamName, ShardCount: 4 })).then(() => true));
  await until(async () => {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
  });
  client.destroy();
}

async function until(probe: () => Promise<boolean>): Promise<void> {
  let last: unknown;
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    try {
      if (await probe()) return;
    } catch (error) {
      if ((error as Error).name === 'ResourceInUseException') return;
      last = error;
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`it didn't get ready: ${last}`);
}

function sdkLoad(http1: boolean): Load {
  return async ({ port, body, inFlight, milliseconds }) => {
    const client = clientOf(port, http1);
    const { StreamName, Records } = JSON.parse(body.toString());
    const records = Records.map((record: { Data: string; PartitionKey: string }) => ({
      ...record,
      Data: Buffer.from(record.Data, 'base64'),
    }));
    let requests = 0;
    const end = performance.now() + milliseconds;
    const worker = async () => {
      for (; performance.now() < end; requests++) {
        const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName, Records: records }));
        if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records failed`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    client.destroy();
    return requests;
  };
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });
}

function stop(server: ChildProcess): Promise<void> {
  return new Promise((stopped) => {
    if (server.exitCode !== null) stopped();
    server.once('exit', () => stopped());
    server.kill('SIGKILL');
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
