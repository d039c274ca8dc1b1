import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { type ProduceOptions, produce, type Result } from '../produce';
import { InputError } from '../record/input';
import type { Refusal } from '../send/pack';
import { connection } from './connection';
import { ConversionWatch } from './conversion';
import { CommandError, UsageError } from './errors';
import { interruptions } from './interruptions';
import { type CliOptions, createCommand, EXIT } from './options';
import { createProgressBar, log, summaryText } from './report';
import { openSource } from './source';
import { printer } from './stdout';
import { findTarget, type Target } from './stream-name';

/** Runs the command. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  // An error of stdout is ignored: a pager of the help may close early; events have their own listener.
  process.stdout.on('error', () => {});
  try {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    const options = createCommand(version).parse(argv).opts<CliOptions>();
    return await run(options);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    log('ERROR', error instanceof Error ? error.message : String(error));
    if (error instanceof CommandError) return error.exitCode;
    return error instanceof InputError ? EXIT.usage : EXIT.partlyFailed;
  }
}

async function run(options: CliOptions): Promise<number> {
  const target = options.dryRun && !options.stream ? { streamName: '' } : findTarget({ ...options, env: process.env });
  if (options.input === undefined && options.amount === undefined && options.duration === undefined) {
    throw new UsageError('How many? Give --amount N, --duration TIME, or --input FILE.');
  }
  const watch = await conversionWatch(options, target);
  const source = await openSource(options, target);
  const stops = interruptions();
  const toTerminal = process.stdout.isTTY && !options.quiet;
  const bar = process.stderr.isTTY && options.progress && !toTerminal ? createProgressBar(options.amount) : undefined;
  log('INFO', 'Started data generation.');
  try {
    const result = await produce({
      ...connection(options, target.region),
      ...sending(options),
      ...target,
      source,
      signal: stops.signal,
      abort: stops.abort,
      onRefused: refusals(),
      ...(bar && { onProgress: bar.update }),
      ...(!options.quiet && { print: printer(stops.stdoutClosed) }),
    });
    bar?.stop();
    const code = report(result, options, target.streamName);
    if (watch === undefined || (code !== EXIT.delivered && code !== EXIT.partlyFailed)) return code;
    const allRows = await watch.allBecameRows(result.delivered, options.awaitConversion ?? 0, stops.signal);
    return stops.signal.aborted ? EXIT.interrupted : allRows ? code : EXIT.partlyFailed;
  } finally {
    watch?.close();
    bar?.stop();
    stops.dispose();
  }
}

/** The check after the run that its records became rows, if the options ask for it. */
async function conversionWatch(options: CliOptions, target: Target): Promise<ConversionWatch | undefined> {
  if (options.awaitConversion === undefined) return undefined;
  const { deliveryStream, region, localOnly } = target;
  if (deliveryStream === undefined) {
    throw new UsageError(
      '--await-conversion needs a stack: --outputs FILE with its delivery_stream_name, no --stream.',
    );
  }
  const { profile, endpoint } = options;
  const reach = { region: connection(options, region).region, profile, endpoint, localOnly };
  try {
    return await ConversionWatch.begin(deliveryStream, reach);
  } catch (error) {
    const { name, message } = error as Error;
    const isDenied = name.startsWith('AccessDenied');
    const allow = isDenied ? 'Allow cloudwatch:GetMetricStatistics, or leave the option out.' : undefined;
    const advice = allow ?? FIXES[name] ?? 'The run itself can go without the option.';
    throw new CommandError(
      `nothing is sent, as --await-conversion can't read the metrics of ${deliveryStream}: ${message.replace(/[^.!?]$/, '$&.')} ${advice}`,
      EXIT.noAccess,
    );
  }
}

function sending(options: CliOptions): Partial<ProduceOptions> {
  const { amount, duration, rate, partitionKey, pack, newline, concurrency, adaptive, retryFor, drainTimeout, dryRun } =
    options;
  return {
    ...(amount !== undefined && { amount }),
    ...(duration !== undefined && { duration }),
    ...(rate && { rate }),
    ...(options.seed !== undefined && { record: { seed: options.seed } }),
    ...{ partitionKey, pack, newline, concurrency, adaptive, retryFor, drainTimeout, dryRun },
  };
}

const MOST_REFUSALS_SHOWN = 10;

function refusals(): (refusal: Refusal) => void {
  let seen = 0;
  return ({ event, reason, detail }) => {
    if (++seen <= MOST_REFUSALS_SHOWN) log('WARNING', `Event ${event} is not sent (${reason}): ${detail}.`);
    if (seen === MOST_REFUSALS_SHOWN) log('WARNING', 'Further events that are not sent are only counted.');
  };
}

/** Advice on a problem by its code, else by the outcome. */
const FIXES: Readonly<Record<string, string>> = {
  NoRegion: 'Set AWS_REGION or give --region.',
  CredentialsProviderError:
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run `aws configure`; any values do for a local endpoint.',
  ExpiredTokenException: 'Log in again: the session token has expired.',
  AccessDeniedException: 'The credentials need kinesis:PutRecords on the stream.',
  denied: 'Check the credentials (AWS_ACCESS_KEY_ID, AWS_PROFILE or --profile) and the region.',
  NotLocal:
    'Start the endpoint (`npm run local`) and set AWS_ENDPOINT_URL to its address, or name another stack with --stack.',
  ProxyError: 'Check HTTPS_PROXY, and NO_PROXY for hosts that are reached directly.',
  ForeignAnswer: 'Check HTTPS_PROXY and NO_PROXY, the endpoint, and whether this network wants a sign-in first.',
  unreachable: 'Nothing answers there: check the endpoint (--endpoint, AWS_ENDPOINT_URL), the region and the network.',
};

/** Advice on a problem, with what this run was given. */
function fixOf({ code = '', outcome }: Result, { profile: chosen, endpoint: given }: CliOptions): string | undefined {
  const { AWS_PROFILE, AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL } = process.env;
  const profile = chosen ?? AWS_PROFILE;
  const endpoint = given ?? AWS_ENDPOINT_URL_KINESIS ?? AWS_ENDPOINT_URL ?? '';
  if (profile && code === 'CredentialsProviderError')
    return `The profile "${profile}" has no credentials: name one that \`aws configure list-profiles\` shows, or log in with it.`;
  if (profile && code === 'NoRegion')
    return `The profile "${profile}" names none: set AWS_REGION, give --region, or name one that \`aws configure list-profiles\` shows.`;
  if (FIXES[code] === undefined && outcome === 'unreachable' && /^https?:\/\/(localhost|127\.|\[::1\])/.test(endpoint))
    return 'Nothing answers there: start the endpoint (`npm run local`), or check its address (--endpoint, AWS_ENDPOINT_URL).';
  return FIXES[code] ?? FIXES[outcome];
}

function report(result: Result, options: CliOptions, streamName: string): number {
  const { outcome, delivered, failed, problem } = result;
  const messages = (n: number): string => `${n} message${n === 1 ? '' : 's'}`;
  const to = options.dryRun ? 'generated; a dry run sends nothing' : `delivered to Kinesis stream ${streamName}`;
  log('INFO', `${messages(delivered)} ${to}.`);
  const reasons = Object.entries(result.failures).map(([reason, events]) => `${reason} ${events}`);
  if (failed > 0) log('ERROR', `${messages(failed)} not delivered: ${reasons.join(', ')}.`);
  if (problem) log('ERROR', [problem.replace(/[^.!?]$/, '$&.'), fixOf(result, options)].filter(Boolean).join(' '));
  const seconds = Math.round((result.clockOffset ?? 0) / 1000);
  if (seconds !== 0) {
    const off = `${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead'}`;
    log('WARNING', `This machine's clock is ${off}; requests were signed with the service's time.`);
  }
  const unknown = result.failures.Unacknowledged ?? 0;
  if (unknown > 0) log('WARNING', `Of ${messages(unknown)} it is not known whether they are in the stream.`);
  if (options.summary === 'text') process.stderr.write(summaryText(result));
  if (options.summary === 'json')
    (options.quiet ? process.stdout : process.stderr).write(`${JSON.stringify(result)}\n`);
  if (outcome === 'delivered') return EXIT.delivered;
  if (outcome === 'partly-failed') return EXIT.partlyFailed;
  if (outcome === 'interrupted') return EXIT.interrupted;
  return outcome === 'no-stream' ? EXIT.noStream : EXIT.noAccess;
}
