import { GetTableCommand } from '@aws-sdk/client-glue';
import {
  ColumnTypeError,
  columnsOfTable,
  createColumnSource,
  type EventSource,
  type Progress,
  produce,
  type Result,
} from 'lakehouse-producer';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';

/** Most events of one Send, and a second: the page is for trials, the producer's CLI for load. */
export const SEND_LIMITS = { amount: 100_000, rate: 10_000 } as const;

export interface SendState {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly asked: number;
  readonly progress: Progress | undefined;
  readonly result: Result | undefined;
  readonly problem: string | undefined;
}

/** One Send at a time, through the producer's library. */
export class Send {
  private current: SendState = { state: 'idle', asked: 0, progress: undefined, result: undefined, problem: undefined };
  private stopping = new AbortController();

  constructor(
    private readonly aws: Pick<Aws, 'glue'>,
    private readonly lakehouse: Lakehouse,
  ) {}

  get state(): SendState {
    return this.current;
  }

  /** Starts a Send. @returns false if one is running */
  start(amount: number, rate: number | undefined): boolean {
    if (this.current.state === 'running') return false;
    this.current = { state: 'running', asked: amount, progress: undefined, result: undefined, problem: undefined };
    this.stopping = new AbortController();
    void this.run(amount, rate);
    return true;
  }

  stop(): void {
    this.stopping.abort();
  }

  private async run(amount: number, rate: number | undefined): Promise<void> {
    try {
      const source = await this.source();
      const result = await produce({
        ...(source !== undefined && { source }),
        streamName: this.lakehouse.streamName,
        region: this.lakehouse.region,
        amount,
        ...(rate !== undefined && { rate: { unit: 'events' as const, perSecond: rate } }),
        signal: this.stopping.signal,
        onProgress: (progress) => {
          this.current = { ...this.current, progress };
        },
      });
      const state = result.outcome === 'delivered' ? 'done' : 'failed';
      this.current = { ...this.current, state, result, problem: result.problem };
    } catch (error) {
      this.current = { ...this.current, state: 'failed', problem: (error as Error).message };
    }
  }

  /**
   * Records of the table's columns; undefined for the built-in record's, which would fill another table with rows of
   * nulls, without an error.
   */
  private async source(): Promise<EventSource | undefined> {
    const { database, table } = this.lakehouse;
    const { Table } = await this.aws.glue
      .send(new GetTableCommand({ DatabaseName: database, Name: table }))
      .catch((error: Error) => {
        throw new Error(`Nothing is sent, as the columns of ${database}.${table} can't be read: ${error.message}`);
      });
    const { columns, areOwn } = columnsOfTable(Table ?? {});
    if (areOwn) return undefined;
    try {
      return createColumnSource(columns);
    } catch (error) {
      if (!(error instanceof ColumnTypeError)) throw error;
      throw new Error(
        `${database}.${table}: ${error.message}. The producer's --template or --input makes such records.`,
      );
    }
  }
}
