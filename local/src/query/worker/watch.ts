import { Worker } from 'node:worker_threads';

const EVERY_MS = 20;

/** The thread's source as text: it needs no module to find and load. */
const WATCH = `
  const { workerData: bound } = require('node:worker_threads');
  const parent = process.ppid;
  setInterval(() => {
    if (process.memoryUsage.rss() > bound || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, ${EVERY_MS});
`;

/**
 * Kills this process once it exceeds the memory bound, or its parent is gone. A thread checks, which long calls into
 * the engine don't block.
 * @param bound bytes
 */
export function watchProcess(bound: number): void {
  new Worker(WATCH, { eval: true, execArgv: [], workerData: bound }).unref();
}
