import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createAgents } from 'lakehouse-producer/proxy';

/** One client a service, all with the SDK's usual credentials, profile and endpoint settings. */
export interface Aws {
  readonly kinesis: KinesisClient;
  readonly firehose: FirehoseClient;
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly athena: AthenaClient;
  readonly cloudwatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
}

/**
 * Creates the clients. @param region region of the stack @param endpoint an endpoint other than AWS's, with path-style
 * S3
 */
export function connect(region: string, endpoint: string | undefined): Aws {
  // Short timeouts: a service that is down shows as down within seconds, not after a minute of retries.
  const requestHandler = new NodeHttpHandler({ ...createAgents(), connectionTimeout: 2_000, requestTimeout: 15_000 });
  const common = { region, maxAttempts: 2, requestHandler };
  return {
    kinesis: new KinesisClient(common),
    firehose: new FirehoseClient(common),
    s3: new S3Client({ ...common, forcePathStyle: endpoint !== undefined }),
    glue: new GlueClient(common),
    athena: new AthenaClient(common),
    cloudwatch: new CloudWatchClient(common),
    logs: new CloudWatchLogsClient(common),
    dynamodb: new DynamoDBClient(common),
    lambda: new LambdaClient(common),
    sqs: new SQSClient(common),
  };
}
