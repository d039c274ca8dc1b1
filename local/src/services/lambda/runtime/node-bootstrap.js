// Bootstrap of a Node.js runtime's execution environment: it fetches invocations from the Runtime API, one at a time, and
// calls the handler (Lambda's pages "Using the Lambda runtime API" and "Define Lambda function handler in Node.js").
// Plain JavaScript without dependencies: every cold start loads it.
const { existsSync, writeSync } = require('node:fs');
const http = require('node:http');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { format } = require('node:util');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });
const LOG_FD = 3;
let requestId = '';

/** @param {string} method @param {string} path @param {string} [body] @param {object} [headers] */
function ask(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, method, path: `/2018-06-01/runtime/${path}`, agent, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

// Messages of several lines stay one event: they are framed as JSON, unlike raw writes to stdout.
function logLine(level, args) {
  const line = `${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${format(...args)}`;
  try {
    writeSync(LOG_FD, `${JSON.stringify(line)}\n`);
  } catch {
    process.stdout.write(`${line}\n`);
  }
}
// A closed pipe ends the process: the endpoint is gone, and reporting the error would fail again, endlessly.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1));
for (const [method, level] of [
  ['log', 'INFO'],
  ['info', 'INFO'],
  ['debug', 'DEBUG'],
  ['trace', 'TRACE'],
  ['warn', 'WARN'],
  ['error', 'ERROR'],
])
  console[method] = (...args) => logLine(level, args);

function describe(error) {
  const known = error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error);
  if (!known) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name || 'Error',
    errorMessage: String(error.message),
    trace: String(error.stack ?? '').split('\n'),
  };
}

/** The handler that `_HANDLER` names: `index.handler`, or `folder/file.path.to.handler`. */
async function loadHandler() {
  const named = process.env._HANDLER ?? '';
  const [, folder, file, path] = /^(.*\/)?([^./]+)\.(.+)$/.exec(named) ?? [];
  if (file === undefined)
    throw Object.assign(new Error(`Bad handler '${named}'`), { name: 'Runtime.MalformedHandlerName' });
  const base = join(process.env.LAMBDA_TASK_ROOT, folder ?? '', file);
  const found = ['.js', '.mjs', '.cjs'].map((ending) => base + ending).find(existsSync);
  if (found === undefined)
    throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  let loaded;
  try {
    loaded = await import(pathToFileURL(found).href);
  } catch (error) {
    if (error instanceof SyntaxError) error.name = 'Runtime.UserCodeSyntaxError';
    throw error;
  }
  // A CommonJS module's exports are its default, as far as Node can't detect their names.
  const handler = [loaded, loaded.default]
    .map((root) => path.split('.').reduce((part, name) => part?.[name], root))
    .find((one) => typeof one === 'function');
  if (handler === undefined)
    throw Object.assign(new Error(`${named} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const {
    AWS_LAMBDA_FUNCTION_NAME,
    AWS_LAMBDA_FUNCTION_VERSION,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    AWS_LAMBDA_LOG_GROUP_NAME,
    AWS_LAMBDA_LOG_STREAM_NAME,
  } = process.env;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** Calls a handler that returns a promise, or answers by its callback. */
function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error === null || error === undefined ? resolve(result) : reject(error));
    context.done = callback;
    context.succeed = resolve;
    context.fail = reject;
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(resolve, reject);
    else if (handler.length < 3 && returned !== undefined) resolve(returned);
    else if (handler.length < 3 && returned === undefined) resolve(null);
  });
}

async function fail(path, error, headers = {}) {
  const described = describe(error);
  logLine('ERROR', [`${path.endsWith('init/error') ? 'Uncaught' : 'Invoke Error'} \t${JSON.stringify(described)}`]);
  await ask('POST', path, JSON.stringify(described), {
    ...headers,
    'lambda-runtime-function-error-type': described.errorType,
  });
}

async function main() {
  let handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    await fail('init/error', error);
    process.exit(1);
  }
  // An unhandled error ends the invocation and its environment, as on AWS.
  for (const event of ['uncaughtException', 'unhandledRejection'])
    process.on(event, (error) => {
      fail(`invocation/${requestId}/error`, error, { 'lambda-runtime-exiting': 'true' }).finally(() =>
        process.exit(128),
      );
    });
  for (;;) {
    const { headers, body } = await ask('GET', 'invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    try {
      const result = await call(handler, JSON.parse(body), contextOf(headers));
      await ask('POST', `invocation/${requestId}/response`, JSON.stringify(result === undefined ? null : result));
    } catch (error) {
      await fail(`invocation/${requestId}/error`, error);
    }
  }
}

// The endpoint is gone: there are no further invocations.
main().catch(() => process.exit(1));
