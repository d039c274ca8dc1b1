import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { extname, join } from 'node:path';
import { QueryError } from '../errors';
import type { HostCall } from '../statement-protocol';
import { errorOf, outcomeOf } from './carried-errors';
import type { Answer, Ask, FromWorker, JobKind, ToWorker, WorkerSettings } from './protocol';

const KIND = extname(__filename);
const ENTRY = join(__dirname, '..', 'worker', `main${KIND}`);
/** Node's arguments for TypeScript sources, through the repo's loader; compiled files need none. */
const LOADER = KIND === '.ts' ? ['--import', 'tsx'] : [];
/** MB of a worker's JavaScript heap: rows on their way to a file, and lists of tables' files. */
const HEAP_MB = 256;
/** Nice value of workers: ingest takes precedence over queries when CPU is scarce. */
const PRIORITY = 10;
const KEPT_STDERR = 2_000;

/** Answers a job's calls to the endpoint. */
export type Host = (call: HostCall) => Promise<unknown>;

interface Pending {
  readonly host: Host | undefined;
  resolve(answer: Answer<JobKind>): void;
  reject(error: unknown): void;
}

/** The death of a worker that the endpoint didn't end. */
export class WorkerDied extends Error {}

/** A process that runs the engine. It does one job at a time, and can be killed at any moment. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private stderr = '';
  private killedFor: unknown;
  private gone = false;
  readonly ended: Promise<void>;

  constructor(settings: WorkerSettings) {
    this.child = fork(ENTRY, [JSON.stringify(settings)], {
      execArgv: [...LOADER, `--max-old-space-size=${HEAP_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (text: Buffer) => {
      this.stderr = (this.stderr + text).slice(-KEPT_STDERR);
    });
    this.child.on('message', (message: FromWorker) => this.receive(message));
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => this.end(error, resolve));
      this.child.on('exit', (code, signal) => this.end(this.killedFor ?? this.deathOf(code, signal), resolve));
    });
    this.lowerPriority();
    // An idle worker must not keep the endpoint's process alive.
    this.child.unref();
    this.child.channel?.unref();
    (this.child.stderr as { unref?(): void } | null)?.unref?.();
  }

  get alive(): boolean {
    return !this.gone;
  }

  get busy(): boolean {
    return this.pending.size > 0;
  }

  /** Runs a job. @throws QueryError in Athena's words, or Error in the engine's; the reason given to {@link kill} */
  ask<K extends JobKind>(kind: K, ask: Ask<K>, host?: Host): Promise<Answer<K>> {
    return new Promise((resolve, reject) => {
      if (this.gone) return reject(this.killedFor ?? new WorkerDied('The worker has ended.'));
      const id = this.nextId++;
      this.pending.set(id, { resolve: resolve as Pending['resolve'], reject, host });
      this.send({ id, kind, ask });
    });
  }

  /** Interrupts the engine's job; it may not react for long. */
  interrupt(): void {
    if (!this.gone) this.send({ interrupt: true });
  }

  /** Ends the process at once. @param reason the running job's failure */
  kill(reason: unknown): void {
    this.killedFor ??= reason;
    this.child.kill('SIGKILL');
  }

  private send(message: ToWorker): void {
    // A failed send is ignored: the process has ended, and its exit is handled.
    this.child.send(message, () => {});
  }

  private receive(message: FromWorker): void {
    const job = this.pending.get(message.id);
    if ('call' in message) return void this.answer(message.call, message.ask, job?.host);
    this.pending.delete(message.id);
    if ('answer' in message) job?.resolve(message.answer);
    else job?.reject(errorOf(message.failure));
  }

  private async answer(call: number, ask: HostCall, host: Host | undefined): Promise<void> {
    const outcome = await outcomeOf(async () => host?.(ask));
    if (!this.gone) this.send({ call, ...outcome });
  }

  private end(reason: unknown, resolve: () => void): void {
    this.gone = true;
    for (const { reject } of this.pending.values()) reject(reason);
    this.pending.clear();
    resolve();
  }

  /**
   * The error of a worker's death. Too much memory: a worker kills itself, the system kills it, or a failed allocation
   * aborts it.
   */
  private deathOf(code: number | null, signal: NodeJS.Signals | null): Error {
    if (signal === 'SIGKILL' || signal === 'SIGABRT' || /heap out of memory|bad_alloc/.test(this.stderr)) {
      return exhausted();
    }
    return new WorkerDied(`The query's process ended with ${signal ?? code}: ${this.stderr.trim()}`);
  }

  private lowerPriority(): void {
    try {
      if (this.child.pid !== undefined) setPriority(this.child.pid, PRIORITY);
    } catch {
      // Without permission to change it, the worker keeps the endpoint's priority.
    }
  }
}

/** Athena's error for a query that needs more memory than there is. */
export const exhausted = () =>
  new QueryError('EXCEEDED_LOCAL_MEMORY_LIMIT', 'Query exhausted resources at this scale factor');
