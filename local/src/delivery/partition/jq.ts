import { join } from 'node:path';
import { WorkerEnded, WorkerNotStarted, WorkerThread } from '../worker-thread';
import { type JqAnswer, type JqAsk, type JqResult, NO_OBJECT } from './jq-program';

export type { JqResult } from './jq-program';

/** Milliseconds for a query's first document; it needs microseconds. */
const TIME_FOR_ONE_MS = 1_000;
/** Milliseconds for each further document. */
const TIME_FOR_EACH_MS = 1;
/**
 * Number of documents beyond the time limit after which the others of a run get less: the query is probably endless.
 */
const PATIENCE = 3;
const TIME_WITHOUT_PATIENCE_MS = 100;
/** Time limit of a run, after which the remaining documents fail: the stream must go on. */
const RUN_MS = 30_000;
/** MB of a thread's JavaScript heap; jq itself has 256 MiB of its own. */
const HEAP_MB = 128;

interface Run {
  readonly query: string;
  readonly endsAt: number;
  /** Number of documents that exceeded the time limit. */
  late: number;
}

/**
 * Runs the queries of dynamic partitioning in a thread of its own, which can be ended if one loops or exhausts the
 * memory. The document that caused it fails alone: it is found by halving.
 */
export class JqRunner {
  private readonly thread = new WorkerThread<JqAsk, JqAnswer>(join(__dirname, 'jq-worker'), HEAP_MB);

  /** @returns a result for each document @throws WorkerNotStarted */
  async run(query: string, documents: readonly string[]): Promise<readonly JqResult[]> {
    if (documents.length === 0) return [];
    return this.part({ query, endsAt: performance.now() + RUN_MS, late: 0 }, documents);
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  private async part(run: Run, documents: readonly string[]): Promise<readonly JqResult[]> {
    if (performance.now() > run.endsAt) {
      const error = `the query took more than ${RUN_MS / 1000} s for the records before this one`;
      return documents.map(() => ({ error }));
    }
    const answer = await this.ask(run, documents);
    if ('results' in answer) return answer.results;
    if (answer.invalid !== '') return documents.map(() => ({ error: answer.invalid }));
    if (documents.length === 1) return [{ error: answer.stray === '' ? NO_OBJECT : answer.stray }];
    const middle = documents.length >> 1;
    const first = await this.part(run, documents.slice(0, middle));
    return [...first, ...(await this.part(run, documents.slice(middle)))];
  }

  private async ask(run: Run, documents: readonly string[]): Promise<JqAnswer> {
    const forOne = run.late >= PATIENCE ? TIME_WITHOUT_PATIENCE_MS : TIME_FOR_ONE_MS;
    const within = forOne + TIME_FOR_EACH_MS * (documents.length - 1);
    try {
      return await this.thread.ask({ query: run.query, documents }, { within });
    } catch (error) {
      if (error instanceof WorkerNotStarted) throw error;
      // A failure in jq may have left it in any state.
      await this.thread.close();
      const isLate = error instanceof WorkerEnded && error.reason === 'time';
      if (isLate && documents.length === 1) run.late++;
      return {
        invalid: '',
        stray: isLate ? `the query took more than ${within} ms` : 'the query took too much memory',
      };
    }
  }
}
