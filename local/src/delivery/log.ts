import type { Cloud } from '../core/cloud';
import type { DeliveryStream } from '../services/firehose/state';
import { putLogEvents } from '../services/logs/operations/put-log-events';
import type { DeliveryBuffer } from './buffer';
import { DeliveryFailure } from './failure';
import { callerOf } from './role';

/** Logs a buffer's records under the error prefix to the log stream, once per error code. */
export async function logErrors(cloud: Cloud, stream: DeliveryStream, { errors }: DeliveryBuffer): Promise<void> {
  for (const { code, message, records } of errors.values()) {
    const text = `${message} (${records} ${records === 1 ? 'record was' : 'records were'} delivered to the error output prefix.)`;
    await logFailure(cloud, stream, new DeliveryFailure(code, text));
  }
}

/**
 * Writes a failure to the delivery stream's log stream, with its role. If that fails too, it is written to
 * the endpoint's own log; AWS would be silent.
 */
export async function logFailure(cloud: Cloud, stream: DeliveryStream, failure: DeliveryFailure): Promise<void> {
  const { BucketARN, CloudWatchLoggingOptions: options, RoleARN } = stream.destination;
  const local = `Delivery stream ${stream.name}: ${failure.code}: ${failure.message}`;
  if (options?.Enabled !== true || options.LogGroupName === undefined || options.LogStreamName === undefined) {
    cloud.options.log(local);
    return;
  }
  const message = JSON.stringify({
    deliveryStreamARN: stream.arn,
    destination: BucketARN,
    deliveryStreamVersionId: stream.version,
    message: failure.message,
    errorCode: failure.code,
  });
  try {
    const caller = await callerOf(cloud, stream, RoleARN);
    const event = { timestamp: cloud.clock.now(), message };
    const names = { logGroupName: options.LogGroupName, logStreamName: options.LogStreamName };
    await cloud.call(putLogEvents, { ...names, logEvents: [event] }, caller);
  } catch (error) {
    cloud.options.log(`${local} (and the log stream can't be written: ${(error as Error).message})`);
  }
}
