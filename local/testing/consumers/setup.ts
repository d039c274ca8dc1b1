import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand, type CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import type { Clients } from '..';
import { streamArn } from '../kinesis';

/** A record as a handler received it, in the order of the batches. */
export interface Seen {
  readonly key: string;
  readonly sequenceNumber: bigint;
  readonly shardId: string;
  readonly text: string;
}

/** Writes each batch as one line of a file, with the process that handled it; functions here are local processes. */
export const NOTING_HANDLER = `
  const { appendFileSync } = require('node:fs');
  exports.handler = async (event) => {
    const records = event.Records.map(({ kinesis, eventID }) =>
      [kinesis.partitionKey, kinesis.sequenceNumber, eventID.split(':')[0], Buffer.from(kinesis.data, 'base64').toString()]);
    appendFileSync(process.env.SEEN, JSON.stringify({ pid: process.pid, records }) + '\\n');
  };`;

/** Creates a function that writes down its records, and the mapping of a stream to it. */
export async function consumeInto(
  clients: Clients,
  role: string,
  name: string,
  folder: string,
  mapping: Omit<Partial<CreateEventSourceMappingRequest>, 'FunctionName'> & { readonly stream: string },
): Promise<Notes> {
  const file = join(folder, `${name}.jsonl`);
  await clients.function(name, role, NOTING_HANDLER, { Environment: { Variables: { SEEN: file } }, Timeout: 30 });
  const { stream, ...settings } = mapping;
  await clients.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: name,
      EventSourceArn: streamArn(stream),
      StartingPosition: 'TRIM_HORIZON',
      ...settings,
    }),
  );
  return new Notes(file);
}

/** A handler's notes, read as they grow. */
export class Notes {
  readonly seen: Seen[] = [];
  readonly pids = new Set<number>();
  readonly texts = new Set<string>();
  private offset = 0;
  private rest = '';

  constructor(private readonly file: string) {}

  /** Reads on. @returns how many different texts have been seen so far */
  read(): number {
    let descriptor: number;
    try {
      descriptor = openSync(this.file, 'r');
    } catch {
      return 0;
    }
    const chunk = Buffer.alloc(1 << 20);
    for (;;) {
      const length = readSync(descriptor, chunk, 0, chunk.length, this.offset);
      if (length === 0) break;
      this.offset += length;
      const lines = (this.rest + chunk.toString('utf8', 0, length)).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.take(line);
    }
    closeSync(descriptor);
    return this.texts.size;
  }

  /** Waits until all of these have been seen, or nothing has come for half a minute. */
  async until(wanted: ReadonlySet<string>): Promise<void> {
    let [last, since] = [-1, Date.now()];
    for (;;) {
      const now = this.read();
      if (now !== last) [last, since] = [now, Date.now()];
      const isOver = now >= wanted.size && [...wanted].every((text) => this.texts.has(text));
      if (isOver || Date.now() - since > 30_000) return;
      await sleep(50);
    }
  }

  /** First deliveries that came after a later record of their key. */
  disorder(): string[] {
    const [last, first] = [new Map<string, bigint>(), new Set<bigint>()];
    const wrong: string[] = [];
    for (const { key, sequenceNumber, text } of this.seen) {
      if (first.has(sequenceNumber)) continue;
      first.add(sequenceNumber);
      if (sequenceNumber < (last.get(key) ?? 0n)) wrong.push(text);
      else last.set(key, sequenceNumber);
    }
    return wrong;
  }

  private take(line: string): void {
    const { pid, records } = JSON.parse(line) as { pid: number; records: [string, string, string, string][] };
    this.pids.add(pid);
    for (const [key, sequenceNumber, shardId, text] of records) {
      this.seen.push({ key, sequenceNumber: BigInt(sequenceNumber), shardId, text });
      this.texts.add(text);
    }
  }
}

/** Puts records, each again until the stream has taken it. */
export async function putAll(
  kinesis: KinesisClient,
  StreamName: string,
  records: readonly { readonly key: string; readonly text: string }[],
): Promise<void> {
  for (let start = 0; start < records.length; start += 500) {
    let rest = records.slice(start, start + 500);
    while (rest.length > 0) {
      const Records = rest.map(({ key, text }) => ({ PartitionKey: key, Data: Buffer.from(text) }));
      const output = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
      rest = rest.filter((_record, index) => output.Records?.[index]?.ErrorCode !== undefined);
    }
  }
}

/** CPU seconds of a process and all its descendants, ended ones included. Linux only. */
export function cpuOfTree(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) /)[1]?.split(' ') ?? [];
  const own = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) / 100;
  return own + childrenOf(pid).reduce((sum, child) => sum + cpuOfTree(child), 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
