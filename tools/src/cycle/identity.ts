import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientDefaults } from '../shared/aws-client';
import { awsErrorText } from '../shared/aws-errors';
import { Refusal, ToolError } from '../shared/errors';
import type { JsonObject } from '../shared/json';
import { type AwsTarget, providerBlock, regionOf } from '../terraform/synthesized';

/**
 * Refuses if the shell's region, or else the profile's, isn't the stack's: the deployment would go to a region that
 * wasn't meant. The embedded endpoint serves every region.
 */
export async function checkRegion(synthesized: JsonObject, env: NodeJS.ProcessEnv): Promise<void> {
  const configured = providerBlock(synthesized, 'aws')?.region;
  if (typeof configured !== 'string' || env.LAKEHOUSE_ENV === 'local') return;
  const name = env.AWS_REGION ? 'AWS_REGION' : 'AWS_DEFAULT_REGION';
  const ofShell = env[name];
  const ambient = ofShell || (await profileRegion(env.AWS_PROFILE));
  if (!ambient || configured === ambient) return;
  const whose = ofShell ? name : `the region of the profile "${env.AWS_PROFILE ?? 'default'}"`;
  const other = ofShell ? name : 'AWS_REGION';
  throw new Refusal(
    `${whose} is ${ambient}, the stack is configured for ${configured}: set LAKEHOUSE_REGION=${ambient} (or region in stacks/config/environments) to deploy there, or ${other}=${configured}.`,
  );
}

/** The region of a profile in the shared config file; undefined where there is none. */
async function profileRegion(profile: string | undefined): Promise<string | undefined> {
  const client = new STSClient(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

/**
 * The caller's account and region by STS, with the credentials and endpoint that terraform will use. Undefined for a
 * stack without the AWS provider.
 */
export async function awsTarget(synthesized: JsonObject, env: NodeJS.ProcessEnv): Promise<AwsTarget | undefined> {
  const block = providerBlock(synthesized, 'aws');
  if (block === undefined) return undefined;
  const config = clientConfig(synthesized, env, 'STS');
  const { region, endpoint } = config;
  const client = new STSClient(config);
  try {
    const identity = await client.send(new GetCallerIdentityCommand({}));
    if (identity.Account === undefined) throw new Error('STS names no account');
    return { account: identity.Account, region, ...(endpoint !== undefined && { endpoint }) };
  } catch (error) {
    throw new ToolError(`can't tell which AWS account this is: ${awsErrorText(error, env)}`);
  } finally {
    client.destroy();
  }
}

/**
 * Settings of a client with the endpoint and credentials of the stack's AWS provider. @param service as in
 * AWS_ENDPOINT_URL_STS
 */
export function clientConfig(synthesized: JsonObject, env: NodeJS.ProcessEnv, service: string) {
  const block = providerBlock(synthesized, 'aws') ?? {};
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL;
  // Credentials of the provider block take precedence over the environment, as in the provider.
  const credentials = staticCredentials(blockCredentials(block)) ?? staticCredentials(env);
  const profile = typeof block.profile === 'string' ? block.profile : env.AWS_PROFILE;
  return {
    ...clientDefaults(),
    region: regionOf(synthesized, env) ?? 'us-east-1',
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined ? { credentials } : profile !== undefined && { profile }),
  };
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
