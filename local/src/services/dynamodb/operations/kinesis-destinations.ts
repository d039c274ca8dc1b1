import { AwsError } from '../../../core/errors';
import type { Context, Permission } from '../../../core/operation';
import { asCaller } from '../../../core/owner';
import { describeStreamSummary } from '../../kinesis/operations/describe-stream-summary';
import { tableArn } from '../arn';
import { operationOf } from '../contract';
import { validation } from '../errors';
import { type DynamoState, SETTLING_MS } from '../state';
import { Destinations } from '../streams/destinations';
import type { DestinationInfo, TableInfo } from '../table';

type Precision = DestinationInfo['precision'];

interface DestinationInput {
  readonly TableName: string;
  readonly StreamArn: string;
}

/** Permissions on the table and on the stream: the caller must be allowed to write to the latter. */
function onDestination(action: string) {
  return ({ TableName, StreamArn }: DestinationInput, { caller }: Context): readonly Permission[] => [
    { action: `dynamodb:${action}`, resource: tableArn(caller, TableName) },
    ...['PutRecord', 'PutRecords', 'DescribeStream'].map((one) => ({ action: `kinesis:${one}`, resource: StreamArn })),
  ];
}

const destinationAt = (info: TableInfo, arn: string): DestinationInfo | undefined =>
  info.destinations?.find(({ streamArn }) => streamArn === arn);

function withDestination(info: TableInfo, destination: DestinationInfo): TableInfo {
  const others = (info.destinations ?? []).filter(({ streamArn }) => streamArn !== destination.streamArn);
  return { ...info, destinations: [...others, destination] };
}

export const enableKinesisStreamingDestination = operationOf<
  DestinationInput & {
    readonly EnableKinesisStreamingConfiguration?: { readonly ApproximateCreationDateTimePrecision?: Precision };
  },
  object
>('EnableKinesisStreamingDestination', {
  permissions: onDestination('EnableKinesisStreamingDestination'),
  handle: async ({ TableName, StreamArn, EnableKinesisStreamingConfiguration: wanted }, { state, cloud, caller }) => {
    await checkStream(StreamArn, { cloud, caller, requestId: '' });
    const precision = wanted?.ApproximateCreationDateTimePrecision ?? 'MILLISECOND';
    await state.change(() => {
      const { info } = state.active(caller, TableName);
      const present = destinationAt(info, StreamArn);
      if (present?.status === 'ACTIVE')
        throw validation(
          `Table is not in a valid state to enable Kinesis Streaming Destination: KinesisStreamArn: ${StreamArn}`,
        );
      const number = present?.number ?? state.nextNumber();
      const changedAt = state.now();
      state.put(withDestination(info, { streamArn: StreamArn, number, status: 'ACTIVE', precision, changedAt }));
    });
    cloud.state(Destinations).update();
    return {
      TableName,
      StreamArn,
      DestinationStatus: 'ENABLING',
      EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
    };
  },
});

export const disableKinesisStreamingDestination = operationOf<DestinationInput, object>(
  'DisableKinesisStreamingDestination',
  {
    permissions: onDestination('DisableKinesisStreamingDestination'),
    handle: async ({ TableName, StreamArn }, { state, caller }) => {
      const precision = await state.change(() => {
        const { info } = state.active(caller, TableName);
        const present = destinationAt(info, StreamArn);
        if (present?.status !== 'ACTIVE')
          throw validation(
            `Table is not in a valid state to disable Kinesis Streaming Destination: KinesisStreamArn: ${StreamArn}`,
          );
        state.put(withDestination(info, { ...present, status: 'DISABLED', changedAt: state.now() }));
        return present.precision;
      });
      return {
        TableName,
        StreamArn,
        DestinationStatus: 'DISABLING',
        EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
      };
    },
  },
);

export const updateKinesisStreamingDestination = operationOf<
  DestinationInput & {
    readonly UpdateKinesisStreamingConfiguration?: { readonly ApproximateCreationDateTimePrecision?: Precision };
  },
  object
>('UpdateKinesisStreamingDestination', {
  permissions: onDestination('UpdateKinesisStreamingDestination'),
  handle: async ({ TableName, StreamArn, UpdateKinesisStreamingConfiguration: wanted }, { state, caller }) => {
    const precision = wanted?.ApproximateCreationDateTimePrecision;
    if (precision === undefined)
      throw validation(
        'Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values',
      );
    await state.change(() => {
      const { info } = state.active(caller, TableName);
      const present = destinationAt(info, StreamArn);
      if (present?.status !== 'ACTIVE')
        throw validation(
          `Table is not in a valid state to update Kinesis Streaming Destination: KinesisStreamArn: ${StreamArn}`,
        );
      if (present.precision === precision)
        throw validation(
          `Invalid Request: Precision is already set to the desired value of ${precision} for tableId: ${info.id}, kdsArn: ${StreamArn}`,
        );
      state.put(withDestination(info, { ...present, precision, changedAt: state.now() }));
    });
    return {
      TableName,
      StreamArn,
      DestinationStatus: 'UPDATING',
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
    };
  },
});

export const describeKinesisStreamingDestination = operationOf<{ readonly TableName: string }, object>(
  'DescribeKinesisStreamingDestination',
  {
    handle: ({ TableName }, { state, caller }) => {
      const { info } = state.named(caller, TableName);
      return {
        TableName,
        KinesisDataStreamDestinations: (info.destinations ?? []).map((destination) => ({
          StreamArn: destination.streamArn,
          DestinationStatus: statusOf(destination, state),
          ApproximateCreationDateTimePrecision: destination.precision,
        })),
      };
    },
  },
);

/** Status of a destination. A change of status takes a moment, as on AWS; changes of items are captured at once. */
function statusOf({ status, changedAt }: DestinationInfo, state: DynamoState): string {
  if (state.isPast(changedAt + SETTLING_MS)) return status;
  return status === 'ACTIVE' ? 'ENABLING' : 'DISABLING';
}

async function checkStream(arn: string, { cloud, caller }: Context): Promise<void> {
  try {
    await cloud.call(describeStreamSummary, { StreamARN: arn }, asCaller(caller));
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException')
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Kinesis stream: ${arn} not found`);
    if (error instanceof AwsError)
      throw validation(`User does not have a permission to use kinesis stream: ${error.message}`);
    throw error;
  }
}
