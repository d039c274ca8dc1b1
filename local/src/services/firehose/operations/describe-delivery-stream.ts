import type {
  DeliveryStreamDescription,
  IcebergDestinationDescription,
  S3DestinationDescription,
} from '@aws-sdk/client-firehose';
import { operation } from '../contract';
import type { IcebergSettings } from '../iceberg';
import { DESTINATION_ID, type DeliveryStream, type S3Settings } from '../state';

export const describeDeliveryStream = operation('DescribeDeliveryStream', {
  handle: ({ DeliveryStreamName }, { state, caller }) => ({
    DeliveryStreamDescription: describe(state.get(caller, DeliveryStreamName)),
  }),
});

function describe(stream: DeliveryStream): DeliveryStreamDescription {
  const { S3BackupConfiguration: backup, ...extended } = stream.destination;
  const plain = describeS3(stream.destination);
  return {
    DeliveryStreamName: stream.name,
    DeliveryStreamARN: stream.arn,
    DeliveryStreamStatus: stream.status,
    ...describeEncryption(stream),
    DeliveryStreamType: stream.type,
    VersionId: String(stream.version),
    CreateTimestamp: new Date(stream.createdAt),
    LastUpdateTimestamp: stream.updatedAt === undefined ? undefined : new Date(stream.updatedAt),
    Source: stream.source && {
      KinesisStreamSourceDescription: {
        KinesisStreamARN: stream.source.streamArn,
        RoleARN: stream.source.roleArn,
        DeliveryStartTimestamp: new Date(stream.source.startsAt),
      },
    },
    Destinations: [
      {
        DestinationId: DESTINATION_ID,
        ...(stream.iceberg !== undefined
          ? { IcebergDestinationDescription: describeIceberg(stream, stream.iceberg) }
          : {
              S3DestinationDescription: plain,
              ExtendedS3DestinationDescription: {
                ...extended,
                ...plain,
                ...(backup === undefined ? {} : { S3BackupDescription: describeS3(backup) }),
              },
            }),
      },
    ],
    HasMoreDestinations: false,
  };
}

function describeIceberg(stream: DeliveryStream, settings: IcebergSettings): IcebergDestinationDescription {
  const { S3Configuration, ...rest } = settings;
  const { BufferingHints, CloudWatchLoggingOptions } = stream.destination;
  const behind = { ...stream.destination, ...S3Configuration };
  return {
    ...(rest as IcebergDestinationDescription),
    BufferingHints,
    CloudWatchLoggingOptions,
    ProcessingConfiguration: rest.ProcessingConfiguration ?? { Enabled: false, Processors: [] },
    S3DestinationDescription: describeS3({
      ...behind,
      BufferingHints: { ...BufferingHints, ...S3Configuration.BufferingHints },
    } as S3Settings),
  };
}

/** The encryption of a stream; one with a source has none of its own. */
function describeEncryption(stream: DeliveryStream): Partial<DeliveryStreamDescription> {
  if (stream.type !== 'DirectPut') return {};
  if (stream.encryption === undefined) return { DeliveryStreamEncryptionConfiguration: { Status: 'DISABLED' } };
  const { keyType, keyArn } = stream.encryption;
  return { DeliveryStreamEncryptionConfiguration: { Status: 'ENABLED', KeyType: keyType, KeyARN: keyArn } };
}

function describeS3(settings: S3Settings): S3DestinationDescription {
  return {
    RoleARN: settings.RoleARN,
    BucketARN: settings.BucketARN,
    Prefix: settings.Prefix,
    ErrorOutputPrefix: settings.ErrorOutputPrefix,
    BufferingHints: settings.BufferingHints,
    CompressionFormat: settings.CompressionFormat,
    EncryptionConfiguration: settings.EncryptionConfiguration,
    CloudWatchLoggingOptions: settings.CloudWatchLoggingOptions,
  };
}
