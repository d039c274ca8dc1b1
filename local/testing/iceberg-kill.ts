import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IcebergLoad, type LoadResult } from './iceberg-load';
import { Clients, configOf, Local, TestClock } from './index';
import { type EndpointProcess, startProcess } from './process';

export interface IcebergKillOptions {
  readonly cycles: number;
  /** Called with each cycle. @default silence */
  readonly log?: (line: string) => void;
}

export interface IcebergKillResult extends LoadResult {
  /** Data and delete files without a snapshot after the last kill. */
  readonly orphans: number;
  /** Files without a snapshot after a VACUUM an hour later; there must be none. */
  readonly orphansLeft: readonly string[];
  /** Objects below the table's location after the VACUUM. */
  readonly objects: number;
}

/** Most files that twenty writers can have written at a time without a commit: data, and deletes. */
export const ORPHANS_A_KILL = 40;

/** Kills the endpoint while twenty writers change one Iceberg table, over and over, and compares what is there. */
export async function icebergKillCycles({ cycles, log }: IcebergKillOptions): Promise<IcebergKillResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-iceberg-kill-'));
  const load = new IcebergLoad();
  let victim: EndpointProcess | undefined;
  try {
    const start = async () => {
      // Log lines about killed work are expected.
      victim = await startProcess(dataDir, ['--no-limits'], undefined, () => {});
      load.connect(new Clients(configOf(victim.url, { maxAttempts: 1 })));
    };
    await start();
    await load.build();
    for (let cycle = 0; cycle < cycles; cycle++) {
      if (cycle > 0) await start();
      const writing = load.run();
      await sleep(300 + Math.random() * 2_000);
      await victim?.kill();
      await writing;
      log?.(`kill ${cycle + 1}`);
    }
    await start();
    const found = await load.check();
    const orphans = await load.orphans();
    await victim?.stop();
    return { ...found, orphans: orphans.length, ...(await afterVacuum(dataDir, load)) };
  } finally {
    await victim?.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** An hour later, when orphans are old enough to be removed. */
async function afterVacuum(dataDir: string, load: IcebergLoad): Promise<{ orphansLeft: string[]; objects: number }> {
  const clock = new TestClock(Date.now() + 3_600_000);
  const later = await new Local({ dataDir, clock, faults: /./ }).start();
  try {
    load.connect(later);
    await load.rows('VACUUM contended');
    return { orphansLeft: await load.orphans(), objects: (await load.objects('contended/')).length };
  } finally {
    await later.close();
  }
}
