import { request } from 'node:http';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();

function sts(accessKeyId: string): STSClient {
  return new STSClient({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'x' },
  });
}

test('an access key of twelve digits picks the account; any other stands for the one no AWS account can be', async () => {
  expect(await sts('111122223333').send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '111122223333' });
  expect(await sts('test').send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '000000000000' });
});

test('a request whose Host is not loopback is refused', async () => {
  const status = await new Promise((resolve, reject) => {
    request({ port: new URL(local.url).port, host: '127.0.0.1', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test('a page from elsewhere is refused what it could send without asking; one of this machine is not', async () => {
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
  const statusOf = async (origin: string) =>
    (await fetch(local.url, { method: 'POST', body, headers: { origin } })).status;
  for (const origin of ['https://evil.example', 'http://127.0.0.1.evil.example', 'null', 'file://'])
    expect([origin, await statusOf(origin)]).toEqual([origin, 403]);
  for (const origin of ['http://localhost:3000', 'http://127.0.0.1:4566', 'http://[::1]:8080', local.url])
    expect([origin, await statusOf(origin)]).toEqual([origin, 200]);
});

test('an operation that is not there is named', async () => {
  const client = new KinesisClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'x' },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  let operation = '';
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-target'] = `Kinesis_20131202.${operation}`;
      return next(args);
    },
    { step: 'build' },
  );
  const failures: readonly (readonly [operation: string, error: object])[] = [
    ['DescribeAccountSettings', { name: 'NotImplementedException', $metadata: { httpStatusCode: 501 } }],
    ['FlyToTheMoon', { name: 'UnknownOperationException', $metadata: { httpStatusCode: 400 } }],
  ];
  for (const [name, { $metadata, ...error }] of failures as [string, Record<string, object>][]) {
    operation = name;
    await expect(client.send(new ListStreamsCommand({}))).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining(name),
      $metadata: expect.objectContaining($metadata),
    });
  }
});
