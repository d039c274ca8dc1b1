import type { Context } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';

/** ARN of a delivery stream. */
export function streamArn(caller: Owner, name: string): string {
  return arnOf('firehose', caller, `deliverystream/${name}`);
}

/** The delivery stream of an input ("Actions, resources, and condition keys for Amazon Data Firehose"). */
export const namedStream = (input: { readonly DeliveryStreamName: string }, { caller }: Context): string =>
  streamArn(caller, input.DeliveryStreamName);

/** Resources of operations, by the input member that names them. */
export const resources = { DeliveryStreamName: namedStream };
