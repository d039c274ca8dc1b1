import type { Cloud, State } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { Outbox } from '../../core/outbox';
import { isDiskFull } from '../../store/disk-space';
import type { Table } from '../../store/store';
import { type FunctionReference, functionArn } from './arn';
import { sendResult } from './destinations';
import { publish } from './metrics';
import { FunctionRuntime, type Result, roleOf } from './runtime/pool';
import { type FunctionVersion, type InvokeConfig, LambdaState, type WaitingEvent } from './state';

/** Retries of asynchronous invocations (Lambda's page "Error handling for asynchronous invocation"). */
const RETRIES = 2;
const MAX_AGE_SECONDS = 21_600;
const RETRY_AFTER_MS = [60_000, 120_000];
const THROTTLED_MS = 1_000;

/**
 * Asynchronous invocations: an event is on disk before its caller gets an answer, and is run at least once, however
 * often the endpoint is killed.
 */
export class AsyncInvoker implements State {
  static readonly endedBy = [FunctionRuntime];

  private readonly table: Table<WaitingEvent>;
  private readonly outbox: Outbox<WaitingEvent>;

  constructor(private readonly cloud: Cloud) {
    this.table = cloud.state(LambdaState).events;
    this.outbox = new Outbox(cloud, this.table, 'An asynchronous invocation', (_id, event) => this.run(event));
  }

  async add(reference: FunctionReference, payload: Buffer, id: string): Promise<void> {
    const now = this.cloud.clock.now();
    await this.table.put(id, { id, reference, payload, acceptedAt: now, attempts: 0, notBefore: now });
    this.outbox.wake();
  }

  /** Resumes events that waited when the endpoint ended. */
  start(): void {
    this.outbox.wake();
  }

  close(): Promise<void> {
    return this.outbox.close();
  }

  private async run(event: WaitingEvent): Promise<void> {
    const { reference, payload, id } = event;
    const state = this.cloud.state(LambdaState);
    let version: FunctionVersion;
    try {
      version = state.version(reference);
    } catch {
      // The function is gone, with its destination.
      await this.table.remove(id);
      return;
    }
    const { invokeConfigs } = state.get(reference);
    const config = invokeConfigs[reference.qualifier ?? ''] ?? invokeConfigs.$LATEST ?? { modifiedAt: 0 };
    const age = this.cloud.clock.now() - event.acceptedAt;
    publish(this.cloud, version, { AsyncEventAge: [age, 'Milliseconds'] });
    try {
      const invokedArn = functionArn(reference, reference.qualifier);
      const result = await this.cloud.state(FunctionRuntime).invoke(version, { payload, invokedArn, requestId: id });
      const attempts = event.attempts + 1;
      if (result.outcome.ok) return await this.end(event, version, config, { result, attempts, condition: 'Success' });
      if (attempts > (config.retries ?? RETRIES))
        return await this.end(event, version, config, { result, attempts, condition: 'RetriesExhausted' });
      await this.later({ ...event, attempts }, RETRY_AFTER_MS[attempts - 1] ?? 120_000, config, version, result);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // Throttled, or the role can't be assumed: retried until the event is too old.
      await this.later(event, THROTTLED_MS * 2 ** Math.min(event.attempts, 8), config, version);
    }
  }

  private async later(
    event: WaitingEvent,
    ms: number,
    config: InvokeConfig,
    version: FunctionVersion,
    result?: Result,
  ): Promise<void> {
    const notBefore = this.cloud.clock.now() + ms;
    const tooOld = notBefore - event.acceptedAt > (config.maxAgeSeconds ?? MAX_AGE_SECONDS) * 1000;
    if (tooOld)
      return this.end(event, version, config, { result, attempts: event.attempts, condition: 'EventAgeExceeded' });
    await this.table.put(event.id, { ...event, notBefore });
  }

  /** Sends the result to the destination, and deletes the event. */
  private async end(
    event: WaitingEvent,
    version: FunctionVersion,
    config: InvokeConfig,
    ended: { result: Result | undefined; attempts: number; condition: string },
  ): Promise<void> {
    const failed = ended.condition !== 'Success';
    const destination = (failed ? config.destinations?.OnFailure : config.destinations?.OnSuccess)?.Destination;
    const letters = failed ? version.deadLetters?.TargetArn : undefined;
    if (failed && destination === undefined && letters === undefined)
      publish(this.cloud, version, { AsyncEventsDropped: [1, 'Count'] });
    try {
      const caller = roleOf(this.cloud, version);
      if (destination !== undefined)
        await sendResult(this.cloud, caller, destination, recordOf(event, version, ended, this.cloud.clock.now()));
      if (letters !== undefined) await sendResult(this.cloud, caller, letters, event.payload.toString('utf8'));
    } catch (error) {
      // A full disk isn't the destination's fault: the event is kept and invokes the function again.
      if (isDiskFull(error)) throw error;
      publish(this.cloud, version, {
        [destination === undefined ? 'DeadLetterErrors' : 'DestinationDeliveryFailures']: [1, 'Count'],
      });
      this.cloud.options.log(`Function ${version.name}: its destination can't be told: ${(error as Error).message}`);
    }
    await this.table.remove(event.id);
  }
}

/** A destination's record (Lambda's page "Capturing records of Lambda asynchronous invocations"). */
function recordOf(
  event: WaitingEvent,
  version: FunctionVersion,
  { result, attempts, condition }: { result: Result | undefined; attempts: number; condition: string },
  now: number,
): string {
  const { outcome, executedVersion } = result ?? {};
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.id,
      functionArn: functionArn(version, version.version),
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(event.payload.toString('utf8')),
    ...(outcome !== undefined && {
      responseContext: { statusCode: 200, executedVersion, ...(!outcome.ok && { functionError: 'Unhandled' }) },
      responsePayload: JSON.parse(outcome.payload.toString('utf8')),
    }),
  });
}
