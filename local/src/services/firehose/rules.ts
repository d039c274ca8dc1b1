import { invalidArgument, notHere } from './errors';
import { type Prefix, PrefixError, parsePrefix } from './language/prefix';
import { isTimeZone } from './language/time-format';
import { jodaTimestamp } from './language/timestamps';
import { type Processor, parameterOf, processorsOf } from './processors';
import type { DestinationSettings, S3Settings } from './state';

/** Smallest buffer with format conversion or dynamic partitioning. */
const MIN_SIZE_MB_CONVERSION = 64;

/**
 * Rules across the members of a destination ("Convert input data format", "Understand custom prefixes",
 * "Dynamic partitioning").
 * @throws AwsError `InvalidArgumentException`
 */
export function checkDestination(settings: DestinationSettings): void {
  checkConversion(settings);
  const prefix = checkPrefixes(settings.Prefix, settings.ErrorOutputPrefix);
  checkProcessing(settings, prefix);
  checkLogging(settings);
  if (settings.CustomTimeZone !== undefined && settings.CustomTimeZone !== '' && !isTimeZone(settings.CustomTimeZone)) {
    throw invalidArgument(`CustomTimeZone ${settings.CustomTimeZone} is not a valid time zone.`);
  }
  if (settings.S3BackupMode === 'Enabled' && settings.S3BackupConfiguration === undefined) {
    throw invalidArgument('S3BackupConfiguration must be specified when S3BackupMode is Enabled.');
  }
  if (settings.S3BackupConfiguration !== undefined) {
    checkPrefixes(settings.S3BackupConfiguration.Prefix, settings.S3BackupConfiguration.ErrorOutputPrefix);
    checkLogging(settings.S3BackupConfiguration);
  }
}

/** Refuses changes of settings that must stay once they are on. @throws AwsError `InvalidArgumentException` */
export function checkChange(before: DestinationSettings, after: DestinationSettings): void {
  if (before.S3BackupMode === 'Enabled' && after.S3BackupMode === 'Disabled') {
    throw invalidArgument('S3BackupMode cannot be changed from Enabled to Disabled.');
  }
  const partitioned = (settings: DestinationSettings) => settings.DynamicPartitioningConfiguration?.Enabled === true;
  if (partitioned(before) !== partitioned(after)) {
    throw invalidArgument(
      partitioned(before)
        ? 'Dynamic partitioning cannot be disabled once it is enabled.'
        : 'Dynamic partitioning can only be enabled when the delivery stream is created.',
    );
  }
}

function checkConversion(settings: DestinationSettings): void {
  const conversion = settings.DataFormatConversionConfiguration;
  if (conversion?.Enabled !== true) return;
  const schema = conversion.SchemaConfiguration;
  for (const name of ['SchemaConfiguration', 'InputFormatConfiguration', 'OutputFormatConfiguration'] as const) {
    if (conversion[name] === undefined) {
      throw invalidArgument(`${name} must be specified when data format conversion is enabled.`);
    }
  }
  for (const name of ['RoleARN', 'DatabaseName', 'TableName'] as const) {
    if (schema?.[name] === undefined) throw invalidArgument(`SchemaConfiguration.${name} must be specified.`);
  }
  const deserializer = conversion.InputFormatConfiguration?.Deserializer;
  if ((deserializer?.HiveJsonSerDe === undefined) === (deserializer?.OpenXJsonSerDe === undefined)) {
    throw invalidArgument('Exactly one of HiveJsonSerDe and OpenXJsonSerDe must be specified in Deserializer.');
  }
  checkTimestampFormats(deserializer?.HiveJsonSerDe?.TimestampFormats);
  const serializer = conversion.OutputFormatConfiguration?.Serializer;
  if ((serializer?.ParquetSerDe === undefined) === (serializer?.OrcSerDe === undefined)) {
    throw invalidArgument('Exactly one of ParquetSerDe and OrcSerDe must be specified in Serializer.');
  }
  if (serializer?.OrcSerDe !== undefined) throw notHere('The ORC serializer');
  if (settings.CompressionFormat !== 'UNCOMPRESSED') {
    throw invalidArgument('CompressionFormat must be UNCOMPRESSED when data format conversion is enabled.');
  }
  if (settings.BufferingHints.SizeInMBs < MIN_SIZE_MB_CONVERSION) {
    throw invalidArgument(
      `BufferingHints.SizeInMBs must be at least ${MIN_SIZE_MB_CONVERSION} when data format conversion is enabled.`,
    );
  }
}

function checkTimestampFormats(formats: readonly string[] = []): void {
  const unknown = formats.find((format) => jodaTimestamp(format) === undefined);
  if (unknown !== undefined) throw invalidArgument(`The timestamp format ${unknown} is not supported.`);
}

function checkPrefixes(text: string | undefined, errorText: string | undefined): Prefix {
  const prefix = parsed(text ?? '', 'Prefix');
  if (prefix.hasErrorOutputType) throw invalidArgument('Prefix cannot contain !{firehose:error-output-type}.');
  if (errorText === undefined || errorText === '') {
    if (prefix.hasExpressions) {
      throw invalidArgument('ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.');
    }
    return prefix;
  }
  const error = parsed(errorText, 'ErrorOutputPrefix');
  if (error.hasExpressions && !error.hasErrorOutputType) {
    throw invalidArgument('ErrorOutputPrefix with expressions must contain !{firehose:error-output-type}.');
  }
  if (error.partitionKeys.length > 0) {
    throw invalidArgument('ErrorOutputPrefix cannot contain partitionKeyFromQuery expressions.');
  }
  if (error.lambdaKeys.length > 0) {
    throw invalidArgument('ErrorOutputPrefix cannot contain partitionKeyFromLambda expressions.');
  }
  return prefix;
}

function parsed(text: string, member: string): Prefix {
  try {
    return parsePrefix(text);
  } catch (error) {
    if (error instanceof PrefixError) throw invalidArgument(`${member}: ${error.message}`);
    throw error;
  }
}

const PROCESSORS_HERE = [
  'Decompression',
  'CloudWatchLogProcessing',
  'Lambda',
  'MetadataExtraction',
  'AppendDelimiterToRecord',
  'RecordDeAggregation',
];

function checkProcessing(settings: DestinationSettings, prefix: Prefix): void {
  const processors = processorsOf(settings);
  checkProcessors(processors);
  if (settings.DynamicPartitioningConfiguration?.Enabled !== true) {
    for (const name of ['partitionKeyFromQuery', 'partitionKeyFromLambda'])
      if ((name === 'partitionKeyFromQuery' ? prefix.partitionKeys : prefix.lambdaKeys).length > 0)
        throw invalidArgument(`Prefix can only use ${name} when dynamic partitioning is enabled.`);
    if (processors.some(({ Type }) => Type === 'MetadataExtraction')) {
      throw invalidArgument('MetadataExtraction processor is only supported when dynamic partitioning is enabled.');
    }
    return;
  }
  checkPartitioning(settings, prefix, processors);
}

/** Checks a destination's processors and a Lambda processor's parameters. @throws AwsError */
export function checkProcessors(processors: readonly Processor[]): void {
  for (const { Type } of processors) {
    if (!PROCESSORS_HERE.includes(Type)) throw notHere(`The processor ${Type}`);
  }
  checkDecompression(processors);
  const [lambda, second] = processors.filter(({ Type }) => Type === 'Lambda');
  if (lambda === undefined) return;
  if (second !== undefined) throw invalidArgument('Only one Lambda processor can be specified.');
  if (processors.some(({ Type }) => Type === 'RecordDeAggregation'))
    throw notHere('A Lambda processor together with RecordDeAggregation');
  const arn = parameterOf(lambda, 'LambdaArn');
  if (arn === undefined || !/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[\w-]+(:(\$LATEST|[\w-]+))?$/.test(arn))
    throw invalidArgument('LambdaArn must be specified for the Lambda processor, and be the ARN of a function.');
  for (const [name, min, max] of LAMBDA_LIMITS) {
    const value = parameterOf(lambda, name);
    if (value !== undefined && !(Number(value) >= min && Number(value) <= max))
      throw invalidArgument(`${name} must be a number from ${min} to ${max}.`);
  }
}

/** Checks the processors of CloudWatch Logs' records ("Send CloudWatch Logs to Firehose"). */
function checkDecompression(processors: readonly Processor[]): void {
  const decompression = processors.find(({ Type }) => Type === 'Decompression');
  const extraction = processors.find(({ Type }) => Type === 'CloudWatchLogProcessing');
  if (extraction !== undefined && decompression === undefined) {
    throw invalidArgument('CloudWatchLogProcessing processor can only be used together with Decompression.');
  }
  if (decompression === undefined) return;
  if ((parameterOf(decompression, 'CompressionFormat') ?? 'GZIP') !== 'GZIP') {
    throw invalidArgument('CompressionFormat of the Decompression processor must be GZIP.');
  }
  if (extraction !== undefined && !/^true$/i.test(parameterOf(extraction, 'DataMessageExtraction') ?? '')) {
    throw invalidArgument('DataMessageExtraction of the CloudWatchLogProcessing processor must be true.');
  }
  if (processors.some(({ Type }) => Type === 'Lambda')) {
    throw notHere('A Lambda processor together with Decompression');
  }
}

/** Limits of "Transform source data in Amazon Data Firehose"; that of NumberOfRetries is the console's. */
const LAMBDA_LIMITS = [
  ['NumberOfRetries', 0, 300],
  ['BufferSizeInMBs', 0.2, 3],
  ['BufferIntervalInSeconds', 0, 900],
] as const;

function checkPartitioning(settings: DestinationSettings, prefix: Prefix, processors: readonly Processor[]): void {
  const extraction = processors.find(({ Type }) => Type === 'MetadataExtraction');
  if (extraction === undefined && !processors.some(({ Type }) => Type === 'Lambda')) {
    throw invalidArgument(
      'MetadataExtraction or Lambda processor must be configured when dynamic partitioning is enabled.',
    );
  }
  if (extraction !== undefined) checkExtraction(extraction);
  else if (prefix.partitionKeys.length > 0)
    throw invalidArgument('MetadataExtraction processor must be configured when Prefix uses partitionKeyFromQuery.');
  if (prefix.partitionKeys.length + prefix.lambdaKeys.length === 0) {
    throw invalidArgument('Prefix must contain partition keys when dynamic partitioning is enabled.');
  }
  if (settings.BufferingHints.SizeInMBs < MIN_SIZE_MB_CONVERSION) {
    throw invalidArgument(
      `BufferingHints.SizeInMBs must be at least ${MIN_SIZE_MB_CONVERSION} when dynamic partitioning is enabled.`,
    );
  }
}

function checkExtraction(extraction: Processor): void {
  if (parameterOf(extraction, 'MetadataExtractionQuery') === undefined) {
    throw invalidArgument('MetadataExtractionQuery must be specified for the MetadataExtraction processor.');
  }
  if (parameterOf(extraction, 'JsonParsingEngine') !== 'JQ-1.6') {
    throw invalidArgument('JsonParsingEngine must be JQ-1.6 for the MetadataExtraction processor.');
  }
}

function checkLogging(settings: S3Settings): void {
  const logging = settings.CloudWatchLoggingOptions;
  if (logging?.Enabled !== true) return;
  if (!logging.LogGroupName || !logging.LogStreamName) {
    throw invalidArgument('LogGroupName and LogStreamName must be specified when CloudWatch logging is enabled.');
  }
}
