import { CreateLogGroupCommand, CreateLogStreamCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateDeliveryStreamCommand, type ExtendedS3DestinationConfiguration } from '@aws-sdk/client-firehose';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  PutRecordsCommand,
  waitUntilStreamExists,
  waitUntilStreamNotExists,
} from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { PARQUET } from './athena';
import type { Clients } from './clients';
import { eventually } from './eventually';

export const ACCOUNT = '000000000000';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/delivery`;
export const STREAM = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/events`;
export const BUCKET = 'lake';
const SOON = { maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 };
const GLUE = `arn:aws:glue:us-east-1:${ACCOUNT}`;

/** Actions of the role's policy in Firehose's documentation, with their resources. */
export const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  'kinesis:DescribeStream': [STREAM],
  'kinesis:GetShardIterator': [STREAM],
  'kinesis:GetRecords': [STREAM],
  'kinesis:ListShards': [STREAM],
  's3:AbortMultipartUpload': [`arn:aws:s3:::${BUCKET}/*`],
  's3:GetObject': [`arn:aws:s3:::${BUCKET}/*`],
  's3:PutObject': [`arn:aws:s3:::${BUCKET}/*`],
  's3:GetBucketLocation': [`arn:aws:s3:::${BUCKET}`],
  's3:ListBucket': [`arn:aws:s3:::${BUCKET}`],
  's3:ListBucketMultipartUploads': [`arn:aws:s3:::${BUCKET}`],
  'glue:GetTable': [`${GLUE}:catalog`, `${GLUE}:database/db`, `${GLUE}:table/db/events`],
  'glue:GetTableVersion': [`${GLUE}:catalog`, `${GLUE}:database/db`, `${GLUE}:table/db/events`],
  'glue:GetTableVersions': [`${GLUE}:catalog`, `${GLUE}:database/db`, `${GLUE}:table/db/events`],
  'logs:PutLogEvents': [`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:delivery:log-stream:s3`],
};

/** A stream, bucket, table, log stream and role, made and used by an endpoint's clients. */
export class Lake {
  constructor(readonly clients: Clients) {}

  get kinesis() {
    return this.clients.kinesis;
  }
  get s3() {
    return this.clients.s3;
  }
  get glue() {
    return this.clients.glue;
  }
  get iam() {
    return this.clients.iam;
  }
  get logs() {
    return this.clients.logs;
  }
  get firehose() {
    return this.clients.firehose;
  }

  /** @param columns name and Hive type of the table's columns. */
  async build(columns: Readonly<Record<string, string>>, shards = 1): Promise<void> {
    await this.createStream(shards);
    await this.clients.bucket(BUCKET);
    await this.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }));
    const Columns = Object.entries(columns).map(([Name, Type]) => ({ Name, Type }));
    const TableInput = { Name: 'events', StorageDescriptor: { Columns, Location: `s3://${BUCKET}/data/`, ...PARQUET } };
    await this.glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput }));
    await this.logs.send(new CreateLogGroupCommand({ logGroupName: 'delivery' }));
    await this.logs.send(new CreateLogStreamCommand({ logGroupName: 'delivery', logStreamName: 's3' }));
    await this.createRole();
    await this.allow(Object.keys(PERMISSIONS));
  }

  /** Makes the delivery's source stream, and waits until it is ACTIVE. */
  async createStream(ShardCount: number): Promise<void> {
    await this.kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount }));
    await waitUntilStreamExists({ client: this.kinesis, ...SOON }, { StreamName: 'events' });
  }

  /** Deletes that stream, and waits until it is gone. */
  async deleteStream(): Promise<void> {
    await this.kinesis.send(new DeleteStreamCommand({ StreamName: 'events' }));
    await waitUntilStreamNotExists({ client: this.kinesis, ...SOON }, { StreamName: 'events' });
  }

  async createRole(): Promise<void> {
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'firehose.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': ACCOUNT } },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.iam.send(new CreateRoleCommand({ RoleName: 'delivery', AssumeRolePolicyDocument }));
  }

  /** Gives the role these actions and no others. @param keyed actions on a KMS key */
  async allow(actions: readonly string[], keyed?: { actions: readonly string[]; key: string }): Promise<void> {
    const Statement = actions.map((Action) => ({ Effect: 'Allow', Action, Resource: PERMISSIONS[Action] }));
    for (const Action of keyed?.actions ?? [])
      Statement.push({ Effect: 'Allow', Action, Resource: [keyed?.key ?? ''] });
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.iam.send(new PutRolePolicyCommand({ RoleName: 'delivery', PolicyName: 'delivery', PolicyDocument }));
  }

  /** A destination with conversion to Parquet and the shortest buffering. @param more members that replace those */
  destination(more: Partial<ExtendedS3DestinationConfiguration> = {}): ExtendedS3DestinationConfiguration {
    return {
      RoleARN: ROLE,
      BucketARN: `arn:aws:s3:::${BUCKET}`,
      Prefix: 'data/',
      ErrorOutputPrefix: 'error/',
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
      CloudWatchLoggingOptions: { Enabled: true, LogGroupName: 'delivery', LogStreamName: 's3' },
      DataFormatConversionConfiguration: {
        Enabled: true,
        InputFormatConfiguration: { Deserializer: { HiveJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
        SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'db', TableName: 'events' },
      },
      ...more,
    };
  }

  async deliver(name: string, destination: ExtendedS3DestinationConfiguration, fromKinesis = true): Promise<void> {
    const source = {
      DeliveryStreamType: 'KinesisStreamAsSource' as const,
      KinesisStreamSourceConfiguration: { KinesisStreamARN: STREAM, RoleARN: ROLE },
    };
    await this.firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ...(fromKinesis ? source : {}),
        ExtendedS3DestinationConfiguration: destination,
      }),
    );
  }

  async put(records: readonly (string | Buffer)[]): Promise<void> {
    const Records = records.map((record, index) => ({ Data: Buffer.from(record), PartitionKey: String(index) }));
    const { FailedRecordCount } = await this.kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
    if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records failed.`);
  }

  async keys(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix, ContinuationToken: token }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key as string));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  /** Waits for that many objects below a prefix. */
  async objects(prefix: string, count: number): Promise<string[]> {
    return eventually(async () => {
      const keys = await this.keys(prefix);
      return keys.length >= count && keys;
    });
  }

  async body(key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** The delivery's log events. */
  async failures(): Promise<{ errorCode: string; message: string; deliveryStreamARN: string; destination: string }[]> {
    const { events } = await this.logs.send(
      new GetLogEventsCommand({ logGroupName: 'delivery', logStreamName: 's3', startFromHead: true }),
    );
    return (events ?? []).map(({ message }) => JSON.parse(message as string));
  }
}
