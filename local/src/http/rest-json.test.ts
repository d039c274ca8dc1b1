import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  ResourceNotFoundException,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { systemClock } from '../core/clock';
import { Cloud } from '../core/cloud';
import { Contract } from '../core/contract';
import { AwsError } from '../core/errors';
import { asCaller } from '../core/owner';
import { operationsOf, type Service } from '../core/service';
import { Store } from '../store/store';
import { Dispatcher } from './dispatch';

// A service with a few operations of Lambda's model, so that the protocol is tested with requests of the real client.
const contract = new Contract<typeof import('@aws-sdk/client-lambda')>('lambda', {
  limits: { FunctionName: { max: 140 }, MaxItems: { min: 1, max: 10_000 } },
  ignores: { ClientContext: 'nothing reads it' },
  refuses: 'DurableExecutionName',
});
const { operation } = contract;
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const seen: unknown[] = [];

const service: Service = {
  name: 'lambda',
  signingName: 'lambda',
  resolveCaller: () => asCaller({ accountId: '000000000000', region: 'us-east-1' }),
  contract,
  operations: operationsOf(() => [
    operation('GetFunction', {
      handle: (input) => {
        seen.push(input);
        if (input.FunctionName === 'none') throw new AwsError('ResourceNotFoundException', `${ARN} isn't here.`);
        return { Configuration: { FunctionName: input.FunctionName, MemorySize: 128 }, Tags: { a: 'b' } };
      },
    }),
    operation('ListFunctions', {
      handle: (input) => {
        seen.push(input);
        return { Functions: [], NextMarker: 'next' };
      },
    }),
    operation('DeleteFunction', { handle: () => ({ StatusCode: 204 }) }),
    operation('Invoke', {
      handle: (input) => {
        seen.push(input);
        return {
          StatusCode: 200,
          FunctionError: 'Unhandled',
          ExecutedVersion: '$LATEST',
          Payload: input.Payload as never,
        };
      },
    }),
    operation('ListTags', { handle: ({ Resource }) => ({ Tags: { Resource } }) }),
    operation('UntagResource', {
      handle: (input) => {
        seen.push(input);
        return {};
      },
    }),
  ]),
};

const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-rest-json-'));
const store = new Store(join(dataDir, 'metadata'));
const faults: string[] = [];
const cloud = new Cloud(store, systemClock, { dataDir, enforceLimits: false, log: () => {} } as never, [service]);
const dispatcher = new Dispatcher(cloud, (line) => faults.push(line));
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const headers = request.headers as Record<string, string>;
  const answer = await dispatcher.handle({
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers,
    body: request,
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
let client: LambdaClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  client = new LambdaClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  server.close();
  await store.close();
  rmSync(dataDir, { recursive: true });
  expect(faults).toEqual([]);
});

test('labels, query parameters and a JSON answer', async () => {
  const found = await client.send(new GetFunctionCommand({ FunctionName: ARN, Qualifier: 'a b' }));
  expect(found).toMatchObject({ Configuration: { FunctionName: ARN, MemorySize: 128 }, Tags: { a: 'b' } });
  expect(seen.pop()).toEqual({ FunctionName: ARN, Qualifier: 'a b' });
  await client.send(new ListFunctionsCommand({ MaxItems: 3, Marker: 'm' }));
  expect(seen.pop()).toEqual({ MaxItems: 3, Marker: 'm' });
  expect(await client.send(new ListTagsCommand({ Resource: ARN }))).toMatchObject({ Tags: { Resource: ARN } });
  await client.send(new UntagResourceCommand({ Resource: ARN, TagKeys: ['a', 'b,c'] }));
  expect(seen.pop()).toEqual({ Resource: ARN, TagKeys: ['a', 'b,c'] });
});

test('a payload of any bytes, headers both ways, and the status that a member gives', async () => {
  const Payload = Buffer.from([0, 255, 10, 13]);
  const invoked = await client.send(
    new InvokeCommand({ FunctionName: 'f', InvocationType: 'RequestResponse', Payload, ClientContext: 'e30=' }),
  );
  expect(Buffer.from(invoked.Payload ?? [])).toEqual(Payload);
  expect(invoked).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
  expect(seen.pop()).toMatchObject({ FunctionName: 'f', InvocationType: 'RequestResponse', Payload });
  expect((await client.send(new DeleteFunctionCommand({ FunctionName: 'f' }))).$metadata.httpStatusCode).toBe(204);
});

test('errors have their class and the status of AWS’s model; what is not here is said', async () => {
  const failure = client.send(new GetFunctionCommand({ FunctionName: 'none' }));
  await expect(failure).rejects.toThrow(ResourceNotFoundException);
  await expect(failure).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 }, message: `${ARN} isn't here.` });
  await expect(client.send(new GetPolicyCommand({ FunctionName: 'f' }))).rejects.toMatchObject({
    name: 'NotImplementedException',
    $metadata: { httpStatusCode: 501 },
  });
  await expect(client.send(new InvokeCommand({ FunctionName: 'f', DurableExecutionName: 'd' }))).rejects.toMatchObject({
    name: 'NotImplementedException',
    message: expect.stringContaining('durableExecutionName'),
  });
  await expect(client.send(new ListFunctionsCommand({ MaxItems: 0 }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining("Value '0' at 'maxItems' failed to satisfy constraint"),
  });
});
