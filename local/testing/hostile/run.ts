import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { BUCKET } from '../delivery';
import { LoadClients } from '../kill/load';
import { startProcess } from '../process';
import { type HostileCall, prepareHostile } from './patterns';

/** Records of one PutRecords, and how often one is sent: 1,000 records a second. */
const [BATCH, EVERY_MS] = [100, 100];
/** Milliseconds after which a query is stopped. */
const STOP_AFTER_MS = 700;
/** Hostile queries at once: as many as the endpoint runs. */
const AT_ONCE = 4;

export interface HostileResult {
  /** Milliseconds from a PutRecords' due time to its answer, ascending. */
  readonly puts: readonly number[];
  /** Most memory that the endpoint's own process had, in MB. */
  readonly memory: number;
  /** Queries by how they ended: refused at once, or a state. */
  readonly ends: Readonly<Record<string, number>>;
  /** Milliseconds from StopQueryExecution to the end, the longest first, with the query's beginning. */
  readonly stops: readonly { readonly ms: number; readonly sql: string }[];
  /** Milliseconds that calls took, the longest first. */
  readonly calls: readonly { readonly ms: number; readonly name: string }[];
  /** Records that were put and aren't delivered in the end. */
  readonly missing: number;
}

export interface HostileOptions {
  readonly queries: readonly string[];
  readonly calls: readonly HostileCall[];
  /** Called with each query and call. @default silence */
  readonly log?: (line: string) => void;
}

/** Puts 1,000 records a second into an endpoint while it gets hostile queries, patterns and programs. */
export async function underHostility({ queries, calls, log = () => {} }: HostileOptions): Promise<HostileResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-hostile-'));
  const endpoint = await startProcess(dataDir, ['--no-limits'], undefined, (text) => log(`  it says: ${text.trim()}`));
  const clients = new LoadClients(endpoint.url, dataDir);
  try {
    await clients.build({ id: 'string', filler: 'string' }, 2);
    await clients.deliver('hostile', clients.destination({ DataFormatConversionConfiguration: undefined }));
    const ResultConfiguration = { OutputLocation: `s3://${BUCKET}/results/` };
    await clients.athena.send(new CreateWorkGroupCommand({ Name: 'hostile', Configuration: { ResultConfiguration } }));
    await prepareHostile(clients);
    await ask(clients, 'SELECT 1', {}, []);
    const producer = new Producer(clients);
    const producing = producer.run();
    await sleep(1_000);
    const ends: Record<string, number> = {};
    const stops: { ms: number; sql: string }[] = [];
    const spent: { ms: number; name: string }[] = [];
    const waiting = [...queries];
    const worker = async () => {
      for (let sql = waiting.shift(); sql !== undefined; sql = waiting.shift()) {
        const most = producer.most();
        await ask(clients, sql, ends, stops);
        log(`${producer.most() > most ? `slowest put ${producer.most().toFixed(0)} ms: ` : ''}${sql.slice(0, 90)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const { name, send } of calls) {
      const began = performance.now();
      await send(clients).catch((error: Error) => log(`${name}: ${error.name}`));
      spent.push({ ms: performance.now() - began, name });
    }
    await sleep(1_000);
    producer.stop();
    await producing;
    const memory = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${endpoint.pid}/status`, 'utf8'))?.[1]) / 1024;
    const missing = await producer.missing();
    const byMs = (a: { ms: number }, b: { ms: number }) => b.ms - a.ms;
    return { puts: producer.sorted(), memory, ends, stops: stops.sort(byMs), calls: spent.sort(byMs), missing };
  } finally {
    clients.close();
    await endpoint.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Keeps to its rate whatever a request takes; each request's time counts from its due time. */
class Producer {
  private readonly puts: number[] = [];
  private readonly ids: string[] = [];
  private stopped = false;

  constructor(private readonly clients: LoadClients) {}

  stop(): void {
    this.stopped = true;
  }

  most(): number {
    return this.puts.reduce((most, ms) => Math.max(most, ms), 0);
  }

  sorted(): number[] {
    return [...this.puts].sort((a, b) => a - b);
  }

  async run(): Promise<void> {
    const began = performance.now();
    const sent: Promise<void>[] = [];
    for (let index = 0; !this.stopped; index++) {
      const due = began + index * EVERY_MS;
      await sleep(Math.max(0, due - performance.now()));
      sent.push(this.put(index, due));
    }
    await Promise.all(sent);
  }

  private async put(index: number, due: number): Promise<void> {
    const ids = Array.from({ length: BATCH }, (_, at) => `${index}-${at}-`);
    const Records = ids.map((id) => ({ PartitionKey: id, Data: Buffer.from(`${id.padEnd(200, 'x')}\n`) }));
    await this.clients.kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
    this.puts.push(performance.now() - due);
    this.ids.push(...ids);
  }

  async missing(): Promise<number> {
    let missing: string[] = [];
    for (const until = Date.now() + 20_000; Date.now() < until; await sleep(500)) {
      const bodies = await Promise.all((await this.clients.keys('data/')).map((key) => this.clients.body(key)));
      const delivered = new Set(
        Buffer.concat(bodies)
          .toString()
          .split('\n')
          .map((line) => line.replace(/x*$/, '')),
      );
      missing = this.ids.filter((id) => !delivered.has(id));
      if (missing.length === 0) break;
    }
    return missing.length;
  }
}

/** Runs a query for a moment, and stops it. */
async function ask(
  { athena }: LoadClients,
  QueryString: string,
  ends: Record<string, number>,
  stops: { ms: number; sql: string }[],
): Promise<void> {
  const count = (end: string) => {
    ends[end] = (ends[end] ?? 0) + 1;
  };
  const start = new StartQueryExecutionCommand({ QueryString, WorkGroup: 'hostile' });
  const started = await athena.send(start).catch((error: Error) => count(error.name));
  if (started === undefined) return;
  const { QueryExecutionId } = started;
  // Each answer contains the statement: frequent polls of a long one would keep this process from the producer's
  // answers.
  const pause = QueryString.length < 10_000 ? 20 : 250;
  const began = performance.now();
  let stopped: number | undefined;
  for (;;) {
    await sleep(pause);
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const State = QueryExecution?.Status?.State as string;
    if (/SUCCEEDED|FAILED|CANCELLED/.test(State)) {
      count(State);
      if (stopped !== undefined) stops.push({ ms: performance.now() - stopped, sql: QueryString.slice(0, 80) });
      return;
    }
    if (stopped !== undefined || performance.now() - began < STOP_AFTER_MS) continue;
    stopped = performance.now();
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
  }
}
