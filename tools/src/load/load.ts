import type { AthenaClient, QueryExecution } from '@aws-sdk/client-athena';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { resultPages } from '../query/athena';
import { BATCH_ITEMS, BatchWriter, type NumberedItem } from './batch-writer';
import { type Item, itemMaker, keyShown, type RowResult } from './items';
import type { TableKey } from './table-key';

/** Source, target and limits of a load. */
export interface LoadOptions {
  readonly athena: AthenaClient;
  readonly dynamodb: DynamoDBClient;
  /** A query that succeeded. */
  readonly query: QueryExecution;
  readonly table: string;
  readonly key: TableKey;
  /** Whether items are made and checked, but not written. @default false */
  readonly dryRun?: boolean;
  /** Time without progress of a batch after which the load fails. @default 120,000 ms */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

/** Concurrent BatchWriteItem calls: enough to hide the network's latency, few enough for a small table. */
const PARALLEL = 8;
/** Items that a dry run prints. */
const SHOWN = 3;

/** Number of the rows that were refused for one reason, and the first of them. */
export interface Refused {
  rows: number;
  readonly firstRow: number;
}

/** Progress of a load, correct at any moment, even after a failure. */
export class Tally {
  /** Rows read from the result. */
  read = 0;
  /** Items written; in a dry run, items that would be. */
  written = 0;
  /** Calls repeated after throttling or a server error. */
  retries = 0;
  /** Rows that can't be items, by the reason. */
  readonly refused = new Map<string, Refused>();
  /** Rows with the key of an earlier row, which alone is written. */
  readonly again: { rows: number; key?: string; row?: number } = { rows: 0 };
  /** The first items. */
  readonly sample: Item[] = [];

  refuse(row: number, reason: string): void {
    const known = this.refused.get(reason);
    if (known === undefined) this.refused.set(reason, { rows: 1, firstRow: row });
    else known.rows++;
  }

  get refusedRows(): number {
    return [...this.refused.values()].reduce((sum, { rows }) => sum + rows, 0);
  }
}

/**
 * Writes a query's result as items of a table, 25 per call and a few calls at a time, while the result is read. An item
 * replaces the one with its key, so an interrupted load can be run again. Resolves when every item is written or
 * refused; the tally counts both.
 */
export async function load(options: LoadOptions): Promise<void> {
  const { athena, query, tally } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const writer = new BatchWriter({
    ...options,
    client: options.dynamodb,
    signal,
    onWritten: (count) => {
      tally.written += count;
    },
    onRefused: ({ row }, reason) => tally.refuse(row, reason),
    onRetry: () => {
      tally.retries++;
    },
  });
  const batches = batchesOf(resultPages(athena, query), options);
  const work = async () => {
    try {
      // All workers share one generator: a batch is read only when a worker is free to write it.
      for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
        signal.throwIfAborted();
        if (options.dryRun === true) tally.written += next.value.length;
        else await writer.write(next.value);
      }
    } catch (error) {
      ended.abort(error);
      throw error;
    }
  };
  const results = await Promise.allSettled(Array.from({ length: PARALLEL }, work));
  // The first failure aborted the other workers: their failures are consequences.
  if (ended.signal.aborted) throw ended.signal.reason;
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Groups items into batches without repeated keys; counts other rows in the tally. */
async function* batchesOf(
  pages: ReturnType<typeof resultPages>,
  { key, tally }: LoadOptions,
): AsyncGenerator<readonly NumberedItem[]> {
  let itemOf: ((row: readonly (string | null)[]) => RowResult) | undefined;
  const keys = new Set<string>();
  let batch: NumberedItem[] = [];
  for await (const { columns, rows } of pages) {
    itemOf ??= itemMaker(columns, key);
    for (const values of rows) {
      const row = ++tally.read;
      const made = itemOf(values);
      if (made.refused !== undefined) tally.refuse(row, made.refused);
      else if (keys.has(made.key)) {
        tally.again.rows++;
        tally.again.key ??= keyShown(made.item, key);
        tally.again.row ??= row;
      } else {
        keys.add(made.key);
        if (tally.sample.length < SHOWN) tally.sample.push(made.item);
        batch.push({ row, item: made.item, key: made.key });
      }
      if (batch.length < BATCH_ITEMS) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
