import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

const KIND = extname(__filename);
/** MB of the young generation of JavaScript's heap. */
const YOUNG_MB = 16;
/** Idle time after which a thread is ended. */
const IDLE_MS = 10_000;

/** A thread's answer to {@link WorkerThread.ask}. */
export type Reply<Answer> =
  | { readonly answer: Answer }
  | { readonly error: { readonly message: string; readonly code?: string | undefined } };

/** A thread that ended during its work: it exceeded its time or memory. */
export class WorkerEnded extends Error {
  constructor(readonly reason: 'time' | 'memory' | 'end') {
    super({ time: 'no more time', memory: 'no more memory', end: 'ended unexpectedly' }[reason]);
  }
}

/** The thread failed to start: a fault of the endpoint, not of the work. */
export class WorkerNotStarted extends Error {}

interface Running {
  readonly worker: Worker;
  readonly ready: Promise<void>;
}

/**
 * A thread for work that must not block the endpoint, with limits of time and memory. It is started on demand, ended
 * when it exceeds a limit, and restarted for the next work.
 */
export class WorkerThread<Ask, Answer> {
  private running: Running | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;
  private asked = 0;

  /**
   * @param entry path of the thread's module without extension; it calls `serve`
   * @param heapMegabytes most MB of its JavaScript heap
   */
  constructor(
    private readonly entry: string,
    private readonly heapMegabytes: number,
  ) {}

  /**
   * Runs one job, after earlier ones.
   * @param options.within milliseconds from the job's start. @default no limit
   * @throws WorkerEnded; Error with the thread's error's `code`
   */
  ask(ask: Ask, options: { readonly within?: number } = {}): Promise<Answer> {
    this.asked++;
    clearTimeout(this.idle);
    const result = this.last.then(() => this.work(ask, options.within));
    this.last = result.catch(() => {}).then(() => this.rest());
    return result;
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const { running } = this;
    this.running = undefined;
    await running?.worker.terminate();
  }

  private rest(): void {
    if (--this.asked > 0) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  private async work(ask: Ask, within: number | undefined): Promise<Answer> {
    this.running ??= this.start();
    const { worker, ready } = this.running;
    await ready.catch((error: unknown) => {
      this.running = undefined;
      throw new WorkerNotStarted(`A thread could not be started: ${(error as Error).message}`);
    });
    const reply = await this.reply(worker, ask, within);
    if ('answer' in reply) return reply.answer;
    throw Object.assign(
      new Error(reply.error.message),
      reply.error.code === undefined ? {} : { code: reply.error.code },
    );
  }

  private reply(worker: Worker, ask: Ask, within: number | undefined): Promise<Reply<Answer>> {
    return new Promise((resolve, reject) => {
      const timer = within === undefined ? undefined : setTimeout(() => end('time'), within);
      const settle = () => {
        clearTimeout(timer);
        worker
          .removeAllListeners('message')
          .removeAllListeners('error')
          .removeAllListeners('exit')
          .on('error', () => {});
      };
      const end = (reason: WorkerEnded['reason']) => {
        settle();
        this.running = undefined;
        void worker.terminate();
        reject(new WorkerEnded(reason));
      };
      worker.on('message', (reply: Reply<Answer>) => {
        settle();
        resolve(reply);
      });
      worker.on('error', (error) => end(reasonOf(error)));
      worker.on('exit', () => end('end'));
      worker.postMessage(ask);
    });
  }

  private start(): Running {
    const resourceLimits = { maxOldGenerationSizeMb: this.heapMegabytes, maxYoungGenerationSizeMb: YOUNG_MB };
    // Output of a program that aborts is discarded.
    const options = { execArgv: [], resourceLimits, stdout: true, stderr: true };
    const path = `${this.entry}${KIND}`;
    const worker =
      KIND === '.ts' ? new Worker(fromSources(path), { ...options, eval: true }) : new Worker(path, options);
    worker.stdout.resume();
    worker.stderr.resume();
    worker.unref();
    const ready = new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.on('error', reject);
      worker.once('exit', () => reject(new WorkerEnded('end')));
    });
    return { worker, ready };
  }
}

/** Loads TypeScript sources through the repo's loader; compiled files need none. */
function fromSources(path: string): string {
  return [require.resolve('tsx/cjs'), path].map((module) => `require(${JSON.stringify(module)});`).join('\n');
}

function reasonOf(error: Error & { code?: string }): WorkerEnded['reason'] {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'end';
}
