import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { messageOf, ToolError } from '../shared/errors';
import { type Item, keyText } from './items';
import type { TableKey } from './table-key';

/** An item and the number of the result's row that it was made of; the first row is 1. */
export interface NumberedItem {
  readonly row: number;
  readonly item: Item;
  /** Primary key as one string: {@link keyText}. */
  readonly key: string;
}

/** How batches are written. */
export interface BatchWriterOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly key: TableKey;
  /** Time without progress of a batch after which the load fails. @default 120,000 ms */
  readonly patienceMs?: number;
  /** Prevents further calls once it is aborted; calls under way end. */
  readonly signal: AbortSignal;
  /** Called with how many items were written. */
  readonly onWritten: (count: number) => void;
  /** Called for an item that DynamoDB refuses. */
  readonly onRefused: (item: NumberedItem, reason: string) => void;
  /** Called when items are sent again after throttling or a server error. */
  readonly onRetry: () => void;
}

/** Most items of a BatchWriteItem call ("BatchWriteItem"). */
export const BATCH_ITEMS = 25;

const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [50, 5_000];
const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
]);

/** Writes batches of items, each until all of it is written or refused. */
export class BatchWriter {
  constructor(private readonly options: BatchWriterOptions) {}

  /** @param batch at most 25 items, all with different keys @throws ToolError after `patienceMs` without progress */
  async write(batch: readonly NumberedItem[]): Promise<void> {
    const { signal, patienceMs = 120_000 } = this.options;
    let left = batch;
    let [wait, tookAt] = [FIRST_WAIT_MS, Date.now()];
    for (;;) {
      signal.throwIfAborted();
      const before = left.length;
      const answer = await this.send(left);
      if (answer.unfit !== undefined) return this.divide(left, answer.unfit);
      left = answer.left;
      this.options.onWritten(before - left.length);
      if (left.length === 0) return;
      if (left.length < before) [wait, tookAt] = [FIRST_WAIT_MS, Date.now()];
      if (Date.now() - tookAt > patienceMs) throw this.exhausted(answer.reason);
      this.options.onRetry();
      // Full jitter keeps batches that were throttled together from being sent together again.
      await sleep(wait * Math.random(), undefined, { signal });
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  private async send(
    items: readonly NumberedItem[],
  ): Promise<{ left: readonly NumberedItem[]; reason?: string; unfit?: string }> {
    const { client, table } = this.options;
    const requests = items.map(({ item }): WriteRequest => ({ PutRequest: { Item: item } }));
    try {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
      );
      const unprocessed = UnprocessedItems?.[table] ?? [];
      return { left: unprocessed.length === 0 ? [] : this.match(unprocessed, items) };
    } catch (error) {
      const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
      if (name === 'ValidationException') return { left: items, unfit: messageOf(error) };
      if (THROTTLES.has(name ?? '') || ($metadata?.httpStatusCode ?? 0) >= 500) {
        return { left: items, reason: messageOf(error) };
      }
      throw error;
    }
  }

  private match(unprocessed: readonly WriteRequest[], items: readonly NumberedItem[]): NumberedItem[] {
    const back = new Set(
      unprocessed.map(({ PutRequest }) => keyText((PutRequest?.Item ?? {}) as Item, this.options.key)),
    );
    return items.filter(({ key }) => back.has(key));
  }

  // DynamoDB refuses the whole call for one invalid item: halving the batch finds it.
  private async divide(items: readonly NumberedItem[], reason: string): Promise<void> {
    const [first] = items;
    if (first !== undefined && items.length === 1) return this.options.onRefused(first, reason);
    const middle = Math.ceil(items.length / 2);
    await this.write(items.slice(0, middle));
    await this.write(items.slice(middle));
  }

  private exhausted(reason = 'all came back unprocessed'): ToolError {
    const { table, patienceMs = 120_000 } = this.options;
    return new ToolError(
      `${table} has taken nothing of a batch for ${patienceMs / 1000} s (${reason}): give the table more capacity, then run the load again.`,
    );
  }
}
