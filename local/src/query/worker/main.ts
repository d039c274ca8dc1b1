import { errorOf, outcomeOf } from '../engine/carried-errors';
import type { FromWorker, Outcome, ToWorker, WorkerSettings } from '../engine/protocol';
import type { HostCall } from '../statement-protocol';
import { JobRunner } from './jobs';
import { watchProcess } from './watch';

/** The process that runs queries: the endpoint starts it, sends jobs over IPC, and kills it. */
function main({ memoryBound, ...folders }: WorkerSettings): void {
  watchProcess(memoryBound);
  const jobs = new JobRunner(folders);
  const calls = new Calls();
  process.on('message', (message: ToWorker) => {
    if ('interrupt' in message) return jobs.interrupt();
    if ('call' in message) return calls.end(message.call, message);
    const { id, kind, ask } = message;
    const host = (asked: HostCall) => calls.begin(id, asked);
    outcomeOf(() => jobs.run(kind, ask, host)).then((outcome) => send({ id, ...outcome }));
  });
  process.on('disconnect', () => process.exit());
  // Signals are ignored: a terminal's Ctrl-C reaches the whole process group, and the endpoint decides when its workers
  // end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

const send = (message: FromWorker) => process.send?.(message);

/** Calls of jobs to the endpoint. */
class Calls {
  private readonly pending = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  private next = 0;

  /** Begins a call. @param id the job's */
  begin(id: number, ask: HostCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = this.next++;
      this.pending.set(call, { resolve, reject });
      send({ id, call, ask });
    });
  }

  end(call: number, outcome: Outcome<unknown>): void {
    const found = this.pending.get(call);
    this.pending.delete(call);
    if ('answer' in outcome) found?.resolve(outcome.answer);
    else found?.reject(errorOf(outcome.failure));
  }
}

main(JSON.parse(process.argv[2] as string) as WorkerSettings);
