import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
  S3DestinationConfiguration,
  S3DestinationUpdate,
} from '@aws-sdk/client-firehose';
import type { Strict } from '../../core/operation';
import { invalidArgument } from './errors';
import type { DestinationSettings, S3Settings } from './state';

/** AWS's defaults ("Amazon Data Firehose API Reference, ExtendedS3DestinationConfiguration, BufferingHints"). */
const DEFAULT_INTERVAL_SECONDS = 300;
const DEFAULT_SIZE_MB = 5;
const DEFAULT_SIZE_MB_CONVERSION = 128;
const DEFAULT_RETRY_SECONDS = 300;

type Extended = Strict<ExtendedS3DestinationConfiguration>;

/** Fills in AWS's defaults, which DescribeDeliveryStream then shows. */
export function withDefaults(configuration: Extended): DestinationSettings {
  const { S3BackupConfiguration, ...rest } = configuration;
  const conversion = rest.DataFormatConversionConfiguration;
  const converts = conversion !== undefined && conversion.Enabled !== false;
  const partitioning = rest.DynamicPartitioningConfiguration;
  return {
    ...rest,
    ...s3Defaults(rest, converts ? DEFAULT_SIZE_MB_CONVERSION : DEFAULT_SIZE_MB),
    S3BackupMode: rest.S3BackupMode ?? 'Disabled',
    ProcessingConfiguration: rest.ProcessingConfiguration ?? { Enabled: false, Processors: [] },
    DataFormatConversionConfiguration: conversion === undefined ? { Enabled: false } : conversionDefaults(conversion),
    ...(partitioning?.Enabled === true && {
      DynamicPartitioningConfiguration: {
        ...partitioning,
        RetryOptions: { DurationInSeconds: partitioning.RetryOptions?.DurationInSeconds ?? DEFAULT_RETRY_SECONDS },
      },
    }),
    ...(S3BackupConfiguration === undefined
      ? {}
      : { S3BackupConfiguration: { ...S3BackupConfiguration, ...s3Defaults(S3BackupConfiguration, DEFAULT_SIZE_MB) } }),
  };
}

function conversionDefaults(
  conversion: NonNullable<Extended['DataFormatConversionConfiguration']>,
): NonNullable<Extended['DataFormatConversionConfiguration']> {
  const schema = conversion.SchemaConfiguration;
  return {
    ...conversion,
    Enabled: conversion.Enabled ?? true,
    ...(schema === undefined ? {} : { SchemaConfiguration: { ...schema, VersionId: schema.VersionId ?? 'LATEST' } }),
  };
}

function s3Defaults(
  settings: Strict<S3DestinationConfiguration>,
  sizeInMBs: number,
): Pick<S3Settings, 'BufferingHints' | 'CompressionFormat' | 'EncryptionConfiguration' | 'CloudWatchLoggingOptions'> {
  const hints = settings.BufferingHints ?? {};
  if ((hints.SizeInMBs === undefined) !== (hints.IntervalInSeconds === undefined)) {
    throw invalidArgument('Both SizeInMBs and IntervalInSeconds must be specified in BufferingHints.');
  }
  return {
    BufferingHints: {
      SizeInMBs: hints.SizeInMBs ?? sizeInMBs,
      IntervalInSeconds: hints.IntervalInSeconds ?? DEFAULT_INTERVAL_SECONDS,
    },
    CompressionFormat: settings.CompressionFormat ?? 'UNCOMPRESSED',
    EncryptionConfiguration: settings.EncryptionConfiguration ?? { NoEncryptionConfig: 'NoEncryption' },
    CloudWatchLoggingOptions: settings.CloudWatchLoggingOptions ?? { Enabled: false },
  };
}

/** Merges an update into the current settings: members that it doesn't name stay ("UpdateDestination"). */
export function merge(current: DestinationSettings, update: Strict<ExtendedS3DestinationUpdate>): DestinationSettings {
  const { S3BackupUpdate, ...rest } = update;
  const backup = mergeBackup(current.S3BackupConfiguration, S3BackupUpdate);
  return withDefaults({
    ...current,
    ...rest,
    ...(backup === undefined ? {} : { S3BackupConfiguration: backup }),
  });
}

function mergeBackup(
  current: S3Settings | undefined,
  update: Strict<S3DestinationUpdate> | undefined,
): Strict<S3DestinationConfiguration> | undefined {
  if (update === undefined) return current;
  const merged = { ...current, ...update };
  if (merged.RoleARN === undefined || merged.BucketARN === undefined) {
    throw invalidArgument('RoleARN and BucketARN must be specified in S3BackupUpdate.');
  }
  return { ...merged, RoleARN: merged.RoleARN, BucketARN: merged.BucketARN };
}
