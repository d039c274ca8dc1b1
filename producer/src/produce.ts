import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { createRandom } from './record/random';
import { createRecordSource, type EventSource, type RecordSettings } from './record/source';
import { type ClientSettings, createKinesisClient } from './send/client';
import { clockOffset } from './send/clock-skew';
import { type Failure, FatalError } from './send/failure';
import { DEFAULT_MAX_RECORD_BYTES } from './send/limits';
import { keepOffAws } from './send/local-only';
import { type KeyOf, Packer, type Refusal } from './send/pack';
import { createKeyOf, isMeaningful, type PartitionKey } from './send/partition-key';
import { examineStream } from './send/preflight';
import { createPut, dryPut } from './send/put';
import { Sender, type SenderSettings } from './send/sender';
import { LOCAL_ACCOUNT, parseStreamArn, streamId } from './send/stream-id';
import { type Progress, type Summary, Tally } from './send/tally';

/** Most events or bytes a second to take from the source. */
export interface Rate {
  readonly unit: 'events' | 'bytes';
  readonly perSecond: number;
}

/** Options of a run: records, destination, limits. */
export interface ProduceOptions extends ClientSettings {
  /** The Kinesis data stream: its name, or its ARN, whose region then applies. Not needed for a dry run. */
  readonly streamName?: string;
  /**
   * Refuse to send to AWS: the stream belongs to a local deployment. @default whether an ARN names account 000000000000
   */
  readonly localOnly?: boolean;
  /** A client to use instead of one made from the connection settings; it should have `maxAttempts: 1`. */
  readonly client?: KinesisClient;
  /** Source of the events. @default the article's record, by `record` */
  readonly source?: EventSource;
  /** Settings of the article's record. */
  readonly record?: RecordSettings;
  /** Most events to send. @default all events of the source; a generated source needs this or `duration` */
  readonly amount?: number;
  /** Milliseconds after which no further event is taken. @default unbounded */
  readonly duration?: number;
  /** @default 'uuid' */
  readonly partitionKey?: PartitionKey;
  /** Bytes up to which several events share one Kinesis record; 0 gives each event its own. @default 0 */
  readonly pack?: number;
  /**
   * End each record with a newline, so that readers of concatenated records, such as Firehose's backup of raw records,
   * get one line each ("Configure backup settings": it adds no delimiter of its own). @default false
   */
  readonly newline?: boolean;
  /** @default unbounded */
  readonly rate?: Rate;
  /** Most requests in flight; `auto` finds the number that delivers most. @default 'auto' */
  readonly concurrency?: number | 'auto';
  /** Follow the stream's capacity, slowing down as it throttles and speeding up while it doesn't. @default true */
  readonly adaptive?: boolean;
  /** Milliseconds after its first attempt at which a record that keeps failing is given up. @default 60000 */
  readonly retryFor?: number;
  /** Longest wait before another attempt, in milliseconds; waits are random up to it. @default 5000 */
  readonly longestBackoff?: number;
  /** Milliseconds for requests in flight and retries after `signal`. @default 10000 */
  readonly drainTimeout?: number;
  /** Make events and count them, but send nothing. @default false */
  readonly dryRun?: boolean;
  /** Stops taking events; events already taken are still sent, within `drainTimeout`. */
  readonly signal?: AbortSignal;
  /** Stops at once: records without an acknowledgement count as failed, as `Unacknowledged`. */
  readonly abort?: AbortSignal;
  /** Called with the run's progress, at most every `progressInterval` milliseconds. */
  readonly onProgress?: (progress: Progress) => void;
  /** @default 250 */
  readonly progressInterval?: number;
  /** Called with each event that is refused before sending, such as one that is too large. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Receives the events as they are taken, as NDJSON; a promise holds further events back until it settles. */
  readonly print?: (lines: Buffer) => Promise<void> | undefined;
  /** Numbers from 0 to 1 for the retries' jitter. @default Math.random */
  readonly jitter?: () => number;
}

/** Outcome of a run. */
export type Outcome = 'delivered' | 'partly-failed' | 'interrupted' | 'denied' | 'unreachable' | 'no-stream';

/** A run's counts and outcome. */
export interface Result extends Summary {
  readonly outcome: Outcome;
  /** The problem in a sentence or two, if any. */
  readonly problem?: string;
  /** The problem's error code: the service's, the SDK's or the network's. */
  readonly code?: string;
  /** Milliseconds by which this machine's clock is behind the service's, if AWS would refuse signatures for it. */
  readonly clockOffset?: number;
}

/**
 * Sends events to a Kinesis data stream and returns exact counts: `delivered + failed = asked`.
 *
 * Every record is sent at least once: after a lost answer it is sent again, and may then be in the stream twice. A
 * record that fails within a PutRecords request is retried alone.
 *
 * @throws TypeError for options that contradict each other; problems of the run itself are in the result
 */
export async function produce(options: ProduceOptions): Promise<Result> {
  validate(options);
  const startedAt = performance.now();
  const tally = new Tally();
  const client = options.dryRun ? undefined : (options.client ?? ownClient(options));
  try {
    const sender = await prepare(options, client, tally);
    const result = await finish(options, sender, tally, startedAt);
    const offset = client === undefined ? 0 : clockOffset(client);
    return offset === 0 ? result : { ...result, clockOffset: offset };
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    options.source?.close?.();
    const asked = options.amount ?? 0;
    tally.fail(asked, 'NotSent');
    return toResult(tally, asked, startedAt, error.failure, false);
  } finally {
    if (options.client === undefined) client?.destroy();
  }
}

/** Creates a client for the run: in an ARN's region, and barred from AWS if the stream is local. */
function ownClient(options: ProduceOptions): KinesisClient {
  const arn = parseStreamArn(options.streamName ?? '');
  if (arn !== undefined && options.region !== undefined && options.region !== arn.region) {
    throw new TypeError(`the stream is in ${arn.region} by its ARN, and the region is said to be ${options.region}`);
  }
  const client = createKinesisClient(arn === undefined ? options : { ...options, region: arn.region });
  if (options.localOnly ?? arn?.account === LOCAL_ACCOUNT) keepOffAws(client);
  return client;
}

function validate(options: ProduceOptions): void {
  const { streamName, source, amount, duration, dryRun } = options;
  if (streamName === undefined && !dryRun) throw new TypeError('streamName is needed unless dryRun is set');
  if (source === undefined && amount === undefined && duration === undefined) {
    throw new TypeError('a generated source has no end: give an amount or a duration');
  }
  const counts = { amount, duration, pack: options.pack, retryFor: options.retryFor };
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined && !(value >= 0)) throw new TypeError(`${name} must be 0 or more, not ${value}`);
  }
  if (amount !== undefined && !Number.isInteger(amount)) throw new TypeError(`amount must be whole, not ${amount}`);
  const { concurrency = 'auto', rate } = options;
  if (concurrency !== 'auto' && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new TypeError(`concurrency must be "auto" or a whole number above 0, not ${concurrency}`);
  }
  if (rate && !(rate.perSecond > 0)) throw new TypeError(`rate must be above 0, not ${rate.perSecond}`);
}

async function prepare(options: ProduceOptions, client: KinesisClient | undefined, tally: Tally): Promise<Sender> {
  const { streamName = '', partitionKey = 'uuid' } = options;
  const facts = client
    ? await examineStream(client, streamId(streamName))
    : { shards: 1, maxRecordBytes: DEFAULT_MAX_RECORD_BYTES };
  const keyOf: KeyOf = createKeyOf(partitionKey, createRandom(options.record?.seed));
  const packer = new Packer({
    keyOf,
    packBytes: options.pack ?? 0,
    newline: options.newline ?? false,
    maxRecordBytes: facts.maxRecordBytes,
    packByKey: isMeaningful(partitionKey),
    refuse: (refusal) => {
      tally.fail(1, refusal.reason);
      options.onRefused?.(refusal);
    },
  });
  const settings: SenderSettings = {
    put: client ? createPut(client, streamId(streamName)) : dryPut,
    tally,
    concurrency: options.concurrency ?? 'auto',
    shards: facts.shards,
    adaptive: (options.adaptive ?? true) && client !== undefined,
    rate: options.rate ?? { unit: 'events', perSecond: Number.POSITIVE_INFINITY },
    retryFor: options.retryFor ?? 60_000,
    longestBackoff: options.longestBackoff ?? 5_000,
    random: options.jitter ?? Math.random,
  };
  return new Sender(settings, {
    source: options.source ?? createRecordSource(options.record),
    packer,
    amount: options.amount ?? Number.POSITIVE_INFINITY,
    endsAt: performance.now() + (options.duration ?? Number.POSITIVE_INFINITY),
    print: options.print,
  });
}

async function finish(options: ProduceOptions, sender: Sender, tally: Tally, startedAt: number): Promise<Result> {
  const { feed } = sender;
  const interruption = watchForStops(options, sender);
  const reports = reportProgress(options, sender, tally);
  let failure: Failure | undefined;
  try {
    await sender.run();
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    failure = error.failure;
  } finally {
    interruption.dispose();
    reports.stop();
  }
  if (feed.error !== undefined) throw feed.error;
  const cutShort = failure !== undefined || interruption.happened();
  const asked = cutShort && options.amount !== undefined ? options.amount : feed.taken;
  tally.fail(asked - feed.taken, 'NotSent');
  return toResult(tally, asked, startedAt, failure, interruption.happened());
}

const DRAIN_TIMEOUT_MS = 10_000;

/** Connects the two signals to the run. */
function watchForStops(options: ProduceOptions, sender: Sender) {
  let happened = false;
  let timer: NodeJS.Timeout | undefined;
  const drain = (): void => {
    happened = true;
    sender.drain();
    timer = setTimeout(() => sender.stopNow(), options.drainTimeout ?? DRAIN_TIMEOUT_MS);
  };
  const stop = (): void => {
    happened = true;
    sender.stopNow();
  };
  const watch = (signal: AbortSignal | undefined, react: () => void): void => {
    if (signal?.aborted) react();
    else signal?.addEventListener('abort', react, { once: true });
  };
  watch(options.signal, drain);
  watch(options.abort, stop);
  return {
    happened: () => happened,
    dispose: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', drain);
      options.abort?.removeEventListener('abort', stop);
    },
  };
}

function reportProgress(options: ProduceOptions, sender: Sender, tally: Tally) {
  const { onProgress, progressInterval = 250 } = options;
  if (!onProgress) return { stop: () => {} };
  let before = 0;
  let beforeAt = performance.now();
  const report = (): void => {
    const now = performance.now();
    const { delivered, failed, throttled, retried } = tally;
    const eventsPerSecond = ((delivered - before) / Math.max(1, now - beforeAt)) * 1000;
    before = delivered;
    beforeAt = now;
    onProgress({
      taken: sender.feed.taken,
      delivered,
      failed,
      throttled,
      retried,
      inFlight: sender.inFlight,
      eventsPerSecond,
    });
  };
  const timer = setInterval(report, progressInterval);
  return {
    stop: () => {
      clearInterval(timer);
      report();
    },
  };
}

function toResult(
  tally: Tally,
  asked: number,
  startedAt: number,
  failure: Failure | undefined,
  interrupted: boolean,
): Result {
  const summary = tally.summary(asked, (performance.now() - startedAt) / 1000);
  if (failure) return { ...summary, outcome: failure.kind as Outcome, problem: failure.message, code: failure.code };
  if (interrupted) return { ...summary, outcome: 'interrupted' };
  return { ...summary, outcome: summary.failed > 0 ? 'partly-failed' : 'delivered' };
}
