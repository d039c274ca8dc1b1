import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { createLogStream } from '../../logs/operations/create-log-stream';
import { createLogGroup } from '../../logs/operations/log-groups';
import { putLogEvents } from '../../logs/operations/put-log-events';
import type { FunctionVersion } from '../state';

/** Longest line of a log: 256 KiB; PutLogEvents takes a mebibyte and 10,000 events ("CloudWatch Logs quotas"). */
const MAX_LINE = 262_144 - 26;
const MAX_EVENTS = 1_000;
const MAX_WAITING = 20_000;
const FLUSH_MS = 200;

export const logGroupOf = ({ logging, name }: FunctionVersion): string => logging.LogGroup ?? `/aws/lambda/${name}`;

/** An environment's log stream, written with the function's role; without permission nothing is written, as on AWS. */
export class LogStream {
  readonly name: string;
  private lines: { timestamp: number; message: string }[] = [];
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isMade = false;
  private isClosed = false;
  private readonly tail: string[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly version: FunctionVersion,
    private readonly caller: () => Caller,
  ) {
    const day = new Date(cloud.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.name = `${day}/[${version.version}]${randomUUID().replaceAll('-', '')}`;
  }

  add(message: string): void {
    if (this.isClosed || message === '' || this.lines.length >= MAX_WAITING) return;
    this.lines.push({ timestamp: this.cloud.clock.now(), message: message.slice(0, MAX_LINE) });
    this.tail.push(message);
    if (this.tail.length > 200) this.tail.splice(0, 100);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** The log since the last call, its last 4 KB at most. */
  takeTail(): string {
    const text = this.tail.splice(0).join('\n');
    return text.slice(-4_096);
  }

  /** Writes pending lines, and takes no more. */
  async close(): Promise<void> {
    await this.flush();
    this.isClosed = true;
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.writing;
    if (this.lines.length === 0) return;
    this.writing = this.write();
    await this.writing;
    this.writing = undefined;
  }

  private async write(): Promise<void> {
    const logGroupName = logGroupOf(this.version);
    while (this.lines.length > 0) {
      const logEvents = this.lines.splice(0, MAX_EVENTS);
      try {
        const caller = this.caller();
        if (!this.isMade) await this.make(logGroupName, caller);
        await this.cloud.call(putLogEvents, { logGroupName, logStreamName: this.name, logEvents }, caller);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        // The group may have been deleted: the next lines create it again.
        this.isMade = false;
        return;
      }
    }
  }

  private async make(logGroupName: string, caller: Caller): Promise<void> {
    const stream = { logGroupName, logStreamName: this.name };
    try {
      await this.cloud.call(createLogStream, stream, caller);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error;
      await this.cloud.call(createLogGroup, { logGroupName }, caller).catch((problem: unknown) => {
        if (!(problem instanceof AwsError) || problem.code !== 'ResourceAlreadyExistsException') throw problem;
      });
      await this.cloud.call(createLogStream, stream, caller);
    }
    this.isMade = true;
  }
}
