import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { QueryStatistics, QueryStatus } from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud, State } from '../../../core/cloud';
import { OwnedTable } from '../../../core/owned-table';
import type { Owner } from '../../../core/owner';
import { EVENT_OVERHEAD_BYTES } from '../constraints';
import { queryNotFound } from '../errors';
import { type ReadEvent, readMerged, retainedRange } from '../events';
import { LogsState } from '../state';
import type { Command } from './ast';
import { type Field, Pipeline } from './pipeline';
import { Row } from './row';

/** A query in the store. */
export interface StoredQuery {
  readonly id: string;
  readonly text: string;
  readonly groups: readonly string[];
  /** Epoch milliseconds; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly limit: number;
  readonly status: QueryStatus;
  readonly createTime: number;
  readonly statistics: QueryStatistics;
  /** Compressed JSON, once it is complete. */
  readonly results?: Buffer;
}

/** Retention of queries ("CloudWatch Logs quotas"), and longest run. */
const KEPT_MS = 7 * 86_400_000;
const MAX_RUN_MS = 60 * 60_000;
const MAX_RUNNING = 4;
/** Events processed before other requests have their turn. */
const AT_ONCE = 1_000;
const NO_STATISTICS: QueryStatistics = { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 };
const [compress, expand] = [promisify(gzip), promisify(gunzip)];

interface Active {
  readonly owner: Owner;
  query: StoredQuery;
  cancelled: boolean;
}

/** Runs Insights queries in the background, a few at once; the only owner of the table `logs.queries`. */
export class InsightsRunner implements State {
  static readonly uses = [LogsState];
  private readonly queries: OwnedTable<StoredQuery>;
  private readonly active = new Map<string, Active>();
  private readonly waiting: [Active, readonly Command[]][] = [];
  private readonly running = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly cloud: Cloud) {
    this.queries = new OwnedTable(cloud.store, 'logs.queries');
  }

  async start(
    owner: Owner,
    given: Omit<StoredQuery, 'status' | 'statistics' | 'createTime'>,
    commands: readonly Command[],
  ): Promise<void> {
    const createTime = this.cloud.clock.now();
    const query: StoredQuery = { ...given, createTime, status: 'Scheduled', statistics: NO_STATISTICS };
    for (const old of [...this.queries.list(owner)]) {
      if (old.createTime < createTime - KEPT_MS) this.queries.remove(owner, old.id);
    }
    await this.queries.put(owner, [query.id], query);
    const active = { owner, query, cancelled: false };
    this.active.set(query.id, active);
    this.waiting.push([active, commands]);
    this.advance();
  }

  /** @throws AwsError `ResourceNotFoundException` */
  find(owner: Owner, id: string): StoredQuery {
    const stored = this.queries.get(owner, id);
    if (stored === undefined) throw queryNotFound();
    return this.current(stored);
  }

  /** Lists queries, newest first. */
  list(owner: Owner): StoredQuery[] {
    const all = [...this.queries.list(owner)].map((query) => this.current(query));
    return all.sort((a, b) => b.createTime - a.createTime || (a.id < b.id ? -1 : 1));
  }

  async results({ results }: StoredQuery): Promise<Field[][]> {
    return results === undefined ? [] : (JSON.parse((await expand(results)).toString('utf8')) as Field[][]);
  }

  /** Stops a query. @returns whether it was running @throws AwsError `ResourceNotFoundException` */
  stop(owner: Owner, id: string): boolean {
    this.find(owner, id);
    const active = this.active.get(id);
    if (active !== undefined) active.cancelled = true;
    return active !== undefined;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.running);
  }

  /** The current state of a query: one that an earlier run left unfinished has failed. */
  private current(query: StoredQuery): StoredQuery {
    const active = this.active.get(query.id);
    if (active !== undefined) return active.query;
    return query.status === 'Scheduled' ? { ...query, status: 'Failed' } : query;
  }

  private advance(): void {
    while (!this.closed && this.running.size < MAX_RUNNING) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      const run: Promise<void> = this.run(...next)
        .catch((error: unknown) => this.cloud.options.log(`A query of CloudWatch Logs Insights failed: ${error}`))
        .finally(() => {
          this.active.delete(next[0].query.id);
          this.running.delete(run);
          this.advance();
        });
      this.running.add(run);
    }
  }

  private async run(active: Active, commands: readonly Command[]): Promise<void> {
    active.query = { ...active.query, status: 'Running' };
    let end: Pick<StoredQuery, 'status' | 'results'>;
    try {
      end = await this.execute(active, commands);
    } catch (error) {
      this.cloud.options.log(
        `Query ${active.query.id} of CloudWatch Logs Insights failed: ${(error as Error).message}`,
      );
      end = { status: 'Failed' };
    }
    // A query that closing interrupts stays stored as unfinished.
    if (!this.closed) await this.queries.put(active.owner, [active.query.id], { ...active.query, ...end });
  }

  private async execute(
    active: Active,
    commands: readonly Command[],
  ): Promise<Pick<StoredQuery, 'status' | 'results'>> {
    const { owner, query } = active;
    const now = this.cloud.clock.now();
    const state = this.cloud.state(LogsState);
    const pipeline = new Pipeline(commands, query.limit, now);
    let [scanned, bytes] = [0, 0];
    for (const name of query.groups) {
      const group = state.groups.get(owner, name);
      if (group === undefined) continue;
      const range = retainedRange(group, now, query.start, query.end);
      let last: ReadEvent | undefined;
      do {
        const streams = [...state.streams.list(owner, [name])];
        const events = firstOf(readMerged(state, streams, range, last), AT_ONCE);
        for (const event of events) {
          bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
          pipeline.add(new Row(event, `${owner.accountId}:${name}`, new Map()));
        }
        scanned += events.length;
        active.query = { ...active.query, statistics: statisticsOf(pipeline, scanned, bytes) };
        last = events.length === AT_ONCE ? events.at(-1) : undefined;
        await turn();
        if (active.cancelled || this.closed) return { status: 'Cancelled' };
        if (this.cloud.clock.now() - now > MAX_RUN_MS) return { status: 'Timeout' };
      } while (last !== undefined);
    }
    const results = await compress(JSON.stringify(pipeline.finish()));
    active.query = { ...active.query, statistics: statisticsOf(pipeline, scanned, bytes) };
    return active.cancelled ? { status: 'Cancelled' } : { status: 'Complete', results };
  }
}

function firstOf<T>(all: Generator<T>, count: number): T[] {
  const found: T[] = [];
  // Leaving the loop ends the generator, and closes its cursors.
  for (const each of all) if (found.push(each) === count) break;
  return found;
}

function statisticsOf({ matched }: Pipeline, recordsScanned: number, bytesScanned: number): QueryStatistics {
  return { recordsMatched: matched, recordsScanned, bytesScanned };
}
