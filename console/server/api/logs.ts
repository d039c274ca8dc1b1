import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';

export interface LogLine {
  readonly id: string;
  readonly at: string;
  readonly message: string;
}

/** How many lines one look returns at most; a log that is followed live is read again every few seconds. */
const MAX_LINES = 500;

/** The delivery's error log since a time (epoch milliseconds), oldest first. */
export async function readLog(aws: Aws, { logGroup, logStream }: Lakehouse, since: number): Promise<LogLine[]> {
  if (logGroup === undefined) return [];
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.logs.send(
      new FilterLogEventsCommand({
        logGroupName: logGroup,
        logStreamNames: logStream === undefined ? undefined : [logStream],
        startTime: since,
        nextToken,
      }),
    );
    for (const { eventId, timestamp, message } of page.events ?? []) {
      lines.push({ id: eventId ?? `${timestamp}`, at: new Date(timestamp ?? 0).toISOString(), message: message ?? '' });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined && lines.length < MAX_LINES);
  return lines.slice(-MAX_LINES);
}
