import { setImmediate as nextTurn } from 'node:timers/promises';
import { AwsError } from '../../../core/errors';
import type { Store } from '../../../store/store';
import type { Items, TakenWrites } from './items';

interface Job {
  readonly work: () => unknown;
  /** Whether the work, in the current state, writes items alone. */
  readonly isItemsAlone: () => boolean;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly result: unknown } | { readonly error: AwsError };

/** Most jobs of one commit: enough to share its cost, few enough to answer other requests in between. */
const MAX_JOBS = 256;
/**
 * Longest wait, and most items, of journaled writes for a commit: a rare commit writes each page once for many items.
 */
const WAIT_MS = 250;
const MOST_WRITES = 16_384;
const MOST_CHARS = 8 * 1024 * 1024;
/** Multiple of the limits from which writes wait for the commit. */
const TOO_MUCH = 4;
const RETRY_MS = 1_000;

/**
 * Runs all changes of items one after the other: each sees the writes before it, which makes writes and transactions
 * serializable. A job that writes only items is acknowledged once the journal holds it, others once their
 * commit is durable; many jobs share a journal write or a commit.
 */
export class Writer {
  private jobs: Job[] = [];
  private running: Promise<void> | undefined;
  private committing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param atEnd runs in each commit after its jobs, for counts over many of them
   * @param committed runs after each commit
   * @param failed called with the error of a commit, after which items stay in the journal longer
   */
  constructor(
    private readonly store: Store,
    private readonly items: Items,
    private readonly atEnd: () => void,
    private readonly committed: () => void,
    private readonly failed: (error: Error) => void,
  ) {}

  /**
   * Runs synchronous work in a commit. It must check everything before its first write: an {@link AwsError} fails this
   * work only.
   * @param isItemsAlone called when the work's turn comes. @default never
   */
  submit<T>(work: () => T, isItemsAlone: () => boolean = () => false): Promise<T> {
    return new Promise((resolve, reject) => {
      this.jobs.push({ work, isItemsAlone, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves once all is written, and the store has the journal's writes. */
  async idle(): Promise<void> {
    while (this.running !== undefined || this.committing !== undefined) await (this.running ?? this.committing);
    if (this.items.backlog.writes > 0) await this.commit([]).catch(this.failed);
    await this.committing;
    clearTimeout(this.timer);
    this.items.close();
  }

  private async run(): Promise<void> {
    // Requests that arrived together share a commit.
    await nextTurn();
    while (this.jobs.length > 0) {
      const other = this.isBehind() ? 0 : this.jobs.findIndex(({ isItemsAlone }) => !isItemsAlone());
      if (other !== 0) {
        this.journal(this.jobs.splice(0, other === -1 ? this.jobs.length : other));
        continue;
      }
      // Writes that another commit is moving can't be read in a transaction until it is done.
      while (this.committing !== undefined) await this.committing;
      const jobs = this.jobs.splice(0, MAX_JOBS);
      await this.commit(jobs).catch((error: unknown) => {
        for (const { reject } of jobs) reject(error);
      });
    }
    // Synchronously: a job that arrives before a later turn would wait forever.
    this.running = undefined;
  }

  private isBehind(): boolean {
    const { writes, chars } = this.items.backlog;
    return writes > TOO_MUCH * MOST_WRITES || chars > TOO_MUCH * MOST_CHARS;
  }

  private journal(jobs: readonly Job[]): void {
    try {
      this.store.disk.checkMetadata();
      const outcomes = this.items.journaled(() => jobs.map(({ work }) => outcomeOf(work)));
      answer(jobs, outcomes);
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
    this.takeInLater();
  }

  /** Schedules a commit of the journal's writes. @param pause milliseconds after a failed commit */
  private takeInLater(pause = 0): void {
    const { writes, chars } = this.items.backlog;
    if (writes === 0) return;
    this.commitLater(pause > 0 ? pause : writes > MOST_WRITES || chars > MOST_CHARS ? 0 : WAIT_MS);
  }

  /** Commits the journal's writes, while more arrive. */
  private commitLater(ms: number): void {
    if (ms > 0) {
      this.timer ??= setTimeout(() => this.commitLater(0), ms).unref();
      return;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    // The next commit moves them.
    if (this.committing !== undefined) return;
    this.commit([]).catch(this.failed);
  }

  private commit(jobs: readonly Job[]): Promise<void> {
    const work = this.commitAll(jobs);
    this.committing = work.then(
      () => this.afterCommit(0),
      () => this.afterCommit(RETRY_MS),
    );
    return work;
  }

  private afterCommit(pause: number): void {
    this.committing = undefined;
    this.takeInLater(pause);
  }

  private async commitAll(jobs: readonly Job[]): Promise<void> {
    let taken: TakenWrites | undefined;
    let outcomes: Outcome[];
    try {
      outcomes = await this.store.transaction(() => {
        taken = this.items.takeIn();
        const done = jobs.map(({ work }) => outcomeOf(work));
        this.atEnd();
        return done;
      });
    } catch (error) {
      taken?.failed();
      throw error;
    }
    taken?.committed();
    this.committed();
    answer(jobs, outcomes);
  }
}

function answer(jobs: readonly Job[], outcomes: readonly Outcome[]): void {
  for (const [index, outcome] of outcomes.entries()) {
    const { resolve, reject } = jobs[index] as Job;
    if ('error' in outcome) reject(outcome.error);
    else resolve(outcome.result as never);
  }
}

function outcomeOf(work: () => unknown): Outcome {
  try {
    return { result: work() };
  } catch (error) {
    if (error instanceof AwsError) return { error };
    throw error;
  }
}
