import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { killGroup, type Reaper } from './reaper';
import type { Start } from './runtimes';

/** Program of an environment, and its variables. */
export interface EnvironmentOptions {
  readonly start: Start;
  readonly codePath: string;
  /** All variables of the process; the endpoint's own aren't inherited. */
  readonly variables: Readonly<Record<string, string>>;
  readonly reaper: Reaper;
  readonly onLine: (line: string) => void;
  /** Called when the process has ended. */
  readonly onEnd: () => void;
}

export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: Buffer;
  readonly timeoutMs: number;
}

/** Outcome of an invocation: the handler's response, or the error. */
export type Outcome =
  | { readonly ok: true; readonly payload: Buffer }
  | { readonly ok: false; readonly payload: Buffer; readonly type: string };

/** The current invocation of an environment. */
interface Running {
  readonly invocation: Invocation;
  readonly end: (outcome: Outcome) => void;
  /** Ends invocation and environment after this time, unless it has ended by then. */
  readonly endAfter: (ms: number) => void;
}

/** An error in the payload's form. */
const failure = (errorType: string, errorMessage: string): Outcome => ({
  ok: false,
  type: errorType,
  payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
});

/** Most bytes of a response (Lambda's page "Lambda quotas"). */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;
/** Timeout of an environment's initialization (Lambda's page "Lambda execution environment lifecycle"). */
const INIT_MS = 10_000;

/**
 * An execution environment: one child process with its own Runtime API, on a loopback port. It takes one invocation at
 * a time; one that exceeds its timeout is killed with the environment.
 */
export class Environment {
  private readonly server: Server;
  private child: ChildProcess | undefined;
  /** The runtime's pending request for the next invocation. */
  private asking: ServerResponse | undefined;
  private running: Running | undefined;
  private initFailure: Outcome | undefined;
  private ended = false;
  private exiting = false;
  private readonly startedAt = performance.now();
  /** Milliseconds of the initialization, once it is done. */
  initMs: number | undefined;

  private constructor(private readonly options: EnvironmentOptions) {
    this.server = createServer((request, response) => void this.answer(request, response));
    // No timeout: the next invocation may be hours away.
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = 0;
  }

  static async start(options: EnvironmentOptions): Promise<Environment> {
    const environment = new Environment(options);
    await new Promise<void>((resolve) => environment.server.listen(0, '127.0.0.1', resolve));
    environment.spawn();
    return environment;
  }

  get isAlive(): boolean {
    return !this.ended && !this.exiting;
  }

  /** Runs one invocation; afterwards check `isAlive`, since the environment may have ended. */
  invoke(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      const { requestId } = invocation;
      let timer: NodeJS.Timeout | undefined;
      const end = (outcome: Outcome) => {
        clearTimeout(timer);
        this.running = undefined;
        resolve(outcome);
      };
      const endAfter = (ms: number) => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          const seconds = (ms / 1000).toFixed(2);
          this.options.onLine(`${new Date().toISOString()} ${requestId} Task timed out after ${seconds} seconds`);
          end(failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`));
          this.close();
        }, ms);
      };
      if (this.initFailure !== undefined) return end(this.initFailure);
      if (this.ended) return end(this.exitFailure());
      this.running = { invocation, end, endAfter };
      // The invocation's timeout begins when the runtime has fetched it: initialization has a timeout of its own.
      endAfter(INIT_MS);
      this.handOver();
    });
  }

  /** Kills the process at once, with its children. */
  close(): void {
    if (this.child !== undefined) killGroup(this.child);
    this.finish();
  }

  private spawn(): void {
    const { start, codePath, variables, reaper, onLine } = this.options;
    const { port } = this.server.address() as { port: number };
    const child = spawn(start.program, start.args, {
      cwd: codePath,
      env: { ...variables, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    this.child = child;
    if (child.pid !== undefined) reaper.add(child.pid);
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream as Readable }).on('line', onLine);
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => onLine(String(parse(line) ?? line)));
    child.on('error', (error) => {
      this.initFailure = failure('Runtime.InvalidEntrypoint', `RequestId: Error: ${error.message}`);
      this.finish();
    });
    child.on('exit', () => {
      if (child.pid !== undefined) reaper.remove(child.pid);
      this.finish();
    });
  }

  /** Fails the current invocation: the process has ended. */
  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.running?.end(this.initFailure ?? this.exitFailure());
    this.asking?.destroy();
    this.server.close();
    this.server.closeAllConnections();
    this.options.onEnd();
  }

  private exitFailure(): Outcome {
    const { exitCode, signalCode } = this.child ?? {};
    const how = signalCode
      ? `signal: ${signalCode === 'SIGKILL' ? 'killed' : signalCode}`
      : `exit status ${exitCode ?? 1}`;
    const id = this.running?.invocation.requestId ?? '';
    return failure('Runtime.ExitError', `RequestId: ${id} Error: Runtime exited with error: ${how}`);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/^\/2018-06-01\/runtime\//, '');
    if (request.method === 'GET' && path === 'invocation/next') {
      this.initMs ??= performance.now() - this.startedAt;
      this.asking = response;
      return this.handOver();
    }
    const body = await read(request).catch(() => undefined);
    const { requestId } = this.running?.invocation ?? {};
    if (path === 'init/error') {
      this.initFailure = failed(request, body ?? Buffer.alloc(0));
      this.running?.end(this.initFailure);
    } else if (path === `invocation/${requestId}/error`) {
      // A runtime that is about to exit takes no further invocation.
      if (request.headers['lambda-runtime-exiting'] !== undefined) this.exiting = true;
      this.running?.end(failed(request, body ?? Buffer.alloc(0)));
    } else if (path !== `invocation/${requestId}/response`) {
      response.writeHead(403).end('{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}');
      return;
    } else if (body === undefined || body.length > MAX_RESPONSE_BYTES) {
      const size = 'Response payload size exceeded maximum allowed payload size (6291556 bytes).';
      this.running?.end(failure('Function.ResponseSizeTooLarge', size));
    } else this.running?.end({ ok: true, payload: body });
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  }

  private handOver(): void {
    if (this.asking === undefined || this.running === undefined) return;
    const { requestId, functionArn, payload, timeoutMs } = this.running.invocation;
    const { asking } = this;
    this.asking = undefined;
    this.running.endAfter(timeoutMs);
    asking.writeHead(200, {
      'content-type': 'application/json',
      'content-length': payload.length,
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
      'lambda-runtime-invoked-function-arn': functionArn,
    });
    asking.end(payload);
  }
}

function failed(request: IncomingMessage, payload: Buffer): Outcome {
  const type = request.headers['lambda-runtime-function-error-type'];
  return { ok: false, payload, type: typeof type === 'string' ? type : 'Error' };
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= MAX_RESPONSE_BYTES) chunks.push(chunk as Buffer);
  }
  return bytes <= MAX_RESPONSE_BYTES ? Buffer.concat(chunks) : undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
