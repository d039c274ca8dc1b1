#!/usr/bin/env node
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { Command, InvalidArgumentError, Option } from 'commander';
import { confirm } from '../cycle/confirm';
import { adoptEnvironment, cycleEnvironment } from '../cycle/environment';
import { stackOutputs } from '../query/outputs';
import { type Prefixes, prefixesOf } from '../replay/prefixes';
import { type Overview, overviewOf, type ReplayOptions, replay } from '../replay/replay';
import { deliverySender, streamSender } from '../replay/senders';
import { stackClientConfig } from '../shared/aws-client';
import { awsErrorText } from '../shared/aws-errors';
import { counted } from '../shared/counted';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { interruptible } from '../shared/interrupt';
import { asText } from '../shared/json';
import { runCommand } from './run';

interface Flags {
  readonly source?: boolean;
  readonly from?: Date;
  readonly to?: Date;
  readonly toDelivery?: string;
  readonly bucket?: string;
  readonly stream?: string;
  readonly errorPrefix?: string;
  readonly sourcePrefix?: string;
  readonly inFlight?: 'sent' | 'unsent';
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly stack?: string;
  readonly outputsFile: string;
}

const time = (text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('give a time such as 2026-11-26T04:00:00Z.');
  return date;
};

const program = new Command('replay')
  .description(
    'Send records again, each once: those that Firehose could not convert, or with --source those of its backup.',
  )
  .option('--source', "send the raw records of Firehose's backup instead of the failed ones; needs --from")
  .option(
    '--from <time>',
    'only objects that Firehose began to fill at this time or later, such as 2026-11-26T04:00:00Z',
    time,
  )
  .option('--to <time>', 'only objects that Firehose began to fill before this time', time)
  .option(
    '--to-delivery <name>',
    'send to this delivery stream, which must take direct puts, instead of the Kinesis stream',
  )
  .option('--stream <name>', "the Kinesis stream to send to (default: the stack's)")
  .option('--bucket <name>', "the bucket (default: the stack's)")
  .option('--error-prefix <prefix>', "where failed records are (default: the delivery stream's)")
  .option('--source-prefix <prefix>', "where the backup is (default: the delivery stream's)")
  .addOption(
    new Option(
      '--in-flight <what>',
      'after a replay was killed, and what arrived of its batch can not be read: "sent" skips that batch, "unsent" sends it again',
    ).choices(['sent', 'unsent']),
  )
  .option('--dry-run', 'show what would be sent, and send nothing')
  .option('-y, --yes', 'send without asking; needed where there is no terminal')
  .option('--stack <name>', 'stack in the outputs file (default: lakehouse-$LAKEHOUSE_ENV)')
  .option('--outputs-file <file>', 'file with the outputs of apply or cdktf deploy', 'outputs.json')
  .action(async (flags: Flags) => {
    if (flags.source === true && flags.from === undefined) {
      throw new ToolError(
        '--source needs --from, and --to if not everything since: a backfill has a beginning.',
        ExitCode.usage,
      );
    }
    adoptEnvironment(cycleEnvironment(process.env));
    try {
      await run(flags);
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw new ToolError(awsErrorText(error, process.env));
    }
  });

async function run(flags: Flags): Promise<void> {
  const named = flags.bucket !== undefined && (flags.stream ?? flags.toDelivery) !== undefined;
  const outputs = named ? {} : stackOutputs(flags.outputsFile, flags.stack, process.env, '--bucket and --stream');
  const config = stackClientConfig(outputs);
  // One attempt per call: the SDK's silent retries could send a record twice.
  const once = { ...config, maxAttempts: 1 };
  const clients = {
    s3: new S3Client({ ...config, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined }),
    kinesis: new KinesisClient(once),
    firehose: new FirehoseClient(once),
  };
  try {
    await interruptible(async (signal) => {
      const prefixes = await prefixesOf(asText(outputs.delivery_stream_name), clients.firehose);
      const options = optionsOf(flags, outputs, clients, { ...prefixes }, signal);
      const overview = await overviewOf(options);
      show(overview, options);
      if (overview.objects.length === 0 || flags.dryRun === true) return;
      await confirm(`Send ${counted(overview.records, 'record')} to the ${options.sender.name}?`, {
        yes: flags.yes === true,
      });
      const sent = await replay(overview.objects, options);
      console.error(`Sent ${counted(sent, 'record')} to the ${options.sender.name}.`);
    });
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

function optionsOf(
  flags: Flags,
  outputs: Readonly<Record<string, unknown>>,
  { s3, kinesis, firehose }: { s3: S3Client; kinesis: KinesisClient; firehose: FirehoseClient },
  prefixes: Prefixes,
  signal: AbortSignal,
): ReplayOptions {
  const bucket = flags.bucket ?? asText(outputs.lake_bucket_name);
  const stream = flags.stream ?? asText(outputs.kinesis_stream_name);
  if (bucket === undefined)
    throw new ToolError(`${flags.outputsFile} names no lake_bucket_name: give --bucket.`, ExitCode.prerequisite);
  if (stream === undefined && flags.toDelivery === undefined) {
    throw new ToolError(
      `${flags.outputsFile} names no kinesis_stream_name: give --stream or --to-delivery.`,
      ExitCode.prerequisite,
    );
  }
  return {
    s3,
    bucket,
    errorPrefix: flags.errorPrefix ?? prefixes.error ?? 'error/',
    ...(flags.source === true && { sourcePrefix: flags.sourcePrefix ?? prefixes.source ?? 'source/' }),
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.to !== undefined && { to: flags.to }),
    sender:
      flags.toDelivery === undefined ? streamSender(kinesis, stream ?? '') : deliverySender(firehose, flags.toDelivery),
    log: (line) => console.error(line),
    signal,
    ...(flags.inFlight !== undefined && { inFlight: flags.inFlight }),
  };
}

function show(overview: Overview, { bucket, errorPrefix, sourcePrefix }: ReplayOptions): void {
  const { objects, replayed, records, reasons, sample } = overview;
  const place = `s3://${bucket}/${sourcePrefix ?? errorPrefix}`;
  const before =
    replayed === 0
      ? ''
      : `; ${counted(replayed, 'object')} more, replayed before, ${replayed === 1 ? 'is' : 'are'} skipped`;
  console.log(`${counted(records, 'record')} in ${counted(objects.length, 'object')} under ${place}${before}`);
  for (const [reason, count] of reasons) console.log(`  ${count} ${reason}`);
  if (sample !== undefined) console.log(`  the first record: ${sample}`);
}

void runCommand(program);
