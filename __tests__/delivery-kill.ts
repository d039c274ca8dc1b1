import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { DuckDBInstance } from '@duckdb/node-api';
import { Lake } from './delivery-fixture';

const ROOT = join(__dirname, '..');
const BATCH = 50;

export interface KillOptions {
  readonly cycles: number;
  /** Told of each cycle. @default silence */
  readonly log?: (line: string) => void;
}

export interface KillResult {
  readonly cycles: number;
  readonly acknowledged: number;
  /** Acknowledged records that are in no object. */
  readonly missing: readonly string[];
  /** Rows beyond the first of each record. */
  readonly repeated: number;
  /** How many the endpoint's own log said may be delivered twice. */
  readonly announced: number;
}

/** An endpoint as a process of its own, on a data directory that outlives it. */
class Victim {
  private child: ChildProcess | undefined;
  announced = 0;

  constructor(private readonly dataDir: string) {}

  /** @returns its URL, once it listens. */
  async start(): Promise<string> {
    const args = [
      '--import',
      'tsx',
      join(ROOT, 'local/src/cli.ts'),
      '--port',
      '0',
      '--no-limits',
      '--data-dir',
      this.dataDir,
    ];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let errors = '';
    child.stderr.on('data', (text: Buffer) => {
      errors += String(text);
      for (const [, count] of String(text).matchAll(/up to (\d+) records are delivered twice/g))
        this.announced += Number(count);
    });
    return new Promise((resolve, reject) => {
      child.once('exit', (code, signal) => reject(new Error(`The endpoint ended with ${code ?? signal}: ${errors}`)));
      child.stdout.on('data', (text: Buffer) => {
        const found = /http:\S+/.exec(String(text));
        if (found !== null) resolve(found[0]);
      });
    });
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

/** Streams records into an endpoint that is killed again and again, and compares what was acknowledged with what is there. */
export async function killCycles({ cycles, log }: KillOptions): Promise<KillResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-kill-'));
  const victim = new Victim(dataDir);
  const acknowledged = new Set<string>();
  try {
    let lake = lakeAt(await victim.start());
    await lake.build({ id: 'string', filler: 'string' }, 2);
    await lake.deliver('kill', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 } }));
    for (let cycle = 0; cycle < cycles; cycle++) {
      if (cycle > 0) lake = lakeAt(await victim.start());
      const load = produce(lake, cycle, acknowledged);
      await sleep(Math.random() * 1_200);
      await victim.end('SIGKILL');
      await load;
      log?.(`kill ${cycle + 1}: ${acknowledged.size} records acknowledged so far`);
    }
    await victim.start();
    const found = await settled(dataDir, acknowledged);
    await victim.end('SIGTERM');
    const missing = [...acknowledged].filter((id) => !found.has(id));
    const repeated = [...found.values()].reduce((sum, count) => sum + count - 1, 0);
    return { cycles, acknowledged: acknowledged.size, missing, repeated, announced: victim.announced };
  } finally {
    await victim.end('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function lakeAt(endpoint: string): Lake {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new Lake({ config: { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 } });
}

/** Sends batches until the endpoint is gone. What isn't acknowledged is not sent again: it may be there or not. */
async function produce(lake: Lake, cycle: number, acknowledged: Set<string>): Promise<void> {
  for (let batch = 0; ; batch++) {
    const ids = Array.from({ length: BATCH }, (_, i) => `${cycle}-${batch}-${i}`);
    const Records = ids.map((id) => ({
      PartitionKey: id,
      Data: Buffer.from(JSON.stringify({ id, filler: 'x'.repeat(200) })),
    }));
    const output = await lake.kinesis
      .send(new PutRecordsCommand({ StreamName: 'events', Records }))
      .catch(() => undefined);
    if (output === undefined) return;
    for (const [index, { ErrorCode }] of (output.Records ?? []).entries()) {
      if (ErrorCode === undefined) acknowledged.add(ids[index] as string);
    }
  }
}

/** How often each record is in the objects, once all are there or nothing has come for ten seconds. */
async function settled(dataDir: string, acknowledged: ReadonlySet<string>): Promise<Map<string, number>> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const query = `SELECT id, count(*)::INTEGER AS n FROM read_parquet('${join(dataDir, '**', '*.parquet')}') GROUP BY id`;
  let found = new Map<string, number>();
  let [rows, quietSince] = [-1, Date.now()];
  while (Date.now() - quietSince < 10_000) {
    await sleep(250);
    const result = await connection.runAndReadAll(query).catch(() => undefined);
    if (result === undefined) continue;
    found = new Map(result.getRowObjectsJson().map(({ id, n }) => [String(id), Number(n)]));
    const now = [...found.values()].reduce((sum, count) => sum + count, 0);
    if (now !== rows) [rows, quietSince] = [now, Date.now()];
    // A moment more, for what may come twice.
    if ([...acknowledged].every((id) => found.has(id)) && Date.now() - quietSince > 1_500) break;
  }
  connection.closeSync();
  instance.closeSync();
  return found;
}
