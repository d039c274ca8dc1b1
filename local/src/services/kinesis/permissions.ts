import type { Context, Permission } from '../../core/operation';
import { resolve, type StreamReference, streamArnOf } from './state';

/** An action on the stream that the input names (Service Authorization Reference, Amazon Kinesis Data Streams). */
export function onStream(action: string) {
  return (input: StreamReference, { caller }: Context): readonly Permission[] => [
    { action: `kinesis:${action}`, resource: streamArnOf(resolve(input, caller)) },
  ];
}

/** An action on every stream of the account and region, for operations that name none. */
export function onAllStreams(action: string) {
  return (_input: unknown, { caller }: Context): readonly Permission[] => [
    { action: `kinesis:${action}`, resource: `arn:aws:kinesis:${caller.region}:${caller.accountId}:stream/*` },
  ];
}

/** An action on the resource whose ARN the input gives as `ResourceARN`. */
export function onResource(action: string) {
  return ({ ResourceARN }: { readonly ResourceARN: string }): readonly Permission[] => [
    { action: `kinesis:${action}`, resource: ResourceARN },
  ];
}
