import type { UpdateDestinationInput } from '@aws-sdk/client-firehose';
import type { Strict } from '../../../core/operation';
import { operation } from '../contract';
import { invalidArgument, notOneDestination, streamNotActive, versionMismatch } from '../errors';
import { type IcebergSettings, mergeIceberg, s3Behind } from '../iceberg';
import { checkRoles, checkTables } from '../roles';
import { checkChange, checkDestination } from '../rules';
import { merge } from '../settings';
import { DESTINATION_ID, type DeliveryStream } from '../state';

type Input = Strict<UpdateDestinationInput>;

/** Updates the destination if its version is the caller's, and increments the version. */
export const updateDestination = operation('UpdateDestination', {
  handle: async (input, { state, cloud, caller }) => {
    const before = state.get(caller, input.DeliveryStreamName);
    checkSeen(before, input, caller.accountId);
    if (input.DestinationId !== DESTINATION_ID) {
      throw invalidArgument(`Destination Id ${input.DestinationId} not found`);
    }
    const iceberg = icebergOf(before, input);
    const destination = iceberg === undefined ? merge(before.destination, updateOf(input)) : s3Behind(iceberg);
    checkDestination(destination);
    checkChange(before.destination, destination);
    await checkRoles(cloud, caller, undefined, destination);
    if (iceberg !== undefined) await checkTables(cloud, caller, iceberg);
    const stream = await state.update(caller, input.DeliveryStreamName, (found) => {
      // A second check of the version: the stream may have changed while the roles were checked.
      checkSeen(found, input, caller.accountId);
      return {
        ...found,
        destination,
        ...(iceberg !== undefined && { iceberg }),
        version: found.version + 1,
        updatedAt: cloud.clock.now(),
      };
    });
    state.dataPlane.changed(stream);
  },
});

/** @throws AwsError `ResourceInUseException`, `ConcurrentModificationException` */
function checkSeen(stream: DeliveryStream, { CurrentDeliveryStreamVersionId }: Input, accountId: string): void {
  if (stream.status !== 'ACTIVE') throw streamNotActive(stream.name, accountId, stream.status);
  const current = String(stream.version);
  if (current !== CurrentDeliveryStreamVersionId) throw versionMismatch(CurrentDeliveryStreamVersionId, current);
}

/** @throws AwsError `InvalidArgumentException` for an update of another kind of destination */
function icebergOf(before: DeliveryStream, input: Input): IcebergSettings | undefined {
  const { IcebergDestinationUpdate: update, S3DestinationUpdate, ExtendedS3DestinationUpdate } = input;
  if (update && (S3DestinationUpdate ?? ExtendedS3DestinationUpdate)) throw notOneDestination();
  if ((before.iceberg === undefined) !== (update === undefined)) {
    throw invalidArgument("The update must be of the delivery stream's own kind of destination.");
  }
  return before.iceberg && update && mergeIceberg(before.iceberg, update);
}

/** @throws AwsError `InvalidArgumentException` unless exactly one destination is updated */
function updateOf({ S3DestinationUpdate: plain, ExtendedS3DestinationUpdate: extended }: Input) {
  if ((plain === undefined) === (extended === undefined)) throw notOneDestination();
  return (extended ?? plain) as NonNullable<Input['ExtendedS3DestinationUpdate']>;
}
