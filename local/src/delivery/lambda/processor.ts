import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { ownerOf } from '../../core/owner';
import { publish } from '../../services/firehose/metrics';
import type { LambdaProcessor } from '../../services/firehose/processors';
import type { DeliveryStream } from '../../services/firehose/state';
import { invoke } from '../../services/lambda/operations/invoke';
import { DeliveryFailure } from '../failure';
import type { Batch, Processed, ProcessingFailure, SourceRecord } from '../record';
import { callerOf } from '../role';
import { answersOf, type Verdict } from './answer';

/**
 * Timeout of an invocation: "Firehose supports a Lambda invocation time of up to 5 minutes" ("Transform source data").
 */
const INVOCATION_MS = 300_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

type Failed = Pick<ProcessingFailure, 'code' | 'message'>;

/**
 * Processes a batch with a function. A failed invocation is retried as the processor's settings say; then its records
 * fail, so that they don't block others ("Handle failure in data transformation").
 * @returns the batch with each record's result; undefined if the signal ends it
 */
export async function processBatch(
  cloud: Cloud,
  stream: DeliveryStream,
  processor: LambdaProcessor,
  batch: Batch,
  signal: AbortSignal,
): Promise<Batch | undefined> {
  const ids = batch.records.map(recordId);
  for (let attempts = 1; ; attempts++) {
    const began = performance.now();
    const result = await tryOnce(cloud, stream, processor, eventOf(stream, batch, ids), signal);
    if (signal.aborted) return undefined;
    const ok = !('code' in result);
    const ms = Math.round(performance.now() - began);
    publish(cloud, stream, {
      'ExecuteProcessing.Duration': [ms, 'Milliseconds'],
      'ExecuteProcessing.Success': [ok ? 1 : 0, 'Count'],
    });
    if (!ok && attempts <= processor.retries) {
      await pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)), signal);
      if (signal.aborted) return undefined;
      continue;
    }
    const verdicts = ok ? answersOf(result.payload, ids) : ids.map(() => result);
    const endedAt = cloud.clock.now();
    const records = batch.records.map((record, index) =>
      withVerdict(record, verdicts[index] as Verdict, { attempts, endedAt, lambdaArn: processor.arn }),
    );
    publishSucceeded(cloud, stream, records);
    return { ...batch, records };
  }
}

function withVerdict(
  record: SourceRecord,
  verdict: Verdict,
  about: Omit<ProcessingFailure, 'code' | 'message'>,
): SourceRecord {
  if (verdict === 'Dropped') return { ...record, processed: 'Dropped' };
  if ('code' in verdict) return { ...record, processed: { ...verdict, ...about } };
  const { data, partitionKeys, tableRoute } = verdict;
  const processed: Processed = { partitionKeys, ...(tableRoute !== undefined && { tableRoute }) };
  return { ...record, data, processed };
}

/** A record's id: grows with the sequence number, and has AWS's length. */
function recordId({ sequenceNumber }: SourceRecord): string {
  return `${sequenceNumber.padStart(56, '0')}000000`;
}

function eventOf(stream: DeliveryStream, { shardId, records }: Batch, ids: readonly string[]): Buffer {
  const isKinesis = stream.source !== undefined;
  const event = {
    invocationId: randomUUID(),
    deliveryStreamArn: stream.arn,
    ...(isKinesis && { sourceKinesisStreamArn: stream.source?.streamArn }),
    region: ownerOf(stream.arn).region,
    records: records.map(({ data, arrivedAt, partitionKey, sequenceNumber }, index) => ({
      recordId: ids[index],
      approximateArrivalTimestamp: arrivedAt,
      data: data.toString('base64'),
      ...(isKinesis && {
        kinesisRecordMetadata: {
          sequenceNumber,
          subsequenceNumber: 0,
          partitionKey,
          shardId,
          approximateArrivalTimestamp: arrivedAt,
        },
      }),
    })),
  };
  return Buffer.from(JSON.stringify(event));
}

async function tryOnce(
  cloud: Cloud,
  stream: DeliveryStream,
  { arn, roleArn }: LambdaProcessor,
  Payload: Buffer,
  signal: AbortSignal,
): Promise<Failed | { readonly payload: string }> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), INVOCATION_MS);
  try {
    const caller = await callerOf(cloud, stream, roleArn ?? stream.iceberg?.RoleARN ?? stream.destination.RoleARN);
    const ended = untilAborted(AbortSignal.any([signal, limit.signal]));
    const output = await Promise.race([cloud.call(invoke, { FunctionName: arn, Payload }, caller), ended]);
    if (output === undefined) return TIMED_OUT;
    if (output.FunctionError !== undefined) return FUNCTION_ERROR;
    return { payload: Buffer.from(output.Payload as Uint8Array).toString('utf8') };
  } catch (error) {
    if (error instanceof DeliveryFailure)
      return { code: 'Lambda.AssumeRoleAccessDenied', message: `Access was denied. ${error.message}` };
    if (!(error instanceof AwsError)) throw error;
    return refused(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The failure of an invocation's error ("Monitor Amazon Data Firehose Using CloudWatch Logs", section "Lambda
 * invocation errors").
 */
const FUNCTION_ERROR: Failed = {
  code: 'Lambda.FunctionError',
  message: 'The Lambda function was successfully invoked but it returned an error result.',
};
const TIMED_OUT: Failed = {
  code: 'Lambda.FunctionRequestTimedOut',
  message: 'The invocation of the Lambda function did not complete within 5 minutes.',
};

function refused({ code, message }: AwsError): Failed {
  if (code.startsWith('AccessDenied'))
    return {
      code: 'Lambda.InvokeAccessDenied',
      message: `Access was denied. Ensure that the access policy allows access to the Lambda function. ${message}`,
    };
  if (code === 'ResourceNotFoundException')
    return {
      code: 'Lambda.ResourceNotFound',
      message: 'The specified Lambda function does not exist. Use a different function that does exist.',
    };
  if (code === 'TooManyRequestsException')
    return { code: 'Lambda.InvokeLimitExceeded', message: 'The Lambda concurrent execution limit is exceeded.' };
  return { code: `Lambda.${code.replace(/Exception$/, '')}`, message };
}

function publishSucceeded(cloud: Cloud, stream: DeliveryStream, records: readonly SourceRecord[]): void {
  const succeeded = records.filter(({ processed }) => processed === 'Dropped' || !('code' in (processed ?? {})));
  publish(cloud, stream, {
    'SucceedProcessing.Records': [succeeded.length, 'Count'],
    'SucceedProcessing.Bytes': [succeeded.reduce((sum, { data }) => sum + data.length, 0), 'Bytes'],
  });
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const time = new AbortController();
  const timer = setTimeout(() => time.abort(), ms);
  await untilAborted(AbortSignal.any([signal, time.signal]));
  clearTimeout(timer);
}
