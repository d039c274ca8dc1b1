import {
  ConcurrentModificationException,
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  type DeliveryStreamEncryptionConfigurationInput,
  DescribeDeliveryStreamCommand,
  type ExtendedS3DestinationConfiguration,
  InvalidArgumentException,
  InvalidKMSResourceException,
  LimitExceededException,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
  TagDeliveryStreamCommand,
  UntagDeliveryStreamCommand,
  UpdateDestinationCommand,
} from '@aws-sdk/client-firehose';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { firehose } = local;
let number = 0;

const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const STREAM = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';
const S3 = { RoleARN: role('delivery'), BucketARN: 'arn:aws:s3:::lake' };
const CONVERSION: ExtendedS3DestinationConfiguration['DataFormatConversionConfiguration'] = {
  InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
  OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
  SchemaConfiguration: { RoleARN: role('delivery'), DatabaseName: 'db', TableName: 'events' },
};

beforeAll(async () => {
  const { glue, kinesis } = local;
  await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 1 }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }));
  const TableInput = { Name: 'events', StorageDescriptor: { Columns: [{ Name: 'id', Type: 'string' }] } };
  await glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput }));
  await local.role('delivery', 'firehose.amazonaws.com', ['kinesis:*', 'glue:*', 's3:*']);
  await local.role('powerless', 'firehose.amazonaws.com');
  await local.role('trusted-by-others', 'ec2.amazonaws.com', ['*']);
});

async function create(more: Partial<ExtendedS3DestinationConfiguration>, kinesisRole?: string): Promise<string> {
  const DeliveryStreamName = `stream-${number++}`;
  const source =
    kinesisRole === undefined
      ? {}
      : {
          DeliveryStreamType: 'KinesisStreamAsSource' as const,
          KinesisStreamSourceConfiguration: { KinesisStreamARN: STREAM, RoleARN: role(kinesisRole) },
        };
  const ExtendedS3DestinationConfiguration = { ...S3, ...more };
  await firehose.send(
    new CreateDeliveryStreamCommand({ DeliveryStreamName, ...source, ExtendedS3DestinationConfiguration }),
  );
  return DeliveryStreamName;
}

async function described(DeliveryStreamName: string) {
  const output = await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }));
  const description = output.DeliveryStreamDescription;
  return { ...description, extended: description?.Destinations?.[0]?.ExtendedS3DestinationDescription };
}

test('fills in the defaults that AWS shows', async () => {
  const plain = await described(await create({}));
  expect(plain).toMatchObject({
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamType: 'DirectPut',
    VersionId: '1',
    DeliveryStreamEncryptionConfiguration: { Status: 'DISABLED' },
    HasMoreDestinations: false,
    extended: {
      BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
      CompressionFormat: 'UNCOMPRESSED',
      EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
      CloudWatchLoggingOptions: { Enabled: false },
      S3BackupMode: 'Disabled',
      DataFormatConversionConfiguration: { Enabled: false },
      ProcessingConfiguration: { Enabled: false },
    },
  });
  const keyed = await described(await create(partitioned('data/!{partitionKeyFromQuery:k}/')));
  expect(keyed.extended?.DynamicPartitioningConfiguration?.RetryOptions).toEqual({ DurationInSeconds: 300 });
  const converting = await described(await create({ DataFormatConversionConfiguration: CONVERSION }, 'delivery'));
  expect(converting.Source?.KinesisStreamSourceDescription).toMatchObject({
    KinesisStreamARN: STREAM,
    DeliveryStartTimestamp: expect.any(Date),
  });
  expect(converting.DeliveryStreamEncryptionConfiguration).toBeUndefined();
  expect(converting.extended?.BufferingHints).toEqual({ SizeInMBs: 128, IntervalInSeconds: 300 });
  expect(converting.extended?.DataFormatConversionConfiguration).toMatchObject({
    Enabled: true,
    SchemaConfiguration: { CatalogId: '000000000000', Region: 'us-east-1', VersionId: 'LATEST' },
  });
});

const partitioned = (Prefix: string): Partial<ExtendedS3DestinationConfiguration> => ({
  Prefix,
  ErrorOutputPrefix: 'error/!{firehose:error-output-type}/',
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction',
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{k: .k}' },
          { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
        ],
      },
    ],
  },
});

test.each<[string, Partial<ExtendedS3DestinationConfiguration>, RegExp]>([
  ['one hint alone', { BufferingHints: { SizeInMBs: 5 } }, /Both SizeInMBs and IntervalInSeconds/],
  [
    'a small buffer with conversion',
    { BufferingHints: { SizeInMBs: 63, IntervalInSeconds: 60 }, DataFormatConversionConfiguration: CONVERSION },
    /BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled/,
  ],
  [
    'compression with conversion',
    { CompressionFormat: 'GZIP', DataFormatConversionConfiguration: CONVERSION },
    /CompressionFormat must be UNCOMPRESSED/,
  ],
  [
    'conversion without a schema',
    { DataFormatConversionConfiguration: { Enabled: true } },
    /SchemaConfiguration must be/,
  ],
  [
    'a table that is not there',
    {
      DataFormatConversionConfiguration: {
        ...CONVERSION,
        SchemaConfiguration: { ...CONVERSION?.SchemaConfiguration, TableName: 'nothing' },
      },
    },
    /not found/i,
  ],
  [
    'a schema role without permissions',
    {
      DataFormatConversionConfiguration: {
        ...CONVERSION,
        SchemaConfiguration: { ...CONVERSION?.SchemaConfiguration, RoleARN: role('powerless') },
      },
    },
    /Access was denied when calling Glue/,
  ],
  [
    'expressions without an error prefix',
    { Prefix: '!{timestamp:yyyy}/' },
    /ErrorOutputPrefix cannot be null or empty/,
  ],
  [
    'an error prefix that does not tell the errors apart',
    { ErrorOutputPrefix: 'error/!{timestamp:yyyy}/' },
    /error-output-type/,
  ],
  [
    'the error type in the prefix',
    { Prefix: '!{firehose:error-output-type}/', ErrorOutputPrefix: 'e/' },
    /Prefix cannot/,
  ],
  ['an unknown expression', { Prefix: '!{time:yyyy}/', ErrorOutputPrefix: 'e/' }, /Invalid expression/],
  [
    'a pattern that is not one',
    { Prefix: '!{timestamp:bogus}/', ErrorOutputPrefix: 'e/' },
    /Invalid timestamp pattern/,
  ],
  ['an unknown time zone', { CustomTimeZone: 'Mars/Olympus' }, /time zone/],
  [
    'a timestamp format with a letter that is none',
    {
      DataFormatConversionConfiguration: {
        ...CONVERSION,
        InputFormatConfiguration: { Deserializer: { HiveJsonSerDe: { TimestampFormats: ['yyyy-bb'] } } },
      },
    },
    /timestamp format yyyy-bb/,
  ],
  ['backup without a destination', { S3BackupMode: 'Enabled' }, /S3BackupConfiguration/],
  ['logging without names', { CloudWatchLoggingOptions: { Enabled: true } }, /LogGroupName/],
  ['partitions without a key in the prefix', partitioned('data/'), /partition keys/],
  [
    'a partition key without partitioning',
    { Prefix: '!{partitionKeyFromQuery:k}/', ErrorOutputPrefix: 'e/' },
    /dynamic partitioning/,
  ],
  ['a role that trusts another service', { RoleARN: role('trusted-by-others') }, /unable to assume role/],
  ['a role that is not there', { RoleARN: role('nobody') }, /unable to assume role/],
])('refuses %s', async (_what, settings, message) => {
  const error = await create(settings).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidArgumentException);
  expect((error as Error).message).toMatch(message);
});

test('refuses a source that its role may not describe, and a name that is taken', async () => {
  await expect(create({}, 'powerless')).rejects.toThrow(
    `Role ${role('powerless')} is not authorized to perform: kinesis:DescribeStream on resource ${STREAM}.`,
  );
  const DeliveryStreamName = await create({});
  const again = new CreateDeliveryStreamCommand({ DeliveryStreamName, ExtendedS3DestinationConfiguration: S3 });
  await expect(firehose.send(again)).rejects.toThrow(ResourceInUseException);
  const puts = {
    DeliveryStreamName: 'puts',
    DeliveryStreamType: 'DirectPut' as const,
    ExtendedS3DestinationConfiguration: S3,
  };
  const KinesisStreamSourceConfiguration = { KinesisStreamARN: STREAM, RoleARN: S3.RoleARN };
  await expect(
    firehose.send(new CreateDeliveryStreamCommand({ ...puts, KinesisStreamSourceConfiguration })),
  ).rejects.toThrow('only applicable for KinesisStreamAsSource stream type');
  const reads = { ...puts, DeliveryStreamType: 'KinesisStreamAsSource' as const };
  await expect(firehose.send(new CreateDeliveryStreamCommand(reads))).rejects.toThrow(InvalidArgumentException);
});

test('a key for encryption goes with a key of the customer, and only with that', async () => {
  const create = (DeliveryStreamEncryptionConfigurationInput: DeliveryStreamEncryptionConfigurationInput) =>
    firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: 'encrypted',
        ExtendedS3DestinationConfiguration: S3,
        DeliveryStreamEncryptionConfigurationInput,
      }),
    );
  await expect(create({ KeyType: 'CUSTOMER_MANAGED_CMK' })).rejects.toThrow(InvalidArgumentException);
  const { kms } = local;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyARN = KeyMetadata?.Arn as string;
  await expect(create({ KeyType: 'AWS_OWNED_CMK', KeyARN })).rejects.toThrow(InvalidArgumentException);
  for (const KeyARN of [`${KeyMetadata?.Arn?.slice(0, -1)}x`, KeyMetadata?.Arn?.replace('us-east-1', 'eu-west-1')]) {
    await expect(create({ KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN })).rejects.toThrow(InvalidKMSResourceException);
  }
  await create({ KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN });
  const { DeliveryStreamEncryptionConfiguration } = await described('encrypted');
  expect(DeliveryStreamEncryptionConfiguration).toEqual({
    Status: 'ENABLED',
    KeyType: 'CUSTOMER_MANAGED_CMK',
    KeyARN,
  });
  await kms.send(new DisableKeyCommand({ KeyId: KeyARN }));
  await expect(
    firehose.send(
      new StartDeliveryStreamEncryptionCommand({
        DeliveryStreamName: 'encrypted',
        DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN },
      }),
    ),
  ).rejects.toThrow(InvalidKMSResourceException);
});

test('a source of another region is not found', async () => {
  const elsewhere = new KinesisClient({
    ...local.config,
    region: 'eu-west-1',
    requestHandler: new NodeHttpHandler(),
  });
  await elsewhere.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 1 }));
  const KinesisStreamARN = STREAM.replace('us-east-1', 'eu-west-1');
  await expect(
    firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: 'across',
        DeliveryStreamType: 'KinesisStreamAsSource',
        KinesisStreamSourceConfiguration: { KinesisStreamARN, RoleARN: role('delivery') },
        ExtendedS3DestinationConfiguration: S3,
      }),
    ),
  ).rejects.toThrow('Stream events under account 000000000000 not found.');
  await expect(described('across')).rejects.toThrow(ResourceNotFoundException);
});

test('updates the version that was seen, keeps what is not named, and never turns the backup off', async () => {
  const DeliveryStreamName = await create({
    Prefix: 'a/',
    S3BackupMode: 'Enabled',
    S3BackupConfiguration: { ...S3, Prefix: 'source/' },
  });
  const update = (CurrentDeliveryStreamVersionId: string, ExtendedS3DestinationUpdate: object) =>
    firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName,
        CurrentDeliveryStreamVersionId,
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationUpdate,
      }),
    );
  await update('1', { BufferingHints: { SizeInMBs: 2, IntervalInSeconds: 61 } });
  expect(await described(DeliveryStreamName)).toMatchObject({
    VersionId: '2',
    LastUpdateTimestamp: expect.any(Date),
    extended: {
      Prefix: 'a/',
      BufferingHints: { SizeInMBs: 2, IntervalInSeconds: 61 },
      S3BackupDescription: { Prefix: 'source/', BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 } },
    },
  });
  await expect(update('1', { Prefix: 'b/' })).rejects.toThrow(ConcurrentModificationException);
  await expect(update('2', { S3BackupMode: 'Disabled' })).rejects.toThrow(InvalidArgumentException);
  await expect(
    firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName,
        CurrentDeliveryStreamVersionId: '2',
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationUpdate: { Prefix: 'c/' },
        S3DestinationUpdate: { Prefix: 'd/' },
      }),
    ),
  ).rejects.toThrow('Exactly one destination configuration is supported for a Firehose');
});

test('tags, encryption and lists', async () => {
  const DeliveryStreamName = await create({});
  const Tags = ['b', 'a', 'c'].map((Key) => ({ Key, Value: Key.toUpperCase() }));
  await firehose.send(new TagDeliveryStreamCommand({ DeliveryStreamName, Tags }));
  await firehose.send(new UntagDeliveryStreamCommand({ DeliveryStreamName, TagKeys: ['b'] }));
  const more = Array.from({ length: 49 }, (_, index) => ({ Key: `more-${index}`, Value: '' }));
  await expect(firehose.send(new TagDeliveryStreamCommand({ DeliveryStreamName, Tags: more }))).rejects.toThrow(
    LimitExceededException,
  );
  for (const Key of ['foo!', 'aws:stage']) {
    const refused = new TagDeliveryStreamCommand({ DeliveryStreamName, Tags: [{ Key, Value: 'x' }] });
    await expect(firehose.send(refused)).rejects.toThrow('Member must satisfy regular expression pattern');
  }
  const page = await firehose.send(new ListTagsForDeliveryStreamCommand({ DeliveryStreamName, Limit: 1 }));
  expect(page).toMatchObject({ Tags: [{ Key: 'a', Value: 'A' }], HasMoreTags: true });
  await firehose.send(new StartDeliveryStreamEncryptionCommand({ DeliveryStreamName }));
  expect((await described(DeliveryStreamName)).DeliveryStreamEncryptionConfiguration).toEqual({
    Status: 'ENABLED',
    KeyType: 'AWS_OWNED_CMK',
  });
  await firehose.send(new StopDeliveryStreamEncryptionCommand({ DeliveryStreamName }));
  expect((await described(DeliveryStreamName)).DeliveryStreamEncryptionConfiguration).toEqual({ Status: 'DISABLED' });
  const all = await firehose.send(new ListDeliveryStreamsCommand({ Limit: 100 }));
  expect(all.DeliveryStreamNames).toContain(DeliveryStreamName);
  const some = await firehose.send(new ListDeliveryStreamsCommand({ Limit: 1, DeliveryStreamType: 'DirectPut' }));
  expect(some.HasMoreDeliveryStreams).toBe(true);
});

test('what is not there is not found, and records go into DirectPut streams only', async () => {
  const nothing = { DeliveryStreamName: 'nothing' };
  const Data = Buffer.from('x');
  for (const command of [
    new DescribeDeliveryStreamCommand(nothing),
    new DeleteDeliveryStreamCommand(nothing),
    new PutRecordCommand({ ...nothing, Record: { Data } }),
  ]) {
    await expect(firehose.send(command as DescribeDeliveryStreamCommand)).rejects.toThrow(ResourceNotFoundException);
  }
  const DeliveryStreamName = await create({}, 'delivery');
  await expect(firehose.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data } }))).rejects.toThrow(
    'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
  );
  const direct = await create({});
  const Records = Array.from({ length: 5 }, () => ({ Data: Buffer.alloc(900_000) }));
  await expect(firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: direct, Records }))).rejects.toThrow(
    InvalidArgumentException,
  );
});
