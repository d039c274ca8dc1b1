import type { Context, Permission } from '../../core/operation';
import { streamArn } from './state';

/** A permission on the delivery stream that the input names ("Actions, resources, and condition keys for Amazon Data Firehose"). */
export function permissionOn(action: string) {
  return (input: { DeliveryStreamName: string }, { caller }: Context): readonly Permission[] => [
    { action, resource: streamArn(caller, input.DeliveryStreamName) },
  ];
}
