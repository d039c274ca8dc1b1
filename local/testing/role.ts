import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { TestEndpoint } from './endpoint';

/** A policy document with these statements. */
export function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

const TRUST = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '000000000000' } });

/** Makes a role. @param trust its trust policy. @default the account trusts it. @returns its ARN. */
export async function makeRole(endpoint: TestEndpoint, RoleName: string, trust = TRUST): Promise<string> {
  const iam = new IAMClient(endpoint.config);
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  iam.destroy();
  return Role?.Arn as string;
}

/** Gives a role what the statements say, in place of what was given so before. */
export async function permit(endpoint: TestEndpoint, RoleName: string, ...statements: object[]): Promise<void> {
  const iam = new IAMClient(endpoint.config);
  const PolicyDocument = policy(...statements);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'permit', PolicyDocument }));
  iam.destroy();
}

/**
 * Settings for clients that act with a session of the role, called `me`.
 * @param config who asks for it. @default the account's owner
 */
export async function assume(endpoint: TestEndpoint, RoleArn: string, ExternalId?: string, config = endpoint.config) {
  const sts = new STSClient(config);
  const made = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', ExternalId }));
  sts.destroy();
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = made.Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...endpoint.config, credentials };
}
