import { randomUUID } from 'node:crypto';
import { functionArn, namedFunction, parseFunction } from '../arn';
import { AsyncInvoker } from '../async-invoker';
import { operation } from '../contract';
import { invalidContent, tooLarge } from '../errors';
import { FunctionRuntime } from '../runtime/pool';

/** Most bytes of a synchronous and an asynchronous payload (Lambda's page "Lambda quotas"). */
const MAX_SYNC_BYTES = 6 * 1024 * 1024;
const MAX_ASYNC_BYTES = 1024 * 1024;

/** Runs a function and returns its response, accepts an asynchronous event, or checks only (DryRun). */
export const invoke = operation('Invoke', {
  permissions: (input, context) => [{ action: 'lambda:InvokeFunction', resource: namedFunction(input, context) }],
  handle: async (input, { state, cloud, caller }) => {
    const { InvocationType = 'RequestResponse', Payload = Buffer.from('{}') } = input;
    const reference = parseFunction(caller, input.FunctionName, input.Qualifier);
    const version = state.version(reference);
    // A decoded blob is bytes.
    const body = Buffer.from(Payload as Uint8Array);
    const payload = body.length === 0 ? Buffer.from('{}') : body;
    const most = InvocationType === 'Event' ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES;
    if (payload.length > most) throw tooLarge(payload.length, most);
    try {
      JSON.parse(payload.toString('utf8'));
    } catch {
      throw invalidContent('Could not parse payload into json');
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
