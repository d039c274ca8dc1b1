import { spawnSync } from 'node:child_process';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { zipOf } from 'lakehouse-local/testing/lambda';
import { isAlive } from 'lakehouse-local/testing/process';

describe('Lambda functions', () => {
  const local = localFixture();
  let role: string;

  beforeAll(async () => {
    role = await local.functionRole('functions');
  });

  const invoke = async (FunctionName: string, event: unknown = {}, more: Partial<InvokeCommandInput> = {}) => {
    const answer = await local.lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more }),
    );
    const text = Buffer.from(answer.Payload ?? []).toString();
    return { ...answer, value: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
  };

  test('a function gets its event and context, answers by promise or callback, and keeps its process while it is warm', async () => {
    await local.function(
      'echo',
      role,
      `let calls = 0;
       exports.handler = async (event, context) => ({ event, calls: ++calls, pid: process.pid, name: context.functionName,
         arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis(), own: process.env.OWN, home: process.env.HOME });`,
      { Environment: { Variables: { OWN: 'value' } } },
    );
    const first = await invoke('echo', { a: [1, 'ü'] });
    expect(first.value).toMatchObject({
      event: { a: [1, 'ü'] },
      calls: 1,
      name: 'echo',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      own: 'value',
    });
    expect(first.value?.left).toBeGreaterThan(5_000);
    // The endpoint's own environment isn't inherited.
    expect(first.value?.home).toBeUndefined();
    const second = await invoke('echo');
    expect(second.value).toMatchObject({ calls: 2, pid: first.value?.pid });
    await local.function('callback', role, `exports.handler = (event, context, callback) => callback(null, 'called');`);
    expect((await invoke('callback')).value).toBe('called');
  });

  test('what a handler throws, a promise that nobody handles, and an exit are function errors', async () => {
    await local.function(
      'failing',
      role,
      `exports.handler = async ({ how }) => {
         if (how === 'throw') throw new TypeError('no good');
         if (how === 'exit') process.exit(3);
         if (how === 'reject') { Promise.reject(new Error('left behind')); await new Promise(() => {}); }
         return 'fine';
       };`,
    );
    const thrown = await invoke('failing', { how: 'throw' });
    expect(thrown).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(thrown.value).toMatchObject({ errorType: 'TypeError', errorMessage: 'no good' });
    expect((await invoke('failing', { how: 'exit' })).value).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await invoke('failing', { how: 'reject' })).value).toMatchObject({ errorMessage: 'left behind' });
    expect((await invoke('failing')).value).toBe('fine');
    await local.function('broken', role, 'syntax error here');
    expect((await invoke('broken')).value).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });
    await local.function('missing', role, 'exports.other = 1');
    expect((await invoke('missing')).value).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });

  test('an endless handler is killed at its timeout, with what it started, and the next invocation is cold', async () => {
    await local.function(
      'endless',
      role,
      `const { spawn } = require('node:child_process');
       exports.handler = async ({ stay }) => {
         if (!stay) return process.pid;
         const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
         console.log('child', child.pid);
         for (;;);
       };`,
      { Timeout: 1 },
    );
    const warm = (await invoke('endless')).value;
    const timedOut = await invoke('endless', { stay: true }, { LogType: 'Tail' });
    expect(timedOut.value).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(String(timedOut.value?.errorMessage)).toMatch(/Task timed out after 1\.00 seconds/);
    expect((await invoke('endless')).value).not.toBe(warm);
    const child = Number(/child (\d+)/.exec(Buffer.from(timedOut.LogResult ?? '', 'base64').toString())?.[1]);
    expect(child).toBeGreaterThan(0);
    await eventually(async () => !isAlive(child) && !isAlive(Number(warm)));
  });

  test('code and settings change for the next invocation; published versions and aliases stay what they were', async () => {
    await local.function('versions', role, `exports.handler = async () => 'one ' + process.env.MODE;`);
    await local.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'versions', Environment: { Variables: { MODE: 'a' } } }),
    );
    const published = await local.lambda.send(new PublishVersionCommand({ FunctionName: 'versions' }));
    expect(published.Version).toBe('1');
    // Nothing changed: the same version again.
    expect((await local.lambda.send(new PublishVersionCommand({ FunctionName: 'versions' }))).Version).toBe('1');
    await local.lambda.send(new CreateAliasCommand({ FunctionName: 'versions', Name: 'live', FunctionVersion: '1' }));
    await local.lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'versions',
        ZipFile: zipOf({ 'index.js': `exports.handler = async () => 'two ' + process.env.MODE;` }),
      }),
    );
    expect((await invoke('versions')).value).toBe('two a');
    expect((await invoke('versions:live')).value).toBe('one a');
    expect((await invoke('versions', {}, { Qualifier: '1' })).ExecutedVersion).toBe('1');
    const { Versions } = await local.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: 'versions' }));
    expect((Versions ?? []).map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
    await expect(
      local.lambda.send(new DeleteFunctionCommand({ FunctionName: 'versions', Qualifier: '1' })),
    ).rejects.toMatchObject({ name: 'ResourceConflictException' });
    await local.lambda.send(new DeleteFunctionCommand({ FunctionName: 'versions' }));
    await expect(invoke('versions')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('START, END, REPORT and what a function logs are in its log group, written with its role', async () => {
    await local.function(
      'logging',
      role,
      `exports.handler = async () => { console.log('two\\nlines'); console.error({ a: 1 }); };`,
    );
    const { $metadata } = await invoke('logging');
    expect($metadata.httpStatusCode).toBe(200);
    const { logs } = local;
    const messages = await eventually(async () => {
      const { events = [] } = await logs
        .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/logging' }))
        .catch(() => ({ events: [] }));
      const found = events.map(({ message }) => message ?? '');
      return found.some((message) => message.startsWith('REPORT')) && found;
    });
    expect(messages[0]).toMatch(/^START RequestId: \S+ Version: \$LATEST/);
    expect(messages[1]).toMatch(/\tINFO\ttwo\nlines$/);
    expect(messages[2]).toMatch(/\tERROR\t\{ a: 1 \}$/);
    expect(messages.at(-1)).toMatch(/Duration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB/);
  });

  test('a function acts with its role alone: what that may not is refused inside of it', async () => {
    const narrow = await local.functionRole('narrow', ['sts:GetCallerIdentity', 'kinesis:ListStreams']);
    const code = `exports.handler = async ({ action }) => {
      const answer = await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', body: '{}', headers: {
        'content-type': 'application/x-amz-json-1.1', 'x-amz-target': action,
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/kinesis/aws4_request, Signature=x' } });
      return answer.status + ' ' + (await answer.text());
    };`;
    await local.function('narrow', narrow, code);
    expect((await invoke('narrow', { action: 'Kinesis_20131202.ListStreams' })).value).toMatch(/^200 /);
    expect((await invoke('narrow', { action: 'Kinesis_20131202.DescribeLimits' })).value).toMatch(
      /^400 .*assumed-role\/narrow\/narrow/,
    );
  });

  test('an asynchronous event is run in its time, tried again, and its failure told', async () => {
    const { sqs } = local;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'failures' }));
    await local.function('later', role, `exports.handler = async () => { throw new Error('not today'); };`);
    await local.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'later',
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failures' } },
      }),
    );
    expect((await invoke('later', { id: 7 }, { InvocationType: 'Event' })).StatusCode).toBe(202);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
    expect(JSON.parse(Messages?.[0]?.Body ?? '{}')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      requestPayload: { id: 7 },
      responsePayload: { errorMessage: 'not today' },
    });
  });

  test('concurrency that is reserved is not exceeded; a dry run and a wrong event run nothing', async () => {
    await local.function(
      'slow',
      role,
      `exports.handler = async () => new Promise((done) => setTimeout(() => done('done'), 500));`,
    );
    await local.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'slow', ReservedConcurrentExecutions: 1 }),
    );
    const both = await Promise.allSettled([invoke('slow'), invoke('slow')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { name: 'TooManyRequestsException' },
    });
    expect((await invoke('slow', {}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    await expect(
      local.lambda.send(new InvokeCommand({ FunctionName: 'slow', Payload: Buffer.from('{') })),
    ).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  test('a stop interrupts the function of an asynchronous event, and does not wait for its end', async () => {
    const code = `exports.handler = ({ ms }) => new Promise((done) => setTimeout(done, ms));`;
    await local.function('long', role, code, { Timeout: 30 });
    // The runtime is older than the queue of asynchronous events.
    await invoke('long', { ms: 1 });
    await invoke('long', { ms: 25_000 }, { InvocationType: 'Event' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    await local.restart();
    expect(performance.now() - began).toBeLessThan(10_000);
    await local.lambda.send(new DeleteFunctionCommand({ FunctionName: 'long' }));
  });

  test('functions survive a restart; what is no package, no role or no runtime is refused', async () => {
    await local.function('lasting', role, `exports.handler = async () => 'still here';`);
    await local.restart();
    expect((await invoke('lasting')).value).toBe('still here');
    const { Configuration, Code } = await local.lambda.send(new GetFunctionCommand({ FunctionName: 'lasting' }));
    expect(Configuration).toMatchObject({ State: 'Active', Runtime: 'nodejs22.x', MemorySize: 128 });
    expect(Code?.Location).toMatch(/^file:\/\//);
    await expect(local.function('bad', role, '', { Code: { ZipFile: Buffer.from('no zip') } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    await expect(local.function('bad', `${role}-missing`, '')).rejects.toThrow(/cannot be assumed by Lambda/);
    await expect(local.function('bad', role, '', { Environment: { Variables: { AWS_REGION: 'x' } } })).rejects.toThrow(
      /reserved keys/,
    );
    await local.function('java', role, '', { Runtime: 'java21' });
    expect((await invoke('java')).value).toMatchObject({ errorType: 'Runtime.InvalidRuntime' });
  });

  const hasPython = spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0;
  (hasPython ? test : test.skip)('Python functions run by python3', async () => {
    await local.function('snake', role, '', {
      Runtime: 'python3.12',
      Handler: 'app.handler',
      Code: {
        ZipFile: zipOf({
          'app.py': 'def handler(event, context):\n    return {"got": event["n"] + 1, "name": context.function_name}\n',
        }),
      },
    });
    expect((await invoke('snake', { n: 41 })).value).toEqual({ got: 42, name: 'snake' });
    const failed = await invoke('snake', {});
    expect(failed).toMatchObject({ FunctionError: 'Unhandled' });
    expect(failed.value).toEqual({
      errorMessage: "'n'",
      errorType: 'KeyError',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      stackTrace: [expect.stringMatching(/app\.py", line 2, in handler\n/)],
    });
  });
});
