import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { counted } from '../shared/counted';
import { Refusal, ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { keyPrefix, type Mark, Marks } from './marks';
import { backupRecords, failedRecords, type ReplayRecord } from './records';
import { batches, type Numbered, type Sender } from './senders';

export interface ReplayOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Prefix of failed records, without expressions: `error/`. Marks are kept under `<prefix>replayed/`. */
  readonly errorPrefix: string;
  /** Replay backup objects under this prefix instead of failed records. */
  readonly sourcePrefix?: string;
  /** Earliest time at which Firehose began to fill an object. */
  readonly from?: Date;
  /** Time before which Firehose began to fill an object. */
  readonly to?: Date;
  readonly sender: Sender;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Fate of a batch that was in flight when a replay was killed, where it can't be read back: only a person can tell. */
  readonly inFlight?: 'sent' | 'unsent';
}

/** An object to replay. */
export interface Pending {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  readonly mark?: Mark;
}

/** Records that would be sent. */
export interface Overview {
  readonly objects: readonly Pending[];
  /** Objects that were replayed before. */
  readonly replayed: number;
  readonly records: number;
  /** Number of failed records by reason; empty for backup objects. */
  readonly reasons: ReadonlyMap<string, number>;
  /** The first record's text, cut. */
  readonly sample?: string;
}

/** Reads the objects to replay; sends and marks nothing. */
export async function overviewOf(options: ReplayOptions): Promise<Overview> {
  const marks = marksOf(options);
  const objects: Pending[] = [];
  const reasons = new Map<string, number>();
  let [replayed, records] = [0, 0];
  let sample: string | undefined;
  for (const object of await list(options, marks)) {
    const mark = await marks.read(object.key);
    const same = mark?.etag === object.etag ? mark : undefined;
    if (same?.done === true) {
      replayed++;
      continue;
    }
    const found = await recordsOf(object, options);
    records += found.length - (same?.sent ?? 0);
    for (const { reason } of found) if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    sample ??= found[0]?.data.toString('utf8').slice(0, 200);
    objects.push({ ...object, ...(same !== undefined && { mark: same }) });
  }
  return { objects, replayed, records, reasons, ...(sample !== undefined && { sample }) };
}

/**
 * Sends the records of the objects, each once: the mark records a batch before it is sent, and its arrival after. After
 * a kill in between, a replay finds in the stream which records of that batch arrived, and sends the others.
 *
 * @returns how many records were sent by this call
 */
export async function replay(objects: readonly Pending[], options: ReplayOptions): Promise<number> {
  const marks = marksOf(options);
  let sent = 0;
  for (const object of objects) {
    sent += await replayObject(object, marks, options);
    options.log(`s3://${options.bucket}/${object.key}: replayed`);
  }
  return sent;
}

function marksOf({ s3, bucket, errorPrefix }: ReplayOptions): Marks {
  return new Marks(s3, bucket, `${errorPrefix}replayed/`);
}

async function replayObject(object: Pending, marks: Marks, options: ReplayOptions): Promise<number> {
  // A second read: another replay may have sent the object since the overview.
  const found = await marks.read(object.key);
  const mark = found?.etag === object.etag ? found : undefined;
  if (mark?.done === true) return 0;
  if (mark !== undefined) marks.refuseIfTaken(mark);
  if (mark !== undefined && mark.sent + (mark.sending === undefined ? 0 : 1) > 0 && mark.to !== options.sender.name) {
    const option = mark.to.replace(/^delivery stream /, '--to-delivery ').replace(/^stream /, '--stream ');
    throw new Refusal(
      `an earlier replay sent a part of s3://${options.bucket}/${object.key} to the ${mark.to}: send the rest there too, with ${option}.`,
    );
  }
  const records = await recordsOf(object, options);
  const prefix = keyPrefix(object.key, object.etag);
  const all = records.map((record, number): Numbered => ({ number, key: `${prefix}${number}`, record }));
  const base = { object: object.key, etag: object.etag, records: all.length, to: options.sender.name };
  const there = mark?.sending === undefined ? new Set<string>() : await settled(mark, all, options);
  let [at, count] = [mark?.sent ?? 0, 0];
  for (const batch of batches(all.slice(at), `s3://${options.bucket}/${object.key}`)) {
    stopIfAborted(options);
    const end = at + batch.length;
    await marks.write({ ...base, sent: at, sending: { from: at, to: end }, done: false });
    const missing = batch.filter(({ key }) => !there.has(key));
    // A batch refused as a whole isn't in flight: a later replay may send it elsewhere.
    const takeBack = () => marks.write({ ...base, sent: at, done: false });
    await sendAll(missing, options, missing.length === batch.length ? takeBack : undefined);
    [at, count] = [end, count + missing.length];
  }
  await marks.write({ ...base, sent: at, done: true });
  return count;
}

/** Keys of the records that had arrived when an earlier replay was killed. */
async function settled(mark: Mark, all: readonly Numbered[], options: ReplayOptions): Promise<ReadonlySet<string>> {
  const { from, to } = mark.sending ?? { from: 0, to: 0 };
  const keys = new Set(all.slice(from, to).map(({ key }) => key));
  const batch = `records ${from + 1} to ${to} of s3://${options.bucket}/${mark.object}`;
  options.log(`an earlier replay ended while it sent ${batch} to the ${mark.to}`);
  const arrived = await options.sender.arrived(keys, new Date(mark.at));
  if (arrived !== undefined) {
    options.log(`${arrived.size} of these ${counted(keys.size, 'record')} arrived; the others are sent`);
    return arrived;
  }
  if (options.inFlight === 'sent') return keys;
  if (options.inFlight === 'unsent') return new Set();
  throw new Refusal(
    `an earlier replay ended while it sent ${batch} to the ${mark.to}, and whether they arrived can't be read there${options.sender.why}. Look for one of them in what it delivered, then run this again with --in-flight sent (they arrived: skip them) or --in-flight unsent (they did not: send them again).`,
  );
}

const FIRST_WAIT_MS = 100;
const MOST_TRIES = 12;

/**
 * Sends a batch until each record has arrived: throttled records are sent again, records of unknown fate after a look
 * into the stream.
 * @param onRefused called when the service refuses the batch before any of it can have arrived
 */
async function sendAll(
  batch: readonly Numbered[],
  options: ReplayOptions,
  onRefused: (() => Promise<unknown>) | undefined,
): Promise<void> {
  let left = batch;
  for (let tries = 0; left.length > 0; tries++) {
    if (tries === MOST_TRIES) {
      throw new ToolError(
        `the ${options.sender.name} refused ${counted(left.length, 'record')} ${MOST_TRIES} times, as it does while it is throttled. Run the replay again later: it goes on where it ended.`,
      );
    }
    if (tries > 0) await sleep(FIRST_WAIT_MS * 2 ** Math.min(tries, 6));
    const begun = new Date();
    try {
      left = await options.sender.send(left);
    } catch (error) {
      if (!isUnclear(error)) {
        if (tries === 0) await onRefused?.();
        throw error;
      }
      // The call may have succeeded although its answer was lost.
      const arrived = await options.sender.arrived(new Set(left.map(({ key }) => key)), begun);
      if (arrived === undefined) throw error;
      left = left.filter(({ key }) => !arrived.has(key));
    }
  }
}

/** Whether a failed call may still have had its effect: no answer, or a fault of the service. */
function isUnclear(error: unknown): boolean {
  const { $metadata: metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name?: string };
  if (name === 'ProvisionedThroughputExceededException') return true;
  const status = metadata?.httpStatusCode;
  return !(error instanceof ToolError) && (status === undefined || status >= 500);
}

function stopIfAborted({ signal }: ReplayOptions): void {
  if (signal?.aborted === true) {
    throw new ToolError(
      'interrupted: what was sent is noted in the bucket, and the next replay goes on after it.',
      ExitCode.interrupted,
    );
  }
}

async function recordsOf(object: Pick<Pending, 'key'>, options: ReplayOptions): Promise<ReplayRecord[]> {
  const { Body } = await options.s3.send(new GetObjectCommand({ Bucket: options.bucket, Key: object.key }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return options.sourcePrefix === undefined
    ? failedRecords(bytes, `${options.bucket}/${object.key}`)
    : backupRecords(bytes);
}

/** Objects under the prefix and between the times, oldest first, without the marks. */
async function list(options: ReplayOptions, marks: Marks): Promise<Pending[]> {
  const found: Pending[] = [];
  let token: string | undefined;
  do {
    const page = await options.s3.send(
      new ListObjectsV2Command({
        Bucket: options.bucket,
        Prefix: options.sourcePrefix ?? options.errorPrefix,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    for (const { Key: key, ETag: etag, Size: bytes, LastModified: modified } of page.Contents ?? []) {
      if (key === undefined || etag === undefined || key.startsWith(marks.prefix)) continue;
      if (isBetween(timeOf(key) ?? modified, options)) found.push({ key, etag, bytes: bytes ?? 0 });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}

/** Time in an object's name: when Firehose began to fill it, `events-1-2026-11-26-04-05-06-<uuid>`. */
export function timeOf(key: string): Date | undefined {
  const match = /-(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)-[0-9a-f-]{36}[^/]*$/.exec(key);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function isBetween(time: Date | undefined, { from, to }: ReplayOptions): boolean {
  if (time === undefined) return from === undefined && to === undefined;
  return (from === undefined || time >= from) && (to === undefined || time < to);
}
