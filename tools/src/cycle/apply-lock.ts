import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal } from '../shared/errors';
import type { CycleOptions } from './project';

/**
 * Runs work under the lock of applies and destroys of the stack in this checkout, or in the folder that `--synth-out` names;
 * refuses if another one holds it. Terraform's own lock of the state is taken later, and holds across checkouts and
 * machines.
 */
export async function withApplyLock<T>(
  { projectDir, outDir }: Pick<CycleOptions, 'projectDir' | 'outDir'>,
  stack: string,
  work: () => Promise<T>,
): Promise<T> {
  const place = outDir === undefined ? path.join('.lakehouse', stack) : `${outDir}.${stack}`;
  const file = path.resolve(projectDir, `${place}.lock`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  take(file, stack);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function take(file: string, stack: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readIfThere(file));
    if (holder > 0 && isRunning(holder)) {
      throw new Refusal(
        `another apply or destroy of ${stack} is running (process ${holder}): wait until it has ended.`,
      );
    }
    // A stale lock: its process was killed.
    fs.rmSync(file, { force: true });
  }
  throw new Refusal(`another apply or destroy of ${stack} has just begun: wait until it has ended.`);
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process runs, as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
