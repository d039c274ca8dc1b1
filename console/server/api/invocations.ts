import type { Aws } from '../aws.js';
import { type LogLine, readLines } from './logs.js';

/** An invocation, by its log lines. */
export interface Invocation {
  readonly requestId: string;
  readonly at: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Whether it was the first of its environment. */
  readonly cold: boolean;
  /** Error of the invocation; undefined if the log shows none. */
  readonly error: string | undefined;
}

/** A function's log of the last hour: its invocations, newest first, and its lines, oldest first. */
export interface FunctionLog {
  readonly invocations: readonly Invocation[];
  readonly lines: readonly LogLine[];
}

const HOUR_MS = 3_600_000;
const SHOWN_INVOCATIONS = 10;
const SHOWN_LINES = 100;

/** Reads a function's log ("Sending Lambda function logs to CloudWatch Logs": START, END and REPORT lines). */
export async function readFunctionLog(aws: Aws, functionName: string): Promise<FunctionLog> {
  const lines = await readLines(aws, `/aws/lambda/${functionName}`, undefined, Date.now() - HOUR_MS);
  const invocations = lines.flatMap((line) => invocationOf(line, lines)).slice(-SHOWN_INVOCATIONS);
  return { invocations: invocations.reverse(), lines: lines.slice(-SHOWN_LINES) };
}

function invocationOf({ at, message }: LogLine, lines: readonly LogLine[]): Invocation[] {
  const report = /^REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms/.exec(message);
  if (report === null) return [];
  const [, requestId = '', duration] = report;
  const failure = lines.find(
    (line) => line.message.includes(requestId) && /\tERROR\t|Task timed out|Error: Runtime exited/.test(line.message),
  );
  return [
    {
      requestId,
      at,
      durationMs: Number(duration),
      memoryMb: Number(/Max Memory Used: (\d+) MB/.exec(message)?.[1] ?? 0),
      cold: message.includes('Init Duration'),
      error: failure && reasonOf(failure.message),
    },
  ];
}

/** The error's message, if the line holds it as JSON. */
function reasonOf(line: string): string {
  const reason = /"errorMessage":\s*("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  return reason === undefined ? (line.split('\t').pop() ?? line).trim() : (JSON.parse(reason) as string);
}
