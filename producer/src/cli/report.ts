import { SingleBar } from 'cli-progress';
import type { Result } from '../produce';
import type { Progress } from '../send/tally';

export type Level = 'INFO' | 'WARNING' | 'ERROR';

/** Log lines on stderr: `2026-02-02T15:17:07.123Z - INFO - message`. */
export function log(level: Level, message: string): void {
  process.stderr.write(`${new Date().toISOString()} - ${level} - ${message}\n`);
}

const count = (value: number): string => value.toLocaleString('en-US');

/** The summary for people: a few lines, without counts of zero. */
export function summaryText(result: Result): string {
  const lines = [
    `asked ${count(result.asked)}, delivered ${count(result.delivered)}, failed ${count(result.failed)}`,
    `${result.megabytes} MB in ${result.seconds} s: ${count(Math.round(result.eventsPerSecond))} events/s`,
    `requests ${count(result.requests)}, latency p50 ${result.latency.p50} ms, p99 ${result.latency.p99} ms`,
    `attempts ${count(result.attempts)}, of them retries ${count(result.retried)}, throttled ${count(result.throttled)}`,
  ];
  if (result.kinesisRecords !== result.delivered) {
    lines.push(`Kinesis records ${count(result.kinesisRecords)}`);
  }
  const shards = Object.entries(result.recordsPerShard).map(([shard, records]) => `${shard} ${count(records)}`);
  if (shards.length > 0) lines.push(`records per shard: ${shards.join(', ')}`);
  const failures = Object.entries(result.failures).map(([reason, events]) => `${reason} ${count(events)}`);
  if (failures.length > 0) lines.push(`not delivered: ${failures.join(', ')}`);
  return lines.map((line) => `  ${line}\n`).join('');
}

/** Shows a run's progress; does nothing off a terminal. */
export interface ProgressView {
  update(progress: Progress): void;
  stop(): void;
}

/** Creates a bar on stderr, with a total if one is known. */
export function createProgressBar(total: number | undefined): ProgressView {
  const numbers = '{rate}/s | {inFlight} in flight | {throttled} throttled | {failed} failed';
  const format = total === undefined ? `{value} | ${numbers}` : `{bar} {percentage}% | {value}/{total} | ${numbers}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true });
  bar.start(total ?? 0, 0, { rate: 0, inFlight: 0, throttled: 0, failed: 0 });
  return {
    update({ delivered, failed, throttled, inFlight, eventsPerSecond }) {
      bar.update(delivered + failed, { rate: Math.round(eventsPerSecond), inFlight, throttled, failed });
    },
    stop: () => bar.stop(),
  };
}
