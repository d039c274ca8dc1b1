import type { CreateFunctionRequest } from '@aws-sdk/client-lambda';

/** Settings for `new AnyClient(config)`. */
export interface ClientConfig {
  readonly endpoint: string | (() => Promise<{ protocol: string; hostname: string; port: number; path: string }>);
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** A second attempt replaces a connection that a restart of the endpoint closed. */
  readonly maxAttempts?: number;
}

/** Settings for clients of an endpoint at a URL, as the account's owner. */
export function configOf(endpoint: ClientConfig['endpoint'], more: Partial<ClientConfig> = {}): ClientConfig {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 2, ...more };
}

/** A policy document with these statements. */
export function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

const OWN_ACCOUNT = { AWS: '000000000000' };

/**
 * Clients of all services for one identity, and helpers that many tests share. Each SDK is loaded on first use: a test
 * of one service doesn't pay for the others.
 */
export class Clients {
  private readonly made = new Map<string, { destroy(): void }>();

  constructor(readonly config: ClientConfig) {}

  get athena() {
    return this.once('athena', () => new (sdk('athena').AthenaClient)(this.config));
  }
  get cloudwatch() {
    return this.once('cloudwatch', () => new (sdk('cloudwatch').CloudWatchClient)(this.config));
  }
  get dynamodb() {
    return this.once('dynamodb', () => new (sdk('dynamodb').DynamoDBClient)(this.config));
  }
  get dynamodbStreams() {
    return this.once('dynamodb-streams', () => new (sdk('dynamodb-streams').DynamoDBStreamsClient)(this.config));
  }
  get firehose() {
    return this.once('firehose', () => new (sdk('firehose').FirehoseClient)(this.config));
  }
  get glue() {
    return this.once('glue', () => new (sdk('glue').GlueClient)(this.config));
  }
  get iam() {
    return this.once('iam', () => new (sdk('iam').IAMClient)(this.config));
  }
  /** Client over HTTP/1.1, which keeps its connections; the SDK's default opens one for each request. */
  get kinesis() {
    return this.once('kinesis', () => {
      const { NodeHttpHandler } = require('@smithy/node-http-handler') as typeof import('@smithy/node-http-handler');
      return new (sdk('kinesis').KinesisClient)({ ...this.config, requestHandler: new NodeHttpHandler() });
    });
  }
  get kms() {
    return this.once('kms', () => new (sdk('kms').KMSClient)(this.config));
  }
  /** Client without retries: a second attempt would run the function twice. */
  get lambda() {
    return this.once('lambda', () => new (sdk('lambda').LambdaClient)({ ...this.config, maxAttempts: 1 }));
  }
  get logs() {
    return this.once('logs', () => new (sdk('cloudwatch-logs').CloudWatchLogsClient)(this.config));
  }
  get s3() {
    return this.once('s3', () => new (sdk('s3').S3Client)({ ...this.config, forcePathStyle: true }));
  }
  get sns() {
    return this.once('sns', () => new (sdk('sns').SNSClient)(this.config));
  }
  get sqs() {
    return this.once('sqs', () => new (sdk('sqs').SQSClient)(this.config));
  }
  get sts() {
    return this.once('sts', () => new (sdk('sts').STSClient)(this.config));
  }

  /** Makes a stream and waits until it is ACTIVE. @param shards @default 1 */
  async stream(StreamName: string, shards = 1): Promise<void> {
    const { makeStream } = require('./kinesis') as typeof import('./kinesis');
    await makeStream(this.kinesis, StreamName, shards);
  }

  /** @returns the bucket's name */
  async bucket(Bucket: string): Promise<string> {
    await this.s3.send(new (sdk('s3').CreateBucketCommand)({ Bucket }));
    return Bucket;
  }

  /**
   * Makes a role.
   * @param trust its trust policy, or the trusted service, such as `lambda.amazonaws.com`. @default the account
   * @param actions allowed actions, on all resources. @default none
   * @returns its ARN
   */
  async role(RoleName: string, trust?: string, actions: readonly string[] = []): Promise<string> {
    const Principal = trust === undefined ? OWN_ACCOUNT : { Service: trust };
    const AssumeRolePolicyDocument = trust?.startsWith('{')
      ? trust
      : policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
    const made = await this.iam.send(new (sdk('iam').CreateRoleCommand)({ RoleName, AssumeRolePolicyDocument }));
    if (actions.length > 0) await this.allow(RoleName, actions);
    return made.Role?.Arn as string;
  }

  /** Gives a role these statements, in place of those of an earlier call. */
  async permit(RoleName: string, ...statements: object[]): Promise<void> {
    const PolicyDocument = policy(...statements);
    await this.iam.send(new (sdk('iam').PutRolePolicyCommand)({ RoleName, PolicyName: 'permit', PolicyDocument }));
  }

  /** Like `permit`, with these actions on all resources. */
  allow(RoleName: string, actions: readonly string[]): Promise<void> {
    return this.permit(RoleName, { Effect: 'Allow', Action: actions, Resource: '*' });
  }

  /** Clients that act with a session of the role, called `me`. */
  async assume(RoleArn: string, ExternalId?: string): Promise<Clients> {
    const session = await this.sts.send(
      new (sdk('sts').AssumeRoleCommand)({ RoleArn, RoleSessionName: 'me', ExternalId }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = session.Credentials ?? {};
    return this.as({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
  }

  /** Clients of another account's owner. @param id twelve digits */
  account(id: string): Clients {
    return this.as({ accessKeyId: id, secretAccessKey: 'test' });
  }

  /** Clients with other credentials, which are destroyed with these. */
  as(credentials: ClientConfig['credentials']): Clients {
    return this.once(credentials.accessKeyId, () => new Clients({ ...this.config, credentials }));
  }

  /** Makes a role for functions. @param actions allowed actions, on all resources. @default all @returns its ARN */
  functionRole(RoleName: string, actions: readonly string[] = ['*']): Promise<string> {
    return this.role(RoleName, 'lambda.amazonaws.com', actions);
  }

  /** Makes a Node.js function. @param code of `index.js`, which exports `handler`. */
  async function(
    FunctionName: string,
    Role: string,
    code: string,
    more: Partial<CreateFunctionRequest> = {},
  ): Promise<void> {
    const { zipOf } = require('./lambda') as typeof import('./lambda');
    const Code = { ZipFile: zipOf({ 'index.js': code }) };
    const base = { FunctionName, Role, Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 10, Code } as const;
    await this.lambda.send(new (sdk('lambda').CreateFunctionCommand)({ ...base, ...more }));
  }

  /** Closes all connections. */
  destroy(): void {
    for (const client of this.made.values()) client.destroy();
  }

  private once<T extends { destroy(): void }>(name: string, make: () => T): T {
    const found = (this.made.get(name) as T | undefined) ?? make();
    this.made.set(name, found);
    return found;
  }
}

interface Sdk {
  athena: typeof import('@aws-sdk/client-athena');
  cloudwatch: typeof import('@aws-sdk/client-cloudwatch');
  'cloudwatch-logs': typeof import('@aws-sdk/client-cloudwatch-logs');
  dynamodb: typeof import('@aws-sdk/client-dynamodb');
  'dynamodb-streams': typeof import('@aws-sdk/client-dynamodb-streams');
  firehose: typeof import('@aws-sdk/client-firehose');
  glue: typeof import('@aws-sdk/client-glue');
  iam: typeof import('@aws-sdk/client-iam');
  kinesis: typeof import('@aws-sdk/client-kinesis');
  kms: typeof import('@aws-sdk/client-kms');
  lambda: typeof import('@aws-sdk/client-lambda');
  s3: typeof import('@aws-sdk/client-s3');
  sns: typeof import('@aws-sdk/client-sns');
  sqs: typeof import('@aws-sdk/client-sqs');
  sts: typeof import('@aws-sdk/client-sts');
}

function sdk<K extends keyof Sdk>(name: K): Sdk[K] {
  return require(`@aws-sdk/client-${name}`);
}
