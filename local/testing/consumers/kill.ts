import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { Clients, configOf } from '..';
import { type EndpointProcess, isAlive, startProcess } from '../process';
import { consumeInto, type Notes } from './setup';

export interface KillOptions {
  readonly cycles: number;
  /** Called with each cycle. @default silence */
  readonly log?: (line: string) => void;
}

export interface KillResult {
  readonly acknowledged: number;
  /** Acknowledged records that no handler saw. */
  readonly missing: number;
  readonly repeated: number;
  /** Most records that one kill repeated. */
  readonly mostRepeated: number;
  /** Records that may be in progress, or finished ahead of the position, at a kill. */
  readonly allowed: number;
  readonly disorder: readonly string[];
  /** Functions' processes that outlived their endpoint. */
  readonly orphans: number;
}

const SHARDS = 2;
const LANES = 2;
const BATCH_SIZE = 50;
/** A lane's batch in progress, and the records that the other lanes finished ahead of it: one read. */
const ALLOWED = SHARDS * 10_000;
const KEYS = 40;
/** Milliseconds that the processes of a killed endpoint may live, on a busy machine. */
const GONE_MS = 20_000;

/**
 * Streams records through a consumer while the endpoint is killed repeatedly, and checks: each acknowledged record is
 * handled at least once and in order, the mapping continues at its position, and no process is left.
 */
export async function killConsumers({ cycles, log }: KillOptions): Promise<KillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-consumers-'));
  const dataDir = join(folder, 'data');
  const acknowledged = new Set<string>();
  let [notes, orphans, mostRepeated, repeated]: [Notes | undefined, number, number, number] = [undefined, 0, 0, 0];
  let running: EndpointProcess | undefined;
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      running = await startProcess(dataDir, ['--no-limits']);
      notes ??= await build(running.url, folder);
      const load = produce(running.url, cycle, acknowledged);
      await sleep(200 + Math.random() * 1_200);
      await running.kill();
      await load;
      orphans += await outliving(notes);
      const now = notes.seen.length - notes.texts.size;
      mostRepeated = Math.max(mostRepeated, now - repeated);
      repeated = now;
      log?.(`kill ${cycle + 1}: ${acknowledged.size} acknowledged, ${notes.texts.size} handled, ${repeated} again`);
    }
    running = await startProcess(dataDir, ['--no-limits']);
    await notes?.until(acknowledged);
    await running.stop();
    if (notes === undefined) throw new Error('There was no cycle.');
    orphans += await outliving(notes);
    const { texts } = notes;
    return {
      acknowledged: acknowledged.size,
      missing: [...acknowledged].filter((text) => !texts.has(text)).length,
      repeated: notes.seen.length - texts.size,
      mostRepeated,
      allowed: ALLOWED,
      disorder: notes.disorder(),
      orphans,
    };
  } finally {
    await running?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const clientsOf = (url: string) => new Clients(configOf(url, { maxAttempts: 1 }));

async function build(url: string, folder: string): Promise<Notes> {
  const clients = clientsOf(url);
  await clients.stream('events', SHARDS);
  const role = await clients.functionRole('consumers');
  const settings = { stream: 'events', ParallelizationFactor: LANES, BatchSize: BATCH_SIZE };
  const notes = await consumeInto(clients, role, 'notes', folder, settings);
  clients.destroy();
  return notes;
}

/** Puts records until the endpoint is gone. Unacknowledged records may be there or not. */
async function produce(url: string, cycle: number, acknowledged: Set<string>): Promise<void> {
  const clients = clientsOf(url);
  for (let batch = 0; ; batch++) {
    const texts = Array.from({ length: 50 }, (_none, index) => `${cycle}-${batch}-${index}`);
    const Records = texts.map((text, index) => ({ PartitionKey: `key-${index % KEYS}`, Data: Buffer.from(text) }));
    const output = await clients.kinesis
      .send(new PutRecordsCommand({ StreamName: 'events', Records }))
      .catch(() => undefined);
    if (output === undefined) break;
    for (const [index, { ErrorCode }] of (output.Records ?? []).entries())
      if (ErrorCode === undefined) acknowledged.add(texts[index] as string);
    await sleep(10);
  }
  clients.destroy();
}

/** Number of processes that handled a batch and outlived their endpoint. */
async function outliving(notes: Notes): Promise<number> {
  const deadline = Date.now() + GONE_MS;
  for (;;) {
    notes.read();
    const alive = [...notes.pids].filter(isAlive);
    if (alive.length === 0 || Date.now() > deadline) {
      notes.pids.clear();
      return alive.length;
    }
    await sleep(20);
  }
}
