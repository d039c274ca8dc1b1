import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cloud, State } from '../../core/cloud';
import { QueryError } from '../errors';
import type { Answer, Ask, JobKind } from './protocol';
import { type Host, WorkerDied, WorkerProcess } from './worker-process';

/** Most bytes of a worker's memory: the engine's own limit, its process, and rows on their way to a file. */
const MEMORY_BOUND = 640 * 1024 * 1024;
/** Milliseconds for an engine to follow an interrupt before its process is killed. */
const HEED_MS = 250;
/** Idle time after which workers beyond the first are ended. */
const IDLE_MS = 30_000;

/**
 * Runs the SQL of Athena's queries outside of this process, so that no query can take its memory, block it or crash it.
 * One worker is kept warm after the first query; further ones run while queries do.
 */
export class QueryEngine implements State {
  /** Folder of results and files being written; emptied at every start. */
  readonly tempDir: string;
  private readonly idle: { readonly worker: WorkerProcess; readonly timer: NodeJS.Timeout }[] = [];
  private readonly all = new Set<WorkerProcess>();
  private closed = false;

  constructor(private readonly cloud: Cloud) {
    this.tempDir = resolve(cloud.options.dataDir, 'queries');
    rmSync(this.tempDir, { recursive: true, force: true });
    mkdirSync(join(this.tempDir, 'spill'), { recursive: true });
  }

  /** Starts a worker, if there is none, for an expected query. */
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
      // Links of a killed worker: they keep the disk space of objects deleted since.
      rmSync(linksDir, { recursive: true, force: true });
    });
    return worker;
  }

  /** Ends an idle worker, unless it is the last. */
  private retire(entry: { readonly worker: WorkerProcess }): void {
    if (this.idle.length === 1) return;
    this.idle.splice(this.idle.indexOf(entry as (typeof this.idle)[number]), 1);
    entry.worker.kill(new WorkerDied('The worker was idle.'));
  }
}

/** Runs a statement's SQL. */
export type Engine = Pick<EngineSession, 'run' | 'folder'>;

/** One statement's use of the engine: a worker of its own, from its first job to its end. */
export class EngineSession {
  private worker: WorkerProcess | undefined;
  private scratch: string | undefined;
  private stopped: { readonly reason: unknown } | undefined;

  constructor(private readonly engine: QueryEngine) {}

  /**
   * Runs a job.
   * @throws QueryError in Athena's words for exhausted resources or a dead worker; Error in the engine's own words, to
   * be translated; the reason given to {@link stop}
   * @param host answers the job's calls. @default for a job without calls
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

  /** Ends the running job and refuses others. @param reason the statement's failure */
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

  /** Creates the folder of this statement, deleted with it. */
  folder(): string {
    this.scratch ??= mkdtempSync(join(this.engine.tempDir, 'files-'));
    return this.scratch;
  }

  /** Returns the worker, and deletes the folder. */
  release(): void {
    if (this.scratch !== undefined) rmSync(this.scratch, { recursive: true, force: true });
    this.scratch = undefined;
    if (this.worker !== undefined) this.engine.giveBack(this.worker);
    this.worker = undefined;
  }
}
