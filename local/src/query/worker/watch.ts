import { Worker } from 'node:worker_threads';

const EVERY_MS = 20;

/** Its own text: a thread of this size needs no module to be found and loaded. */
const WATCH = `
  const { workerData: bound } = require('node:worker_threads');
  const parent = process.ppid;
  setInterval(() => {
    if (process.memoryUsage.rss() > bound || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, ${EVERY_MS});
`;

/**
 * Kills this process once it has more memory than the bound, or no parent any more. A thread of its own looks, which
 * no long call into the engine holds up.
 * @param bound bytes
 */
export function watchProcess(bound: number): void {
  new Worker(WATCH, { eval: true, execArgv: [], workerData: bound }).unref();
}
