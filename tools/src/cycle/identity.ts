import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { messageOf, ToolError } from '../shared/errors';
import type { JsonObject } from '../shared/json';
import { providerBlock, regionOf } from '../terraform/synthesized';

/** Where a plan was made for. Applying it anywhere else is refused. */
export interface AwsTarget {
  readonly account: string;
  readonly region: string;
  /** AWS_ENDPOINT_URL, when the calls don't go to AWS itself. */
  readonly endpoint?: string;
}

/**
 * Asks STS who we are, with the credentials and endpoint that terraform will use. Undefined for a stack without the AWS
 * provider.
 */
export async function awsTarget(synthesized: JsonObject, env: NodeJS.ProcessEnv): Promise<AwsTarget | undefined> {
  const block = providerBlock(synthesized, 'aws');
  if (block === undefined) return undefined;
  const region = regionOf(synthesized, env) ?? 'us-east-1';
  const endpoint = env.AWS_ENDPOINT_URL_STS ?? env.AWS_ENDPOINT_URL;
  // As the provider does: what its block says stands over the environment.
  const credentials = staticCredentials(blockCredentials(block)) ?? staticCredentials(env);
  const profile = typeof block.profile === 'string' ? block.profile : env.AWS_PROFILE;
  const client = new STSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined ? { credentials } : profile !== undefined && { profile }),
  });
  try {
    const identity = await client.send(new GetCallerIdentityCommand({}));
    if (identity.Account === undefined) throw new Error('STS names no account');
    return { account: identity.Account, region, ...(endpoint !== undefined && { endpoint }) };
  } catch (error) {
    throw new ToolError(`can't tell which AWS account this is: ${messageOf(error)}`);
  } finally {
    client.destroy();
  }
}

function staticCredentials(env: Partial<Record<string, string>>) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(token !== undefined && { sessionToken: token }) };
}

function blockCredentials(block: JsonObject): Partial<Record<string, string>> {
  if (typeof block.access_key !== 'string' || typeof block.secret_key !== 'string') return {};
  return { AWS_ACCESS_KEY_ID: block.access_key, AWS_SECRET_ACCESS_KEY: block.secret_key };
}
