#!/usr/bin/env node
import { resolve } from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type LocalEndpoint, type LogLevel, startLocal, version } from '.';
import { checkDataDir, repair } from './maintain';

/** Heap from which on it only doubles between collections, in bytes, and the interval at which it is looked at, in ms. */
const LARGE_HEAP = 96 * 1024 * 1024;
const LOOK_MS = 250;

interface CliOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHost: readonly string[];
  readonly dataDir: string;
  readonly limits: boolean;
  readonly logLevel: LogLevel;
  readonly allowReset: boolean;
  readonly seed?: string;
  readonly check?: true;
  readonly repair?: true;
}

/** An option that an environment variable sets as well: `--log-level` is LAKEHOUSE_LOCAL_LOG_LEVEL. */
function option(flags: string, description: string): Option {
  const made = new Option(flags, description);
  return made.env(`LAKEHOUSE_LOCAL_${made.name().replace(/^no-/, '').replaceAll('-', '_').toUpperCase()}`);
}

// Variables of switches that are off are unset: the option parser turns a switch on if its variable is set, even to 0.
const OFF = /^(0|false|no|off)$/i;
const { LAKEHOUSE_LOCAL_ALLOW_RESET: allowReset = '', LAKEHOUSE_LOCAL_LIMITS: limits = '' } = process.env;
if (allowReset === '' || OFF.test(allowReset)) delete process.env.LAKEHOUSE_LOCAL_ALLOW_RESET;
if (!OFF.test(limits)) delete process.env.LAKEHOUSE_LOCAL_LIMITS;

const collect = (text: string, all: readonly string[]) => [...all, ...text.split(',').map((name) => name.trim())];

const program = new Command('lakehouse-local')
  .description(
    'Runs Kinesis, Firehose, S3, Glue, Athena and what Terraform needs beside them on this machine, at loopback only.',
  )
  .version(version())
  .addOption(option('--port <port>', 'port; 0 for any free one').argParser(parsePort).default(4566))
  .addOption(
    option('--host <address>', 'address to listen at; beyond loopback anybody may do all').default('127.0.0.1'),
  )
  .addOption(
    option('--allowed-host <name>', "name beside loopback's to be reached by, such as a container's; repeatable")
      .argParser(collect)
      .default([], 'none'),
  )
  .addOption(option('--data-dir <folder>', 'where all state is kept').default('.lakehouse/local'))
  .addOption(option('--no-limits', "don't enforce the rates of a Kinesis shard; the variable's value: false"))
  .addOption(option('--log-level <level>', 'what is told').choices(['silent', 'error', 'debug']).default('error'))
  .addOption(option('--seed <folder>', 'streams, buckets and tables to make at the start'))
  .addOption(option('--allow-reset', 'let POST /_lakehouse/reset remove everything').default(false))
  .option('--check', 'read everything in the data directory through, say what is damaged, and end')
  .option('--repair', 'keep a copy of what is damaged, say what is lost, and start on what is readable')
  .action(run);

/** Exit code of wrong usage, the same in every command of the project. */
const USAGE = 64;

program
  .exitOverride()
  .parseAsync()
  .catch((error: Error) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE;
      return;
    }
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  });

async function run(options: CliOptions): Promise<void> {
  if (options.logLevel !== 'silent') warnOfUnknownVariables();
  if (options.check) return check(resolve(options.dataDir));
  if (options.repair) {
    const lines = await repair(resolve(options.dataDir));
    process.stderr.write(lines.length === 0 ? 'Nothing is damaged.\n' : `Repaired:\n  ${lines.join('\n  ')}\n`);
  }
  boundHeapGrowth();
  const endpoint = await startLocal({
    port: options.port,
    host: options.host,
    allowedHosts: options.allowedHost,
    dataDir: resolve(options.dataDir),
    enforceLimits: options.limits,
    logLevel: options.logLevel,
    allowReset: options.allowReset,
    ...(options.seed !== undefined && { seed: resolve(options.seed) }),
  });
  stopOnSignals(endpoint);
  for (const line of endpoint.seeded) process.stdout.write(`Seeded ${line}\n`);
  process.stdout.write(`Listening on ${endpoint.url}\n`);
}

/**
 * Warns of variables that no option reads: a name with a typo leaves its setting at the default. They aren't refused:
 * Kubernetes makes such variables for a service of this name.
 */
function warnOfUnknownVariables(): void {
  const known = program.options.flatMap(({ envVar }) => envVar ?? []);
  const unknown = Object.keys(process.env).filter((name) => /^LAKEHOUSE_LOCAL_/.test(name) && !known.includes(name));
  if (unknown.length === 0) return;
  process.stderr.write(`No option has the variable ${unknown.join(', ')}: there are ${known.join(', ')}.\n`);
}

/**
 * Heap growth between garbage collections: a large heap only doubles. V8 lets it grow fourfold on a machine with much
 * memory: the listings of a big lake filled a gigabyte with garbage. A small heap grows as V8 has it, since doubling
 * there means marking twenty times as often, at a third more CPU for records that are put over HTTP/2.
 */
function boundHeapGrowth(): void {
  let bounded = false;
  setInterval(() => {
    const large = getHeapStatistics().used_heap_size > LARGE_HEAP;
    if (large === bounded) return;
    bounded = large;
    setFlagsFromString(`--heap-growing-percent=${large ? 100 : 0}`);
  }, LOOK_MS).unref();
}

function stopOnSignals(endpoint: LocalEndpoint): void {
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
