import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, type CreateFunctionRequest, LambdaClient } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import type { TestEndpoint } from './endpoint';

/** A package of files by name, zipped. */
export const zipOf = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));

/** Handlers tell what they saw by putting it into a queue, as a program on AWS would: nothing is shared with the test. */
export const REPORTING = `
  const tell = (message) => fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST',
    body: JSON.stringify({ QueueUrl: process.env.SEEN, MessageBody: JSON.stringify(message) }),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/sqs/aws4_request, Signature=x' } });
  const texts = (event) => event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
`;

/** Makes functions of a line of code each, and the role that they run with. */
export class LambdaFixture {
  readonly client: LambdaClient;
  readonly iam: IAMClient;

  constructor(endpoint: TestEndpoint) {
    this.client = new LambdaClient({ ...endpoint.config, maxAttempts: 1 });
    this.iam = new IAMClient(endpoint.config);
  }

  /** A role for functions that may do all of these. @returns its ARN. */
  async role(RoleName: string, actions: readonly string[] = ['*']): Promise<string> {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const { Role } = await this.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await this.allow(RoleName, actions);
    return Role?.Arn as string;
  }

  async allow(RoleName: string, actions: readonly string[]): Promise<void> {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
    await this.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument: JSON.stringify(policy) }),
    );
  }

  /** A Node.js function. @param code of `index.js`, which exports `handler`. */
  async make(
    FunctionName: string,
    Role: string,
    code: string,
    more: Partial<CreateFunctionRequest> = {},
  ): Promise<void> {
    await this.client.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 10,
        Code: { ZipFile: zipOf({ 'index.js': code }) },
        ...more,
      }),
    );
  }

  close(): void {
    this.client.destroy();
    this.iam.destroy();
  }
}
