import type { AthenaClient, QueryExecution } from '@aws-sdk/client-athena';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { resultPages } from '../query/athena';
import { BATCH_ITEMS, BatchWriter, type NumberedItem } from './batch-writer';
import { type Item, itemMaker, type RowResult } from './items';
import type { TableKey } from './table-key';

/** What a load is of and to. */
export interface LoadOptions {
  readonly athena: AthenaClient;
  readonly dynamodb: DynamoDBClient;
  /** The query, which has succeeded. */
  readonly query: QueryExecution;
  readonly table: string;
  readonly key: TableKey;
  /** Make items and check them, and write none. @default false */
  readonly dryRun?: boolean;
  /** Gives up when DynamoDB has taken nothing of a batch for this long. @default 120,000 ms */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

/** BatchWriteItem calls at the same time: enough to hide the way to DynamoDB, few enough for a small table. */
const PARALLEL = 8;
/** Items that a dry run shows. */
const SHOWN = 3;

/** Rows of one fate, with one of them. */
export interface Refused {
  rows: number;
  readonly firstRow: number;
}

/** How far a load has come; it is true at any moment, however the load ends. */
export class Tally {
  /** Rows of the result that were read. */
  read = 0;
  /** Items that DynamoDB has taken; in a dry run those that would be written. */
  written = 0;
  /** Calls that were made again because of throttling or a failure of the service. */
  retries = 0;
  /** Rows that are no items, by the reason. */
  readonly refused = new Map<string, Refused>();
  /** Rows whose key an earlier row has: only the first of a key is written. */
  readonly again: { rows: number; key?: string; row?: number } = { rows: 0 };
  /** The first items, as they are written. */
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
 * Writes the rows of a query's result as items of a table, 25 a call, a few calls at a time, while the result is read. An item
 * replaces the one of its key, so that a load that ended in the middle is simply run again. Resolves when all are written
 * or refused; the tally says which.
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
      // One generator feeds all workers: a batch is read when somebody is free to write it.
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
  // Of several failures the first is the cause; the others are its consequence.
  if (ended.signal.aborted) throw ended.signal.reason;
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Items in batches, no key twice in all of them; rows that are no items are told to the tally. */
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
        tally.again.key ??= made.key;
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
