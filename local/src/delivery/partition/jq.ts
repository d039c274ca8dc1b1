import { join } from 'node:path';
import { WorkerEnded, WorkerNotStarted, WorkerThread } from '../worker-thread';
import { type JqAnswer, type JqAsk, type JqResult, NO_OBJECT } from './jq-program';

export type { JqResult } from './jq-program';

/** Time that a query has for one document, in milliseconds; it needs microseconds. */
const TIME_FOR_ONE_MS = 1_000;
/** What each further document adds. */
const TIME_FOR_EACH_MS = 1;
/** Once this many documents of a run had no more time, the others get less: the query hardly ends by itself. */
const PATIENCE = 3;
const TIME_WITHOUT_PATIENCE_MS = 100;
/** Time of a run, after which what isn't done fails: the stream goes on. */
const RUN_MS = 30_000;
/** JavaScript's memory of a thread; jq itself has 256 MiB of its own. */
const HEAP_MB = 128;

interface Run {
  readonly query: string;
  readonly endsAt: number;
  /** Documents that had no more time. */
  late: number;
}

/**
 * Runs the queries of a delivery stream's dynamic partitioning in a thread of its own, where one that loops or takes
 * all the memory can be ended. The document that it did so for fails, alone: it is found by halving.
 */
export class JqRunner {
  private readonly thread = new WorkerThread<JqAsk, JqAnswer>(join(__dirname, 'jq-worker'), HEAP_MB);

  /** @returns a result for each document. @throws WorkerNotStarted */
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
      // What failed in jq may have left it in any state.
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
