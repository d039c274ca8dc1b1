import type { FromWorker, ToWorker, WorkerSettings } from '../engine/protocol';
import { QueryError } from '../errors';
import { JobRunner } from './jobs';
import { watchProcess } from './watch';

/** The process that runs queries for the endpoint, which starts it, asks it over IPC, and kills it. */
function main({ memoryBound, ...folders }: WorkerSettings): void {
  watchProcess(memoryBound);
  const jobs = new JobRunner(folders);
  const send = (message: FromWorker) => process.send?.(message);
  process.on('message', (message: ToWorker) => {
    if ('interrupt' in message) return jobs.interrupt();
    const { id, kind, ask } = message;
    jobs.run(kind, ask).then(
      (answer) => send({ id, answer }),
      (error: Error) =>
        send(
          error instanceof QueryError ? { id, error: error.detail, code: error.code } : { id, error: error.message },
        ),
    );
  });
  process.on('disconnect', () => process.exit());
  // A terminal's Ctrl-C reaches the whole group: the endpoint decides when its workers end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

main(JSON.parse(process.argv[2] as string) as WorkerSettings);
