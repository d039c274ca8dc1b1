import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { refuseForeignAnswers } from './answers';
import { noticeClockSkew } from './clock-skew';
import { createAgents } from './proxy';

/** Connection to Kinesis. Omitted settings follow the SDK's own chain: environment, shared config file, profile. */
export interface ClientSettings {
  /** @default the SDK's: AWS_REGION, then the profile's region */
  readonly region?: string;
  /** A profile of the shared config and credentials files. @default AWS_PROFILE, else `default` */
  readonly profile?: string;
  /** Credentials, or a provider. @default the SDK's chain */
  readonly credentials?: NonNullable<KinesisClientConfig['credentials']>;
  /** URL of an endpoint other than AWS's. @default the SDK's: AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL */
  readonly endpoint?: string;
  /** Timeout of a connection, in milliseconds. @default 3000 */
  readonly connectTimeout?: number;
  /** Timeout of a request, in milliseconds. @default 10000 */
  readonly requestTimeout?: number;
  /** Most open sockets; further requests wait. @default 64 */
  readonly maxSockets?: number;
}

/**
 * Creates a Kinesis client over HTTP/1.1 keep-alive sockets with timeouts, through the proxies that HTTPS_PROXY,
 * HTTP_PROXY and NO_PROXY name.
 *
 * The SDK's default for Kinesis opens one HTTP/2 session per request, which costs about half of the throughput and
 * which endpoints on plain HTTP often don't support. Its own retries are off (`maxAttempts: 1`): the sender retries
 * record by record, and two layers of retries would multiply.
 */
export function createKinesisClient(settings: ClientSettings = {}): KinesisClient {
  const client = new KinesisClient({
    ...(settings.region !== undefined && { region: settings.region }),
    ...(settings.profile !== undefined && { profile: settings.profile }),
    ...(settings.credentials !== undefined && { credentials: settings.credentials }),
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      ...createAgents(settings.maxSockets),
      connectionTimeout: settings.connectTimeout ?? 3_000,
      requestTimeout: settings.requestTimeout ?? 10_000,
      throwOnRequestTimeout: true,
    }),
  });
  refuseForeignAnswers(client);
  noticeClockSkew(client);
  return client;
}
