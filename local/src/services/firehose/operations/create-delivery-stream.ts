import type { CreateDeliveryStreamInput, KinesisStreamSourceConfiguration } from '@aws-sdk/client-firehose';
import type { Cloud } from '../../../core/cloud';
import type { Context, Strict } from '../../../core/operation';
import { fromTagList } from '../../../core/tags';
import { tipsOf } from '../../kinesis/tips';
import { streamArn } from '../arn';
import * as is from '../constraints';
import { operation } from '../contract';
import { encryptionWith } from '../encryption';
import { invalidArgument, notHere, notOneDestination, streamExists, tooManyStreams } from '../errors';
import { type IcebergSettings, icebergSettings, s3Behind } from '../iceberg';
import { checkRoles, checkTables } from '../roles';
import { checkDestination } from '../rules';
import { withDefaults } from '../settings';
import { type DeliveryStream, type DestinationSettings, newStreamId } from '../state';

type Input = Strict<CreateDeliveryStreamInput>;

/** Creates a delivery stream; it is ACTIVE at once, and reads its Kinesis stream from this moment on. */
export const createDeliveryStream = operation('CreateDeliveryStream', {
  handle: async (input, { state, cloud, caller }) => {
    const stream = await toStream(input, { cloud, caller, requestId: '' });
    await state.add(caller, stream, () => {
      if (state.find(caller, stream.name) !== undefined) throw streamExists(stream.name, caller.accountId);
      if (state.list(caller).length >= is.MAX_STREAMS) throw tooManyStreams(caller.accountId, is.MAX_STREAMS);
    });
    state.dataPlane.created(stream);
    return { DeliveryStreamARN: stream.arn };
  },
});

async function toStream(input: Input, context: Context): Promise<DeliveryStream> {
  const { cloud, caller } = context;
  const iceberg = icebergOf(input);
  const destination = iceberg === undefined ? destinationOf(input, context) : s3Behind(iceberg);
  checkDestination(destination);
  const type = input.DeliveryStreamType ?? 'DirectPut';
  const source = input.KinesisStreamSourceConfiguration;
  if (type !== 'KinesisStreamAsSource' && source !== undefined) {
    throw invalidArgument('KinesisSourceStreamConfig is only applicable for KinesisStreamAsSource stream type.');
  }
  if (type === 'KinesisStreamAsSource' && source === undefined) {
    throw invalidArgument('KinesisStreamAsSource stream type needs a KinesisStreamSourceConfiguration.');
  }
  const given = input.DeliveryStreamEncryptionConfigurationInput;
  if (source !== undefined && given !== undefined) {
    throw invalidArgument('Server-side encryption is only supported for delivery streams of type DirectPut.');
  }
  const encryption = given && (await encryptionWith(given, context));
  await checkRoles(cloud, caller, source, destination);
  if (iceberg !== undefined) await checkTables(cloud, caller, iceberg);
  const now = cloud.clock.now();
  return {
    name: input.DeliveryStreamName,
    arn: streamArn(caller, input.DeliveryStreamName),
    id: newStreamId(),
    type,
    status: 'ACTIVE',
    version: 1,
    createdAt: now,
    ...(source === undefined ? {} : { source: sourceOf(source, cloud) }),
    destination,
    ...(iceberg !== undefined && { iceberg }),
    ...(encryption === undefined ? {} : { encryption }),
    tags: fromTagList(input.Tags),
  };
}

function sourceOf(
  { KinesisStreamARN: streamArn, RoleARN: roleArn }: KinesisStreamSourceConfiguration,
  cloud: Cloud,
): DeliveryStream['source'] {
  const startsAfter = tipsOf(cloud, streamArn as string);
  const source = { streamArn: streamArn as string, roleArn: roleArn as string, startsAt: cloud.clock.now() };
  return startsAfter === undefined ? source : { ...source, startsAfter };
}

function destinationOf(input: Input, context: Context): DestinationSettings {
  if (input.DeliveryStreamType === 'MSKAsSource' || input.DeliveryStreamType === 'DatabaseAsSource') {
    throw notHere(`DeliveryStreamType ${input.DeliveryStreamType}`);
  }
  const { S3DestinationConfiguration: plain, ExtendedS3DestinationConfiguration: extended } = input;
  if ((plain === undefined) === (extended === undefined)) {
    throw notOneDestination();
  }
  const configuration = (extended ?? plain) as NonNullable<Input['ExtendedS3DestinationConfiguration']>;
  return withDefaults({
    ...configuration,
    DataFormatConversionConfiguration: inRegion(configuration.DataFormatConversionConfiguration, context),
  });
}

function icebergOf(input: Input): IcebergSettings | undefined {
  const {
    IcebergDestinationConfiguration: iceberg,
    S3DestinationConfiguration,
    ExtendedS3DestinationConfiguration,
  } = input;
  if (iceberg === undefined) return undefined;
  if (S3DestinationConfiguration !== undefined || ExtendedS3DestinationConfiguration !== undefined) {
    throw notOneDestination();
  }
  return icebergSettings(iceberg);
}

type Conversion = NonNullable<Input['ExtendedS3DestinationConfiguration']>['DataFormatConversionConfiguration'];

/** A conversion's schema with the account's and region's own catalog by default. */
function inRegion(conversion: Conversion, { caller }: Context): Conversion {
  const schema = conversion?.SchemaConfiguration;
  if (conversion === undefined || schema === undefined) return conversion;
  return {
    ...conversion,
    SchemaConfiguration: {
      ...schema,
      CatalogId: schema.CatalogId ?? caller.accountId,
      Region: schema.Region ?? caller.region,
    },
  };
}
