import type { QueryExecutionStatistics } from '@aws-sdk/client-athena';

/** Milliseconds of a query's phases, and the bytes that it scanned. */
export class QueryStatistics {
  private readonly submittedAt = performance.now();
  private startedAt: number | undefined;
  private executedAt: number | undefined;
  private endedAt: number | undefined;
  private planningMs = 0;
  private bytes = 0;

  started(): void {
    this.startedAt = performance.now();
  }

  executed(planningMs: number): void {
    this.executedAt = performance.now();
    this.planningMs = planningMs;
  }

  ended(): void {
    this.endedAt = performance.now();
  }

  scanned(bytes: number): void {
    this.bytes += bytes;
  }

  now(): QueryExecutionStatistics {
    const end = this.endedAt ?? performance.now();
    const start = this.startedAt ?? end;
    const executed = this.executedAt ?? end;
    return {
      EngineExecutionTimeInMillis: Math.round(executed - start),
      DataScannedInBytes: this.bytes,
      TotalExecutionTimeInMillis: Math.round(end - this.submittedAt),
      QueryQueueTimeInMillis: Math.round(start - this.submittedAt),
      ServicePreProcessingTimeInMillis: 0,
      QueryPlanningTimeInMillis: this.planningMs,
      ServiceProcessingTimeInMillis: Math.round(end - executed),
      ResultReuseInformation: { ReusedPreviousResult: false },
    };
  }
}
