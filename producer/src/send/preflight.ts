import { DescribeStreamSummaryCommand, type KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { classify, type Failure, FatalError } from './failure';
import { DEFAULT_MAX_RECORD_BYTES } from './limits';
import type { StreamId } from './stream-id';

/** Facts about the stream that the sender needs before it starts. */
export interface StreamFacts {
  /** Open shards: the capacity to start from. */
  readonly shards: number;
  /** Most bytes of data and partition key in one record of the stream. */
  readonly maxRecordBytes: number;
}

/** Facts assumed for a stream that can't be described. */
const UNKNOWN: StreamFacts = { shards: 1, maxRecordBytes: DEFAULT_MAX_RECORD_BYTES };

const BUDGET_MS = 3_500;
const PAUSE_MS = 150;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTDIR']);

/**
 * Describes the stream before the first record is made, so that a run that can't succeed ends within seconds. Passes
 * for a caller without kinesis:DescribeStreamSummary, and for an endpoint without that operation.
 *
 * @throws FatalError for missing credentials, a missing stream, or an endpoint that doesn't answer
 */
export async function examineStream(client: KinesisClient, stream: StreamId): Promise<StreamFacts> {
  const endsAt = performance.now() + BUDGET_MS;
  let failure: Failure | undefined;
  do {
    try {
      const answer = await within(endsAt - performance.now(), (abortSignal) =>
        client.send(new DescribeStreamSummaryCommand(stream), { abortSignal }),
      );
      const { OpenShardCount: shards, MaxRecordSizeInKiB: kib } = answer.StreamDescriptionSummary ?? {};
      return {
        shards: Math.max(1, shards ?? UNKNOWN.shards),
        maxRecordBytes: kib === undefined ? UNKNOWN.maxRecordBytes : kib * 1024,
      };
    } catch (error) {
      // An attempt that the budget's end cuts off tells nothing of the endpoint: the answer before it counts.
      if (failure === undefined || !(error instanceof BudgetSpent)) failure = classify(error);
    }
    if (failure.kind === 'no-stream') throw new FatalError(await nameOtherStreams(client, stream, failure));
    if (failure.kind === 'denied' && !failure.code.startsWith('AccessDenied')) throw new FatalError(failure);
    if (failure.kind === 'unreachable') throw new FatalError(failure);
    if (failure.kind === 'denied' || failure.kind === 'rejected') return UNKNOWN;
    // The clock is corrected now: retry without a wait.
    if (failure.code === 'ClockSkew') continue;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  } while (performance.now() < endsAt);
  if (UNREACHABLE.has(failure.code) || isProxys(failure)) throw new FatalError({ ...failure, kind: 'unreachable' });
  return UNKNOWN;
}

/** The end of the time for an attempt, told from the SDK's own timeouts by its class. */
class BudgetSpent extends Error {
  override readonly name = 'TimeoutError';
}

/** Runs a call with a time limit over all of it: the request's signal doesn't cover the look-up of credentials. */
async function within<T>(ms: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        // First, so that the call's own AbortError doesn't win the race.
        reject(new BudgetSpent(`no answer within ${Math.round(ms)} ms`));
        controller.abort();
      },
      Math.max(1, ms),
    );
  });
  try {
    return await Promise.race([call(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A proxy's own failure, such as 502 for a host that it can't reach: it won't change within the run. */
const isProxys = ({ code }: Failure): boolean => code === 'ProxyError' || code === 'ForeignAnswer';

const MOST_NAMES = 20;

async function nameOtherStreams(client: KinesisClient, stream: StreamId, failure: Failure): Promise<Failure> {
  let others: string;
  try {
    const { StreamNames: names = [] } = await within(1_000, (abortSignal) =>
      client.send(new ListStreamsCommand({ Limit: MOST_NAMES }), { abortSignal }),
    );
    others = names.length > 0 ? `The streams there are: ${names.join(', ')}.` : 'There are no streams in this region.';
  } catch {
    others = "The streams there are can't be listed with these credentials.";
  }
  const none =
    'StreamARN' in stream ? `There is no stream ${stream.StreamARN}.` : `No stream is named "${stream.StreamName}".`;
  return { ...failure, message: `${none} ${others}` };
}
