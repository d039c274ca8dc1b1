import { setTimeout as pause } from 'node:timers/promises';
import type { Table, TableKey } from '../store/store';
import type { Cloud } from './cloud';

/** Work for a later time. */
export interface Due {
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
}

const AT_ONCE = 10;
const LONGEST_TIMER_MS = 60_000;
/** Pause after a fault, such as a full disk: work repeated at once would do nothing but fail and log. */
const FAULT_PAUSE_MS = 1_000;

/**
 * Works through the rows of a table, each when it is due, until its work has removed or postponed it: each is done at
 * least once, however often the endpoint is killed.
 */
export class Outbox<V extends Due> {
  private readonly running = new Map<TableKey, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();

  /**
   * @param title name of the work in the endpoint's log, for faults
   * @param work removes its row from the table, or puts it back with a later time
   */
  constructor(
    private readonly cloud: Cloud,
    private readonly table: Table<V>,
    private readonly title: string,
    private readonly work: (key: TableKey, value: V) => Promise<void>,
  ) {}

  /** Starts on new rows, and on those left from an earlier run. */
  wake(): void {
    this.schedule(0);
  }

  /** Waits for work in progress, and starts no more. */
  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.timer);
    await Promise.all(this.running.values());
  }

  private schedule(ms: number): void {
    if (this.closing.signal.aborted) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.runDue(), ms);
    this.timer.unref();
  }

  private runDue(): void {
    const now = this.cloud.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { key, value } of this.table.getRange({})) {
      // The end of one starts the next.
      if (this.running.size >= AT_ONCE) return;
      if (this.running.has(key)) continue;
      if (value.notBefore > now) next = Math.min(next, value.notBefore);
      else this.run(key, value);
    }
    if (next !== Number.POSITIVE_INFINITY) this.schedule(Math.min(next - now, LONGEST_TIMER_MS));
  }

  private run(key: TableKey, value: V): void {
    const { signal } = this.closing;
    const ended = this.work(key, value)
      .catch(async (error: unknown) => {
        this.cloud.options.log(`${this.title} failed: ${error}`);
        await pause(FAULT_PAUSE_MS, undefined, { ref: false, signal }).catch(() => {});
      })
      .finally(() => {
        this.running.delete(key);
        this.schedule(0);
      });
    this.running.set(key, ended);
  }
}
