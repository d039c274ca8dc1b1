import type { Cloud } from '../core/cloud';
import type { DeliveryStream } from '../services/firehose/state';
import { putLogEvents } from '../services/logs/operations/put-log-events';
import type { DeliveryFailure } from './failure';
import { callerOf } from './role';

/**
 * Writes a failure to the delivery stream's log stream, with its role. Where that fails too, AWS says nothing at all;
 * here the endpoint's own log does.
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
