import { type Progress, produce, type Result } from 'lakehouse-producer';
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

  constructor(private readonly lakehouse: Lakehouse) {}

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
      const result = await produce({
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
}
