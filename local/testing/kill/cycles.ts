import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EndpointProcess, startProcess } from '../process';
import { Descriptions } from './descriptions';
import { Gone, type Load, LoadClients } from './load';
import { Multipart, Objects } from './objects';
import { Records } from './records';
import { Statements } from './statements';

/** Milliseconds after which a body being assembled is gone. */
const STAGED_MS = 5_000;

export interface KillOptions {
  readonly cycles: number;
  /** Most milliseconds of load before a kill. @default 2000 */
  readonly mostMs?: number;
  /** Returns whether to stop before the next cycle, whatever `cycles` says. @default never */
  readonly enough?: () => boolean;
  /** Called with each cycle. @default silence */
  readonly log?: (line: string) => void;
}

export interface KillResult {
  readonly kills: number;
  /** Records that were acknowledged. */
  readonly records: number;
  /** Rows beyond the first of each record. */
  readonly repeated: number;
  /** Records that the endpoint's log announced as possibly delivered twice. */
  readonly announced: number;
  /** Number of statements by final state. */
  readonly statements: Readonly<Record<string, number>>;
  /** Violations, one sentence each. */
  readonly wrong: readonly string[];
}

/** Kills the endpoint with SIGKILL under a mixed load, over and over, and compares what it acknowledged with what is there. */
export async function killCycles({
  cycles,
  mostMs = 2_000,
  enough = () => false,
  log = () => {},
}: KillOptions): Promise<KillResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-kill-'));
  const [records, statements] = [new Records(), new Statements()];
  const loads: readonly Load[] = [records, new Objects(), new Multipart(), new Descriptions(), statements];
  const wrong: string[] = [];
  let [announced, kills] = [0, 0];
  let running: EndpointProcess | undefined;
  const start = async () => {
    running = await startProcess(dataDir, ['--no-limits'], undefined, (text) => {
      const twice = [...text.matchAll(/up to (\d+) records are delivered twice/g)];
      announced += twice.reduce((sum, [, count]) => sum + Number(count), 0);
      if (twice.length === 0) log(`  it says: ${text.trim()}`);
    });
    return new LoadClients(running.url, dataDir);
  };
  try {
    let clients = await start();
    for (const load of loads) await load.prepare?.(clients);
    for (let cycle = 0; cycle < cycles && !enough(); cycle++) {
      const before = clients;
      const problems = await Promise.all(loads.map((load) => work(load, before, cycle)).concat(killSoon(mostMs)));
      before.close();
      clients = await start();
      for (const load of loads) problems.push(await checked(load, () => load.check(clients)));
      problems.push(await leftOvers(dataDir));
      const found = problems.flat().map((problem) => `cycle ${cycle + 1}: ${problem}`);
      wrong.push(...found);
      kills++;
      log(
        `kill ${cycle + 1}: ${records.acknowledged.size} records acknowledged; ${found.join('; ') || 'all is there'}`,
      );
    }
    for (const load of loads) wrong.push(...((await load.finish?.(clients)) ?? []));
    clients.close();
    const { repeated } = records;
    if (repeated > announced) wrong.push(`${repeated} records are there twice, ${announced} were announced`);
    return { kills, records: records.acknowledged.size, repeated, announced, statements: statements.ended, wrong };
  } finally {
    await running?.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }

  async function killSoon(most: number): Promise<string[]> {
    await sleep(50 + Math.random() * most);
    await running?.kill();
    return [];
  }
}

/** Works until the endpoint is gone; an answer that refuses is a problem. */
async function work(load: Load, clients: LoadClients, cycle: number): Promise<string[]> {
  try {
    await load.run(clients, cycle);
    return [`${load.name} stopped by itself`];
  } catch (error) {
    return error instanceof Gone ? [] : [`${load.name} met ${error}`];
  }
}

async function checked(load: Load, check: () => Promise<string[]>): Promise<string[]> {
  try {
    return (await check()).map((problem) => `${load.name}: ${problem}`);
  } catch (error) {
    return [`${load.name}: the check met ${error}`];
  }
}

/**
 * Bodies that a killed process left unfinished must be gone after the next start; those of present deliveries come and
 * go.
 */
async function leftOvers(dataDir: string): Promise<string[]> {
  const staged = () => readdirSync(join(dataDir, 's3/.temporary'));
  const found = staged();
  if (found.length > 0) await sleep(STAGED_MS);
  const still = staged().filter((name) => found.includes(name));
  return still.length === 0 ? [] : [`${still.length} bodies are left in s3/.temporary`];
}
