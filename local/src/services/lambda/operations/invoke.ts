import { randomUUID } from 'node:crypto';
import { functionArn, namedFunction, parseFunction } from '../arn';
import { AsyncInvoker } from '../async-invoker';
import { operation } from '../contract';
import { invalidContent, tooLarge } from '../errors';
import { FunctionRuntime } from '../runtime/pool';
import { LambdaState } from '../state';

/** Lambda's page "Lambda quotas": a synchronous and an asynchronous invocation's payload. */
const MAX_SYNC_BYTES = 6 * 1024 * 1024;
const MAX_ASYNC_BYTES = 1024 * 1024;

/** Waits for the answer, or takes the event to be run in its time, or only says that it could. */
export const invoke = operation('Invoke', {
  permissions: (input, context) => [{ action: 'lambda:InvokeFunction', resource: namedFunction(input, context) }],
  handle: async (input, { cloud, caller }) => {
    const { InvocationType = 'RequestResponse', Payload = Buffer.from('{}') } = input;
    const reference = parseFunction(caller, input.FunctionName, input.Qualifier);
    const version = cloud.state(LambdaState).version(reference);
    // A blob is bytes once it is decoded.
    const body = Buffer.from(Payload as Uint8Array);
    const payload = body.length === 0 ? Buffer.from('{}') : body;
    const most = InvocationType === 'Event' ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES;
    if (payload.length > most) throw tooLarge(payload.length, most);
    try {
      JSON.parse(payload.toString('utf8'));
    } catch (error) {
      throw invalidContent((error as Error).message);
    }
    if (InvocationType === 'DryRun') return { StatusCode: 204 };
    if (InvocationType === 'Event') {
      await cloud.state(AsyncInvoker).add(reference, payload, randomUUID());
      return { StatusCode: 202 };
    }
    const invokedArn = functionArn(reference, reference.qualifier);
    const { outcome, executedVersion, logTail } = await cloud
      .state(FunctionRuntime)
      .invoke(version, { payload, invokedArn });
    return {
      StatusCode: 200,
      ExecutedVersion: executedVersion,
      ...(!outcome.ok && { FunctionError: 'Unhandled' }),
      ...(input.LogType === 'Tail' && { LogResult: Buffer.from(logTail).toString('base64') }),
      Payload: outcome.payload as never,
    };
  },
});
