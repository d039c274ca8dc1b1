import { randomUUID } from 'node:crypto';
import type { Cloud, State } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { assumeRole } from '../../iam/assume-role';
import { StsState } from '../../sts/state';
import { functionArn } from '../arn';
import { stopping, tooManyRequests } from '../errors';
import { publish } from '../metrics';
import { type FunctionVersion, LambdaState } from '../state';
import { Environment, type Outcome } from './environment';
import { LogStream, logGroupOf } from './log-stream';
import { Reaper } from './reaper';
import { startOf } from './runtimes';

export interface InvokeOptions {
  readonly payload: Buffer;
  /** ARN of the invocation, with version or alias. */
  readonly invokedArn?: string;
  /** @default a new one */
  readonly requestId?: string;
}

export interface Result {
  readonly requestId: string;
  readonly outcome: Outcome;
  readonly executedVersion: string;
  /** The last 4 KB of the invocation's log. */
  readonly logTail: string;
}

/** An environment with its log stream. */
interface Warm {
  readonly environment: Environment;
  readonly log: LogStream;
  /** Time until which its credentials are used, by the clock that they expire by: a corrected clock may jump past it. */
  readonly usedUntil: number;
  idleSince: number;
}

/** Most concurrent invocations of an account in a region ("Lambda quotas"); fewer than AWS's, for a laptop. */
const ACCOUNT_CONCURRENCY = 50;
/** Idle time after which an environment is ended. */
const IDLE_MS = 300_000;
const SWEEP_MS = 30_000;
const CREDENTIALS_SECONDS = 43_200;
const USED_CREDENTIALS_MS = 36_000_000;

/**
 * Runs functions: one invocation per environment at a time; warm environments are reused for the same revision of a
 * version.
 */
export class FunctionRuntime implements State {
  private readonly reaper = new Reaper();
  private readonly idle = new Map<string, Warm[]>();
  private readonly all = new Set<Warm>();
  private readonly busy = new Map<string, number>();
  private readonly sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  private readonly invocations = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly cloud: Cloud) {}

  /**
   * Runs a version once.
   * @throws AwsError `TooManyRequestsException` if the function's or the endpoint's concurrency is used up
   */
  async invoke(version: FunctionVersion, options: InvokeOptions): Promise<Result> {
    const running = this.run(version, options);
    const ended: Promise<void> = running.then(
      () => undefined,
      () => undefined,
    );
    this.invocations.add(ended);
    void ended.then(() => this.invocations.delete(ended));
    return running;
  }

  private async run(version: FunctionVersion, options: InvokeOptions): Promise<Result> {
    const requestId = options.requestId ?? randomUUID();
    const name = functionArn(version);
    this.admit(version, name);
    const began = performance.now();
    let warm: Warm | undefined;
    try {
      warm = await this.take(version);
      const { environment, log } = warm;
      const isCold = environment.initMs === undefined;
      log.add(`START RequestId: ${requestId} Version: ${version.version}`);
      const ran = performance.now();
      const outcome = await environment.invoke({
        requestId,
        functionArn: options.invokedArn ?? functionArn(version),
        payload: options.payload,
        timeoutMs: version.timeoutSeconds * 1000,
      });
      if (this.closed) throw stopping();
      const init = isCold ? (environment.initMs ?? 0) : 0;
      const ms = Math.max(0, performance.now() - ran - init);
      this.report(version, warm, { requestId, ms, init, outcome });
      publish(this.cloud, version, {
        Invocations: [1, 'Count'],
        Errors: [outcome.ok ? 0 : 1, 'Count'],
        Duration: [ms, 'Milliseconds'],
        ConcurrentExecutions: [this.busy.get(name) ?? 1, 'Count'],
      });
      return { requestId, outcome, executedVersion: version.version, logTail: log.takeTail() };
    } catch (error) {
      if (!(error instanceof RuntimeUnavailable)) throw error;
      publish(this.cloud, version, {
        Invocations: [1, 'Count'],
        Errors: [1, 'Count'],
        Duration: [performance.now() - began, 'Milliseconds'],
      });
      const payload = Buffer.from(JSON.stringify({ errorType: 'Runtime.InvalidRuntime', errorMessage: error.message }));
      const outcome = { ok: false, type: 'Runtime.InvalidRuntime', payload } as const;
      return { requestId, outcome, executedVersion: version.version, logTail: '' };
    } finally {
      this.busy.set(name, (this.busy.get(name) ?? 1) - 1);
      if (warm !== undefined) this.give(version, warm);
    }
  }

  /** Ends a function's idle environments, after its change or deletion. */
  drop(name: string): void {
    for (const [key, warm] of this.idle)
      if (key.startsWith(`${name} `)) {
        for (const { environment } of warm) environment.close();
        this.idle.delete(key);
      }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.sweeper);
    const all = [...this.all];
    for (const { environment } of all) environment.close();
    await Promise.all(this.invocations);
    // Last: interrupted invocations write logs too, and nothing uses the store after this.
    await Promise.all(all.map(({ log }) => log.close()));
    this.reaper.close();
  }

  private admit(version: FunctionVersion, name: string): void {
    const { reservedConcurrency } = this.cloud.state(LambdaState).get(version);
    const own = this.busy.get(name) ?? 0;
    const total = [...this.busy.values()].reduce((sum, count) => sum + count, 0);
    const reserved = reservedConcurrency !== undefined && own >= reservedConcurrency;
    if (reserved || total >= ACCOUNT_CONCURRENCY) {
      publish(this.cloud, version, { Throttles: [1, 'Count'] });
      throw tooManyRequests(
        reserved ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : 'ConcurrentInvocationLimitExceeded',
      );
    }
    this.busy.set(name, own + 1);
  }

  private async take(version: FunctionVersion): Promise<Warm> {
    if (this.closed) throw stopping();
    const now = this.cloud.clock.now();
    const idle = this.idle.get(keyOf(version)) ?? [];
    for (let warm = idle.pop(); warm !== undefined; warm = idle.pop()) {
      if (now < warm.usedUntil) return warm;
      warm.environment.close();
    }
    return this.start(version);
  }

  private give(version: FunctionVersion, warm: Warm): void {
    if (this.closed) {
      warm.environment.close();
      return;
    }
    const state = this.cloud.state(LambdaState);
    const current = state.find(version) === undefined ? undefined : tryVersion(state, version);
    if (!warm.environment.isAlive) return;
    // The version changed while it ran: the next invocation must use the new code and settings.
    if (current?.revision !== version.revision) {
      warm.environment.close();
      return;
    }
    warm.idleSince = performance.now();
    const idle = this.idle.get(keyOf(version)) ?? [];
    idle.push(warm);
    this.idle.set(keyOf(version), idle);
  }

  private async start(version: FunctionVersion): Promise<Warm> {
    const codePath = this.cloud.state(LambdaState).code.pathOf(version.codeSha256);
    const start = startOf(version, codePath);
    if (typeof start === 'string') throw new RuntimeUnavailable(start);
    const caller = () => roleOf(this.cloud, version);
    const log = new LogStream(this.cloud, version, caller);
    const usedUntil = this.cloud.clock.now() + USED_CREDENTIALS_MS;
    const environment = await Environment.start({
      start,
      codePath,
      variables: await this.variablesOf(version, codePath, log.name),
      reaper: this.reaper,
      onLine: (line) => log.add(line),
      onEnd: () => this.remove(warm),
    });
    const warm: Warm = { environment, log, usedUntil, idleSince: 0 };
    this.all.add(warm);
    return warm;
  }

  /** Variables of a function's environment ("Defined runtime environment variables"), without the endpoint's own. */
  private async variablesOf(
    version: FunctionVersion,
    codePath: string,
    logStream: string,
  ): Promise<Record<string, string>> {
    const keys = await this.cloud.state(StsState).issue(roleOf(this.cloud, version), CREDENTIALS_SECONDS);
    const endpoint = this.cloud.options.address?.();
    return {
      PATH: process.env.PATH ?? '',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...version.environment,
      ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
      _HANDLER: version.handler,
      LAMBDA_TASK_ROOT: codePath,
      AWS_REGION: version.region,
      AWS_DEFAULT_REGION: version.region,
      AWS_ACCESS_KEY_ID: keys.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
      AWS_SESSION_TOKEN: keys.SessionToken,
      AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_FUNCTION_NAME: version.name,
      AWS_LAMBDA_FUNCTION_VERSION: version.version,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMiB),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(version),
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    };
  }

  private report(
    version: FunctionVersion,
    { log }: Warm,
    run: { requestId: string; ms: number; init: number; outcome: Outcome },
  ): void {
    log.add(`END RequestId: ${run.requestId}`);
    const parts = [
      `REPORT RequestId: ${run.requestId}`,
      `Duration: ${run.ms.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(run.ms + run.init)} ms`,
      `Memory Size: ${version.memoryMiB} MB`,
      ...(run.init > 0 ? [`Init Duration: ${run.init.toFixed(2)} ms`] : []),
      ...(run.outcome.ok ? [] : [`Status: ${run.outcome.type === 'Sandbox.Timedout' ? 'timeout' : 'error'}`]),
    ];
    log.add(`${parts.join('\t')}\t`);
  }

  private remove(warm: Warm): void {
    this.all.delete(warm);
    if (!this.closed) void warm.log.flush();
    for (const list of this.idle.values()) {
      const index = list.indexOf(warm);
      if (index !== -1) list.splice(index, 1);
    }
  }

  private sweep(): void {
    const now = this.cloud.clock.now();
    for (const { environment, usedUntil, idleSince } of [...this.idle.values()].flat())
      if (now >= usedUntil || performance.now() - idleSince > IDLE_MS) environment.close();
  }
}

/** A runtime that can't run on this machine. */
class RuntimeUnavailable extends Error {}

/** The caller of a function's requests: its role. @throws AwsError `AccessDenied` */
export function roleOf(cloud: Cloud, version: FunctionVersion): Caller {
  const { region, name, roleArn } = version;
  return assumeRole(cloud, roleArn, 'lambda.amazonaws.com', {
    region,
    sessionName: name,
    sourceArn: functionArn(version),
  });
}

function tryVersion(state: LambdaState, { version, ...name }: FunctionVersion): FunctionVersion | undefined {
  try {
    return state.version({ ...name, qualifier: version });
  } catch {
    return undefined;
  }
}

const keyOf = (version: FunctionVersion): string => `${functionArn(version)} ${version.version} ${version.revision}`;
