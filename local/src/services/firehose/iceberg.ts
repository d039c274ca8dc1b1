import type { IcebergDestinationConfiguration, IcebergDestinationUpdate } from '@aws-sdk/client-firehose';
import type { Strict } from '../../core/operation';
import { invalidArgument, notHere } from './errors';
import { processorsOf } from './processors';
import { checkProcessors } from './rules';
import { withDefaults } from './settings';
import type { DestinationSettings } from './state';

type Configuration = Strict<IcebergDestinationConfiguration>;

/** The Iceberg destination with AWS's defaults, except for those of its S3 destination. */
export type IcebergSettings = Configuration;

const DEFAULT_RETRY_SECONDS = 300;
const KEY_OPERATIONS = /operation/;

/** @throws AwsError `InvalidArgumentException` if AWS refuses it, or it isn't supported here */
export function icebergSettings(configuration: Configuration): IcebergSettings {
  const { CatalogConfiguration, ProcessingConfiguration } = configuration;
  const { CatalogARN } = CatalogConfiguration;
  if (CatalogARN !== undefined && !/^arn:[^:]+:glue:[^:]+:\d{12}:catalog$/.test(CatalogARN)) {
    throw notHere(`The catalog ${CatalogARN}`);
  }
  if (CatalogConfiguration.WarehouseLocation !== undefined) throw notHere('CatalogConfiguration.WarehouseLocation');
  if (configuration.SchemaEvolutionConfiguration?.Enabled === true) throw notHere('Schema evolution by Firehose');
  if (configuration.TableCreationConfiguration?.Enabled === true) throw notHere('Table creation by Firehose');
  checkProcessors(processorsOf({ ProcessingConfiguration }));
  const query = metadataQuery({ ProcessingConfiguration });
  if (configuration.AppendOnly === true && query !== undefined && KEY_OPERATIONS.test(query)) {
    throw invalidArgument('AppendOnly delivery streams support the operation insert alone.');
  }
  return {
    ...configuration,
    S3BackupMode: configuration.S3BackupMode ?? 'FailedDataOnly',
    RetryOptions: { DurationInSeconds: configuration.RetryOptions?.DurationInSeconds ?? DEFAULT_RETRY_SECONDS },
  };
}

/** Merges an update into the existing settings. */
export function mergeIceberg(before: IcebergSettings, update: Strict<IcebergDestinationUpdate>): IcebergSettings {
  const S3Configuration = { ...before.S3Configuration, ...update.S3Configuration };
  return icebergSettings({ ...before, ...update, S3Configuration });
}

/** The S3 destination of an Iceberg one: for failed records, and for all if the backup is on. */
export function s3Behind(settings: IcebergSettings): DestinationSettings {
  const { S3Configuration, BufferingHints, CloudWatchLoggingOptions } = settings;
  const all = settings.S3BackupMode === 'AllData';
  return withDefaults({
    ...S3Configuration,
    ...(BufferingHints !== undefined && { BufferingHints }),
    ...(CloudWatchLoggingOptions !== undefined && { CloudWatchLoggingOptions }),
    S3BackupMode: all ? 'Enabled' : 'Disabled',
    ...(all && { S3BackupConfiguration: S3Configuration }),
  });
}

/** The jq query for each record's table and operation. */
export function metadataQuery({
  ProcessingConfiguration,
}: Pick<Configuration, 'ProcessingConfiguration'>): string | undefined {
  if (ProcessingConfiguration?.Enabled !== true) return undefined;
  const processor = ProcessingConfiguration.Processors?.find(({ Type }) => Type === 'MetadataExtraction');
  return processor?.Parameters?.find(({ ParameterName }) => ParameterName === 'MetadataExtractionQuery')
    ?.ParameterValue;
}
