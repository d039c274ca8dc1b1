import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { FirehoseClient, ListDeliveryStreamsCommand } from '@aws-sdk/client-firehose';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';

/** SDK clients of the demo's endpoint, whatever this process's environment says. */
export interface DemoClients {
  readonly athena: AthenaClient;
  readonly s3: S3Client;
  readonly firehose: FirehoseClient;
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Clients for an endpoint. */
export function demoClients(endpoint: string, region = 'us-east-1'): DemoClients {
  const config = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  return {
    athena: new AthenaClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    firehose: new FirehoseClient(config),
    cloudwatch: new CloudWatchClient(config),
    dynamodb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
  };
}

/** Keys of the objects under a prefix. */
export async function objectKeys(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
  }
  return keys;
}

/** Names of resources that still exist; empty once everything is gone. */
export async function leftovers({ athena, s3, firehose, dynamodb, lambda, sqs }: DemoClients): Promise<string[]> {
  const buckets = await s3.send(new ListBucketsCommand({}));
  const streams = await firehose.send(new ListDeliveryStreamsCommand({}));
  const groups = await athena.send(new ListWorkGroupsCommand({}));
  const functions = await lambda.send(new ListFunctionsCommand({}));
  const tables = await dynamodb.send(new ListTablesCommand({}));
  const queues = await sqs.send(new ListQueuesCommand({}));
  return [
    ...(buckets.Buckets ?? []).map(({ Name }) => `bucket ${Name}`),
    ...(streams.DeliveryStreamNames ?? []).map((name) => `delivery stream ${name}`),
    ...(functions.Functions ?? []).map(({ FunctionName }) => `function ${FunctionName}`),
    ...(tables.TableNames ?? []).map((name) => `table ${name}`),
    ...(queues.QueueUrls ?? []).map((url) => `queue ${url}`),
    ...(groups.WorkGroups ?? []).filter(({ Name }) => Name !== 'primary').map(({ Name }) => `workgroup ${Name}`),
  ];
}
