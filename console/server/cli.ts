#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { createApp } from './app.js';
import { connect } from './aws.js';
import { EXIT, readLakehouse, SettingsError } from './settings.js';

interface Options {
  readonly port: number;
  readonly outputs: string;
  readonly stack?: string;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('lakehouse-console')
  .description(
    "Shows a deployed lakehouse on one page, on this machine only. Region, profile and endpoint: the AWS SDK's usual settings.",
  )
  .option('--port <port>', 'port on 127.0.0.1; 0 for any free one', parsePort, 4600)
  .option('--outputs <file>', 'outputs file of `npm run apply` or `cdktf deploy --outputs-file`', 'outputs.json')
  .option(
    '--stack <name>',
    'which stack of the file (default: that of LAKEHOUSE_ENV and LAKEHOUSE_APP_NAME, else the only one)',
  )
  .version(version)
  .action(run)
  .exitOverride();

try {
  program.parse();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
}

function run({ port, outputs, stack }: Options): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  if (process.env.LAKEHOUSE_ENV === 'local') useEndpoint();
  try {
    const lakehouse = readLakehouse(outputs, stack, process.env);
    const app = createApp(
      connect(lakehouse.region, lakehouse.endpoint),
      lakehouse,
      fileURLToPath(new URL('../page', import.meta.url)),
    );
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, ({ port: bound }) => {
      process.stdout.write(`Listening on http://127.0.0.1:${bound}\n`);
    });
    server.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'EADDRINUSE' ? `Port ${port} is taken: choose another with --port.` : error.message),
    );
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    fail(error.message, error.exitCode);
  }
}

/** Directs the clients to the embedded endpoint, as the tools do: no identity of a real account goes there. */
function useEndpoint(): void {
  process.env.AWS_ENDPOINT_URL ??= 'http://127.0.0.1:4566';
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN']) delete process.env[name];
}

function fail(message: string, exitCode: number = EXIT.failed): void {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a whole number from 0 to 65535.');
  return port;
}
