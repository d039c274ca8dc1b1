import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cloud, State } from '../../core/cloud';
import { QueryError } from '../errors';
import type { Answer, Ask, JobKind } from './protocol';
import { type Host, WorkerDied, WorkerProcess } from './worker-process';

/** Bytes that a worker may have in memory: the engine's own limit, its process, and rows on their way to a file. */
const MEMORY_BOUND = 640 * 1024 * 1024;
/** Time that an engine is given to heed an interrupt before its process is killed. */
const HEED_MS = 250;
/** Workers beyond the first are ended when they were idle for so long. */
const IDLE_MS = 30_000;

/**
 * Runs the SQL of Athena's queries outside of this process, so that none takes its memory, its threads or its life.
 * A worker is kept warm from the first query on; there are as many as queries run at once.
 */
export class QueryEngine implements State {
  /** Folder for results and files that are being written; emptied at every start. */
  readonly tempDir: string;
  private readonly idle: { readonly worker: WorkerProcess; readonly timer: NodeJS.Timeout }[] = [];
  private readonly all = new Set<WorkerProcess>();
  private closed = false;

  constructor(private readonly cloud: Cloud) {
    this.tempDir = resolve(cloud.options.dataDir, 'queries');
    rmSync(this.tempDir, { recursive: true, force: true });
    mkdirSync(join(this.tempDir, 'spill'), { recursive: true });
  }

  /** Starts a worker, if there is none, for a query that comes soon. */
  warm(): void {
    if (!this.closed && ![...this.all].some(({ alive }) => alive)) this.giveBack(this.start());
  }

  take(): WorkerProcess {
    const found = this.idle.pop();
    clearTimeout(found?.timer);
    return found?.worker.alive === true ? found.worker : this.start();
  }

  giveBack(worker: WorkerProcess): void {
    if (!worker.alive || this.closed) {
      worker.kill(new WorkerDied('The endpoint ends.'));
      this.warm();
      return;
    }
    const entry = { worker, timer: setTimeout(() => this.retire(entry), IDLE_MS).unref() };
    this.idle.push(entry);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const worker of this.all) worker.kill(new WorkerDied('The endpoint ends.'));
    await Promise.all([...this.all].map(({ ended }) => ended));
  }

  log(line: string): void {
    this.cloud.options.log(line);
  }

  private start(): WorkerProcess {
    const linksDir = mkdtempSync(join(this.tempDir, 'links-'));
    const worker = new WorkerProcess({ spillDir: join(this.tempDir, 'spill'), linksDir, memoryBound: MEMORY_BOUND });
    this.all.add(worker);
    worker.ended.then(() => {
      this.all.delete(worker);
      // A worker that was killed leaves links, which keep the room of objects that were deleted since.
      rmSync(linksDir, { recursive: true, force: true });
    });
    return worker;
  }

  /** All but one. */
  private retire(entry: { readonly worker: WorkerProcess }): void {
    if (this.idle.length === 1) return;
    this.idle.splice(this.idle.indexOf(entry as (typeof this.idle)[number]), 1);
    entry.worker.kill(new WorkerDied('The worker was idle.'));
  }
}

/** What runs a statement's SQL. */
export type Engine = Pick<EngineSession, 'run' | 'folder'>;

/** One statement's use of the engine: a worker for as long as it lasts, from its first job on. */
export class EngineSession {
  private worker: WorkerProcess | undefined;
  private scratch: string | undefined;
  private stopped: { readonly reason: unknown } | undefined;

  constructor(private readonly engine: QueryEngine) {}

  /**
   * @throws QueryError in Athena's words: of exhausted resources, of a worker that died; Error in the engine's own
   * words, to be translated; what {@link stop} was told.
   * @param host answers what the job asks of the endpoint. @default a job that asks nothing
   */
  async run<K extends JobKind>(kind: K, ask: Ask<K>, host?: Host): Promise<Answer<K>> {
    this.check();
    this.worker ??= this.engine.take();
    try {
      return await this.worker.ask(kind, ask, host);
    } catch (error) {
      this.check();
      if (!(error instanceof WorkerDied)) throw error;
      this.engine.log(error.message);
      throw new QueryError('GENERIC_INTERNAL_ERROR', 'The query ended the process that it ran in');
    }
  }

  /** Ends what runs, and lets nothing else begin. @param reason what the statement fails with. */
  stop(reason: unknown): void {
    if (this.stopped !== undefined) return;
    this.stopped = { reason };
    const { worker } = this;
    if (worker === undefined) return;
    worker.interrupt();
    setTimeout(() => {
      if (this.worker === worker && worker.busy) worker.kill(reason);
    }, HEED_MS).unref();
  }

  private check(): void {
    if (this.stopped !== undefined) throw this.stopped.reason;
  }

  /** A folder of this statement's own, gone with it. */
  folder(): string {
    this.scratch ??= mkdtempSync(join(this.engine.tempDir, 'files-'));
    return this.scratch;
  }

  /** Gives the worker back, and removes the folder. */
  release(): void {
    if (this.scratch !== undefined) rmSync(this.scratch, { recursive: true, force: true });
    this.scratch = undefined;
    if (this.worker !== undefined) this.engine.giveBack(this.worker);
    this.worker = undefined;
  }
}
