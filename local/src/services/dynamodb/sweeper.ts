import type { Cloud, State } from '../../core/cloud';
import { writeItem } from './items/write';
import { DynamoState } from './state';
import type { Table } from './table';
import { expiryOf } from './time-to-live/expiries';

/** Interval of sweeps. */
const SWEEP_MS = 1_000;
/** Retention of stream records ("Change data capture for DynamoDB Streams"). */
const RECORDS_MS = 24 * 3_600_000;
const AT_ONCE = 500;

/** Deletes expired data in the background: items by time to live, records and shards of streams, tokens. */
export class Sweeper implements State {
  private readonly state: DynamoState;
  private readonly timer: NodeJS.Timeout;
  private running: Promise<void> | undefined;
  static readonly uses = [DynamoState];

  constructor(cloud: Cloud) {
    this.state = cloud.state(DynamoState);
    this.timer = setInterval(() => {
      this.running ??= this.sweep()
        .catch((error: unknown) => {
          if (!this.state.isClosed)
            cloud.options.log(`DynamoDB: ${error instanceof Error ? error.stack : String(error)}`);
        })
        .finally(() => {
          this.running = undefined;
        });
    }, SWEEP_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    const { state } = this;
    for (const table of state.all()) if (table.info.timeToLive?.enabled === true) await this.expire(table);
    for (const stream of [...state.streams.all()]) await this.trim(stream.number, stream.arn, stream.disabledAt);
    if (state.tokens.hasEnded(state.now())) await state.change(() => state.tokens.sweep(state.now()));
  }

  private async expire(table: Table): Promise<void> {
    const { state } = this;
    while (!state.isClosed) {
      const due = [...state.expiries.due(table.info.number, state.now(), AT_ONCE)];
      if (due.length === 0) return;
      await state.change(() => {
        for (const { key, seconds } of due) {
          state.expiries.remove(table.info.number, seconds, key);
          this.expireItem(table, key);
        }
      });
    }
  }

  /** Deletes an item if it still exists and is still expired; within a commit. */
  private expireItem(table: Table, key: Buffer): void {
    const { state } = this;
    const current = state.find(table.info, table.info.name);
    if (current?.info.number !== table.info.number || current.info.status === 'DELETING') return;
    const before = state.items.get(key);
    const seconds = expiryOf(current, before?.item);
    if (before === undefined || seconds === undefined || seconds * 1000 > state.now()) return;
    writeItem(state, { table: current, key, before, after: undefined, byTimeToLive: true });
  }

  private async trim(number: number, arn: string, disabledAt: number | undefined): Promise<void> {
    const { state } = this;
    const oldest = state.now() - RECORDS_MS;
    let end: number | undefined;
    for (const { sequence, record } of state.changes.read(number, 0)) {
      if (record.at >= oldest) break;
      end = sequence + 1;
    }
    if (end !== undefined) {
      const to = end;
      while (await state.change(() => state.changes.removeBefore(number, to, AT_ONCE)));
    }
    const shards = state.shards.of(number);
    const kept = shards.filter(({ closedAt }) => closedAt === undefined || closedAt >= oldest);
    const isOver = disabledAt !== undefined && disabledAt < oldest;
    if (isOver)
      await state.change(() => {
        state.shards.remove(number);
        state.streams.remove(arn);
      });
    else if (kept.length < shards.length) await state.change(() => state.shards.put(number, kept));
  }
}
