import { Command, Option } from 'commander';
import type { Rate } from '../produce';
import type { RecordForm } from '../record/person-event';
import type { PartitionKey } from '../send/partition-key';
import { concurrency, duration, partitionKey, rate, wholeNumber } from './values';

/** The command line, parsed. */
export interface CliOptions {
  readonly amount?: number;
  readonly duration?: number;
  readonly template?: string;
  readonly input?: string;
  /** The built-in record, whatever the stack's table. */
  readonly record?: RecordForm;
  readonly seed?: string;
  readonly stream?: string;
  readonly outputs?: string;
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly partitionKey: PartitionKey;
  readonly pack: number;
  readonly newline: boolean;
  readonly rate?: Rate;
  readonly concurrency: number | 'auto';
  readonly adaptive: boolean;
  readonly retryFor: number;
  readonly drainTimeout: number;
  readonly connectTimeout: number;
  readonly requestTimeout: number;
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly summary: 'text' | 'json' | 'none';
  readonly dryRun: boolean;
  readonly awaitConversion?: number;
}

/** Exit code and output of the command. */
export const EXIT = {
  delivered: 0,
  partlyFailed: 1,
  /** Exit code of wrong usage, as in the project's other commands; `plan` uses 2 for "there are changes". */
  usage: 64,
  noAccess: 3,
  /** Exit code of what must be there first and isn't, as in the project's other commands. */
  noStream: 4,
  interrupted: 130,
} as const;

const EXIT_CODES = `
Exit codes:
  0    every event was delivered
  1    some events were not, or the input could not be read to its end;
       with --await-conversion, some did not become rows
  3    no credentials, no region, no access, or nothing answers at the endpoint
  4    no such stream, or no outputs file or stack that names one
  64   bad usage
  130  interrupted (Ctrl-C, SIGTERM, or stdout closed)
`;

const SOURCE = 'What to send:';
const TARGET = 'Where to:';
const SENDING = 'How it is sent:';
const TELLING = 'What it tells:';

/** Creates the command with all its options. Defaults shown by `--help` are stated here as well as in the library. */
export function createCommand(version: string): Command {
  const command = new Command('lakehouse-producer')
    .description('Generates events and sends them to a Kinesis data stream.')
    .version(version)
    .helpOption('-h, --help', 'show this help')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the options)')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  const add = (group: string, ...options: Option[]): void => {
    for (const option of options) command.addOption(option.helpGroup(group));
  };
  add(
    SOURCE,
    new Option('-n, --amount <N>', 'events to send').argParser(wholeNumber(0)),
    new Option('--duration <TIME>', 'send for this long: 500ms, 30s, 5m, 1h').argParser(duration),
    new Option('--template <FILE>', 'make events from a template with faker expressions').conflicts('input'),
    new Option('--input <FILE>', 'send the lines of a file as they are; - reads stdin').conflicts(['seed', 'record']),
    new Option(
      '--record <FORM>',
      "the built-in record whatever the stack's table, by the form of its date; original is the article's (default: records of the table's columns)",
    ).choices(['zoned', 'original']),
    new Option('--seed <S>', 'the same seed gives the same bytes each time'),
  );
  add(
    TARGET,
    new Option('-s, --stream <NAME>', 'the stream (default: $KINESIS_STREAM_NAME, else the outputs file)'),
    new Option(
      '--outputs <FILE>',
      "file with the stack's outputs, as apply or cdktf deploy writes it (default: outputs.json)",
    ).env('LAKEHOUSE_OUTPUTS'),
    new Option(
      '--stack <NAME>',
      'the stack of the outputs file (default: that of LAKEHOUSE_ENV and LAKEHOUSE_APP_NAME, else the only one)',
    ),
    new Option('--region <REGION>', "AWS region (default: the SDK's chain, else the outputs file)"),
    new Option('--profile <NAME>', "profile of the shared config files (default: the SDK's chain)"),
    new Option('--endpoint <URL>', "endpoint other than AWS's (default: $AWS_ENDPOINT_URL_KINESIS, $AWS_ENDPOINT_URL)"),
  );
  add(
    SENDING,
    new Option('--partition-key <KEY>', 'uuid, random, constant or field:NAME').argParser(partitionKey).default('uuid'),
    new Option('--pack <BYTES>', 'several events in one Kinesis record, up to so many bytes')
      .argParser(wholeNumber(0))
      .default(0),
    new Option('--newline', "end each record with a newline, for lines in Firehose's raw backup").default(false),
    new Option('--rate <RATE>', 'at most 1000/s (events) or 5MB/s').argParser(rate),
    new Option('--concurrency <N>', 'requests in flight, or auto').argParser(concurrency).default('auto'),
    new Option('--no-adaptive', "don't follow the stream's capacity; retry what it throttles"),
    new Option('--retry-for <TIME>', 'give a failing record up after this long')
      .argParser(duration)
      .default(60_000, '60s'),
    new Option('--drain-timeout <TIME>', 'after Ctrl-C, finish what is in flight within this long')
      .argParser(duration)
      .default(10_000, '10s'),
    new Option('--connect-timeout <TIME>', 'give a connection up that is not made within this time')
      .argParser(duration)
      .default(3_000, '3s'),
    new Option('--request-timeout <TIME>', 'give a request up that is not answered within this time')
      .argParser(duration)
      .default(10_000, '10s'),
  );
  add(
    TELLING,
    new Option('-q, --quiet', "don't print the events on stdout").default(false),
    new Option('--no-progress', 'no progress bar (there is one on a terminal when stdout is not shown on it)'),
    new Option('--summary <FORM>', 'text or json on stderr (json on stdout with --quiet), or none')
      .choices(['text', 'json', 'none'])
      .default('text'),
    new Option('--dry-run', 'make the events, send nothing').default(false),
    new Option(
      '--await-conversion <TIME>',
      "after sending, wait at most this long until the stack's Firehose has made rows of the records",
    )
      .argParser(duration)
      .conflicts(['pack', 'dryRun']),
  );
  return command;
}
