import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import { functionArn } from '../arn';
import { sendResult } from '../destinations';
import { publish } from '../metrics';
import { FunctionRuntime, type Result, roleOf } from '../runtime/pool';
import { type FunctionVersion, LambdaState, type Mapping } from '../state';
import type { StreamItem } from './source';

/** A tumbling window's members of the event. */
export interface WindowMembers {
  readonly window: { readonly start: string; readonly end: string };
  readonly state: unknown;
  readonly shardId: string;
  readonly eventSourceARN: string;
  readonly isFinalInvokeForWindow: boolean;
  readonly isWindowTerminatedEarly: boolean;
}

export interface BatchOptions {
  readonly cloud: Cloud;
  readonly mapping: Mapping;
  readonly shardId: string;
  /** Member of a failure record that holds the batch's position: `KinesisBatchInfo`, `DDBStreamBatchInfo`. */
  readonly batchInfo: string;
  /** Called with records that are done, in order: processed or given up. */
  readonly onDone: (items: readonly StreamItem[]) => Promise<void>;
  /** Called with the LastProcessingResult of each attempt. */
  readonly onResult: (result: string) => void;
  /** Ends the waits of a batch whose mapping is disabled or changed. */
  readonly signal: AbortSignal;
  /** Members besides the records, for a tumbling window. */
  readonly window?: () => WindowMembers;
  /** Takes the state of the function's response. @returns false for a response without one */
  readonly onState?: (answer: unknown) => boolean;
}

/** The mapping was disabled, changed or deleted during a batch. */
export class Stopped extends Error {}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Processes a batch: retries it until the function succeeds, bisects it if the mapping says so, and gives up records
 * that are too old or were tried too often, with a message to the on-failure destination (Lambda's page "Using Lambda
 * to process records from Amazon Kinesis Data Streams").
 * @throws Stopped
 */
export async function processBatch(items: readonly StreamItem[], options: BatchOptions): Promise<void> {
  const { settings } = options.mapping;
  let rest = items;
  let tries = 0;
  let troubles = 0;
  while (rest.length > 0) {
    if (options.signal.aborted) throw new Stopped();
    const old = tooOld(rest, options);
    if (old > 0) {
      await giveUp(rest.slice(0, old), 'RecordAgeExceeded', tries, undefined, options);
      rest = rest.slice(old);
      tries = 0;
      continue;
    }
    const answer = await tryOnce(rest, options);
    if (answer === undefined) {
      // Throttling or a missing permission isn't the records' fault, and counts as no attempt.
      await pause(++troubles, options.signal);
      continue;
    }
    troubles = 0;
    const failed = answer.firstFailed;
    if (failed === undefined) return options.onDone(rest);
    if (failed > 0) {
      await options.onDone(rest.slice(0, failed));
      rest = rest.slice(failed);
      tries = 0;
    } else if (settings.BisectBatchOnFunctionError === true && rest.length > 1 && !answer.isPartial) {
      const middle = Math.ceil(rest.length / 2);
      await processBatch(rest.slice(0, middle), options);
      rest = rest.slice(middle);
      tries = 0;
      continue;
    }
    tries++;
    const most = settings.MaximumRetryAttempts ?? -1;
    if (most >= 0 && tries > most) return giveUp(rest, 'RetryAttemptsExhausted', tries, answer.result, options);
    await pause(tries, options.signal);
  }
}

/** Number of records at the batch's beginning that exceed the mapping's maximum age. */
function tooOld(items: readonly StreamItem[], { cloud, mapping }: BatchOptions): number {
  const most = mapping.settings.MaximumRecordAgeInSeconds ?? -1;
  if (most < 0) return 0;
  const oldest = cloud.clock.now() - most * 1000;
  const young = items.findIndex(({ arrivedAt }) => arrivedAt >= oldest);
  return young === -1 ? items.length : young;
}

interface Answer {
  readonly result: Result;
  /** Index of the first failed record; undefined if all are processed. */
  readonly firstFailed: number | undefined;
  /** Whether the function itself reported failed records. */
  readonly isPartial: boolean;
}

/** @returns undefined if the function wasn't run at all */
async function tryOnce(items: readonly StreamItem[], options: BatchOptions): Promise<Answer | undefined> {
  const { cloud, mapping } = options;
  let result: Result;
  let version: FunctionVersion;
  try {
    version = cloud.state(LambdaState).version(mapping.function);
    const event = { Records: items.map((item) => item.event), ...options.window?.() };
    const invokedArn = functionArn(mapping.function, mapping.function.qualifier);
    result = await cloud
      .state(FunctionRuntime)
      .invoke(version, { payload: Buffer.from(JSON.stringify(event)), invokedArn });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    options.onResult(`PROBLEM: ${error.message}`);
    return undefined;
  }
  const last = items.at(-1);
  if (last !== undefined)
    publish(cloud, version, { IteratorAge: [Math.max(0, cloud.clock.now() - last.arrivedAt), 'Milliseconds'] });
  if (!result.outcome.ok) {
    options.onResult('PROBLEM: Function call failed');
    return { result, firstFailed: 0, isPartial: false };
  }
  const body = parsed(result.outcome.payload);
  if (options.onState?.(body) === false) {
    options.onResult('PROBLEM: The function did not return a state for its tumbling window.');
    return { result, firstFailed: 0, isPartial: false };
  }
  const reports = mapping.settings.FunctionResponseTypes?.includes('ReportBatchItemFailures') === true;
  const partial = reports ? failuresOf(body, items) : { firstFailed: undefined, isPartial: false };
  options.onResult(partial.firstFailed === undefined ? 'OK' : 'PROBLEM: Function call failed');
  return { result, ...partial };
}

/**
 * Failures of a response (Lambda's page "Configuring partial batch response"): the lowest sequence number counts; a
 * response without failures is a success, one that names no record of the batch a failure of all.
 */
function failuresOf(body: unknown, items: readonly StreamItem[]): Pick<Answer, 'firstFailed' | 'isPartial'> {
  const all = { firstFailed: 0, isPartial: false };
  if (body === null || body === undefined || body === '') return { firstFailed: undefined, isPartial: false };
  if (typeof body !== 'object') return all;
  const { batchItemFailures } = body as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null)
    return { firstFailed: undefined, isPartial: false };
  if (!Array.isArray(batchItemFailures)) return all;
  if (batchItemFailures.length === 0) return { firstFailed: undefined, isPartial: false };
  const numbers = new Map(items.map(({ sequenceNumber }, index) => [sequenceNumber, index]));
  const indexes = batchItemFailures.map((one) =>
    numbers.get((one as { itemIdentifier?: string })?.itemIdentifier ?? ''),
  );
  if (indexes.some((index) => index === undefined)) return all;
  return { firstFailed: Math.min(...(indexes as number[])), isPartial: true };
}

/** Sends a message to the on-failure destination, if there is one, and skips these records. */
async function giveUp(
  items: readonly StreamItem[],
  condition: string,
  tries: number,
  result: Result | undefined,
  options: BatchOptions,
): Promise<void> {
  const { cloud, mapping, shardId } = options;
  const destination = mapping.settings.DestinationConfig?.OnFailure?.Destination;
  if (destination !== undefined && destination !== '') {
    for (let troubles = 1; ; troubles++) {
      if (options.signal.aborted) throw new Stopped();
      try {
        const version = cloud.state(LambdaState).version(mapping.function);
        const body = failureOf(items, condition, tries, result, options, version);
        await sendResult(
          cloud,
          roleOf(cloud, version),
          destination,
          body,
          keyOf(mapping.uuid, shardId, cloud.clock.now()),
        );
        break;
      } catch (error) {
        // Retried until the destination takes it: a record must not be given up silently.
        options.onResult(`PROBLEM: The on-failure destination can't be told: ${(error as Error).message}`);
        await pause(troubles, options.signal);
      }
    }
  }
  await options.onDone(items);
}

/**
 * A failure message (Lambda's page "Retaining discarded records"): queues and topics get the records' position, a
 * bucket the records too.
 */
function failureOf(
  items: readonly StreamItem[],
  condition: string,
  tries: number,
  result: Result | undefined,
  { cloud, mapping, shardId, batchInfo }: BatchOptions,
  version: FunctionVersion,
): string {
  const [first, last] = [items[0] as StreamItem, items.at(-1) as StreamItem];
  const toBucket = mapping.settings.DestinationConfig?.OnFailure?.Destination?.startsWith('arn:aws:s3:::') === true;
  return JSON.stringify({
    requestContext: {
      requestId: result?.requestId,
      functionArn: functionArn(version, version.version),
      condition,
      approximateInvokeCount: tries,
    },
    ...(result !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: result.executedVersion,
        functionError: result.outcome.ok ? null : 'Unhandled',
      },
    }),
    version: '1.0',
    timestamp: new Date(cloud.clock.now()).toISOString(),
    [batchInfo]: {
      shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first.arrivedAt).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.arrivedAt).toISOString(),
      batchSize: items.length,
      streamArn: mapping.sourceArn,
    },
    ...(toBucket && { payload: JSON.stringify({ Records: items.map(({ event }) => event) }) }),
  });
}

function keyOf(uuid: string, shardId: string, now: number): string {
  const time = new Date(now).toISOString();
  const day = time.slice(0, 10).replaceAll('-', '/');
  return `aws/lambda/${uuid}/${shardId}/${day}/${time.slice(0, 19).replaceAll(':', '.')}-${crypto.randomUUID()}`;
}

/** Waits, longer each time; stopping the mapping ends the wait. */
export function pause(times: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (times - 1));
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
