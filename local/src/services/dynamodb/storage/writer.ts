import { AwsError } from '../../../core/errors';
import type { Store } from '../../../store/store';

interface Job {
  readonly work: () => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly result: unknown } | { readonly error: AwsError };

/** Jobs of one commit: enough to share its cost, few enough for others to be answered in between. */
const MAX_JOBS = 256;

/**
 * Runs all changes of items one after the other, many to a commit: each sees what the ones before it wrote, and is
 * acknowledged when its commit is durable. So single writes and transactions are serializable by construction.
 */
export class Writer {
  private jobs: Job[] = [];
  private running: Promise<void> | undefined;

  /**
   * @param atEnd run in each commit after its jobs, for what is counted over many of them.
   * @param committed run after each commit.
   */
  constructor(
    private readonly store: Store,
    private readonly atEnd: () => void,
    private readonly committed: () => void,
  ) {}

  /**
   * Runs synchronous work in a commit. It must have checked all before its first write: an {@link AwsError} is its
   * own failure alone.
   */
  submit<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.jobs.push({ work, resolve, reject });
      this.running ??= this.run();
    });
  }

  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async run(): Promise<void> {
    // Requests that arrived together go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.jobs.length > 0) {
      const jobs = this.jobs.splice(0, MAX_JOBS);
      try {
        const outcomes = await this.store.transaction(() => {
          const done = jobs.map(({ work }) => outcomeOf(work));
          this.atEnd();
          return done;
        });
        this.committed();
        outcomes.forEach((outcome, index) => {
          const { resolve, reject } = jobs[index] as Job;
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.result as never);
        });
      } catch (error) {
        for (const { reject } of jobs) reject(error);
      }
    }
    // At once, not in a later turn: a job that comes in between would wait for ever.
    this.running = undefined;
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
