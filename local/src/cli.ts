#!/usr/bin/env node
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { startLocal } from '.';
import { checkDataDir, repair } from './maintain';

interface CliOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly limits: boolean;
  readonly check?: true;
  readonly repair?: true;
}

const program = new Command('lakehouse-local')
  .description(
    'Runs Kinesis, Firehose, S3, Glue, Athena and what Terraform needs beside them on this machine, at loopback only.',
  )
  .option('--port <port>', 'port on 127.0.0.1; 0 for any free one', parsePort, 4566)
  .option('--data-dir <folder>', 'where all state is kept', '.lakehouse/local')
  .option('--no-limits', "don't enforce the rates of a Kinesis shard")
  .option('--check', 'read everything in the data directory through, say what is damaged, and end')
  .option('--repair', 'keep a copy of what is damaged, say what is lost, and start on what is readable')
  .action(run);

program.parseAsync().catch((error: NodeJS.ErrnoException) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});

async function run(options: CliOptions): Promise<void> {
  if (options.check) return check(resolve(options.dataDir));
  if (options.repair) {
    const lines = await repair(resolve(options.dataDir));
    process.stderr.write(lines.length === 0 ? 'Nothing is damaged.\n' : `Repaired:\n  ${lines.join('\n  ')}\n`);
  }
  const endpoint = await startLocal({
    port: options.port,
    dataDir: resolve(options.dataDir),
    enforceLimits: options.limits,
  });
  process.stdout.write(`Listening on ${endpoint.url}\n`);
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    endpoint.close().then(
      () => process.exit(0),
      (error: Error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function check(dataDir: string): Promise<void> {
  const lines = await checkDataDir(dataDir);
  process.stdout.write(lines.length === 0 ? 'Nothing is damaged.\n' : `${lines.join('\n')}\n`);
  if (lines.length > 0) process.exitCode = 1;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a whole number from 0 to 65535.');
  return port;
}

function explain(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${program.opts<CliOptions>().port} is taken: stop what listens there, or choose another with --port.`;
  return error.message;
}
