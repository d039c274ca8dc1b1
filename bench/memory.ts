import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 20;

/** Resident memory of a process, in MB; 0 once it has ended. Linux only, as the next ones. */
export function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Resident memory of a process and its own children, in MB. */
export function residentWithChildren(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + residentOf(each), 0);
}

/** Samples a process and its children until `peak` is called, in MB. */
export function watchMemory(pid: number): { peak(): number } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentWithChildren(pid));
  }, EVERY_MS);
  return {
    peak: () => {
      clearInterval(timer);
      return Math.round(most);
    },
  };
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
