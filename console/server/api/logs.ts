import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';

export interface LogLine {
  readonly id: string;
  readonly at: string;
  readonly message: string;
}

/** Most lines of one read; a log that is followed live is read every few seconds. */
const MAX_LINES = 500;
/** Most pages of one read: a page holds up to 10,000 lines, or 1 MB. */
const MAX_PAGES = 10;

/** The delivery's error log since a time (epoch milliseconds), oldest first. */
export async function readLog(aws: Aws, { logGroup, logStream }: Lakehouse, since: number): Promise<LogLine[]> {
  return logGroup === undefined ? [] : readLines(aws, logGroup, logStream, since);
}

/** The newest lines of a log group, or of one of its streams, since a time (epoch milliseconds), oldest first. */
export async function readLines(
  aws: Aws,
  logGroupName: string,
  logStream: string | undefined,
  since: number,
): Promise<LogLine[]> {
  let lines: LogLine[] = [];
  let nextToken: string | undefined;
  let pages = 0;
  do {
    const page = await aws.logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        logStreamNames: logStream === undefined ? undefined : [logStream],
        startTime: since,
        nextToken,
      }),
    );
    for (const { eventId, timestamp, message } of page.events ?? []) {
      lines.push({ id: eventId ?? `${timestamp}`, at: new Date(timestamp ?? 0).toISOString(), message: message ?? '' });
    }
    lines = lines.slice(-MAX_LINES);
    nextToken = page.nextToken;
    pages += 1;
  } while (nextToken !== undefined && pages < MAX_PAGES);
  return lines;
}
