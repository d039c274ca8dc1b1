import { existsSync, readFileSync } from 'node:fs';
import { stackOf } from 'lakehouse-producer/stack-name';

/** Resources that the console shows: a deployed stack's outputs. */
export interface Lakehouse {
  readonly stack: string;
  readonly region: string;
  readonly streamName: string;
  readonly deliveryStreamName: string;
  readonly bucket: string;
  readonly tablePrefix: string;
  readonly database: string;
  readonly table: string;
  /** The Iceberg table of the same events, if the stack has one. */
  readonly icebergTable: string | undefined;
  readonly workgroup: string;
  readonly logGroup: string | undefined;
  readonly logStream: string | undefined;
  /** Names of the functions that read the stream. */
  readonly consumers: readonly string[];
  /** Tables in DynamoDB. */
  readonly tables: readonly string[];
  /** Parts of the movements between the lake and these tables. */
  readonly movements: MovementNames;
  /** Whether the console may send test events: in the environments local and dev. */
  readonly maySend: boolean;
  /** The endpoint of AWS_ENDPOINT_URL; undefined for AWS itself. */
  readonly endpoint: string | undefined;
}

/** Names of the movements' parts; each undefined if the stack lacks it. */
export interface MovementNames {
  readonly customersTable: string | undefined;
  readonly changesStream: string | undefined;
  readonly changesDelivery: string | undefined;
  readonly changesTable: string | undefined;
  readonly searchFunction: string | undefined;
  readonly searchTable: string | undefined;
  readonly countersTable: string | undefined;
}

/** Exit codes of the console: the same numbers as those of the project's other commands. */
export const EXIT = {
  failed: 1,
  /** It refused to start: a local stack, and no endpoint of its own. */
  refused: 3,
  /** What must be there first is not: the outputs file, a stack in it, one of its outputs. */
  missing: 4,
  usage: 64,
} as const;

/** A wrong setting that keeps the console from starting, with what to do. */
export class SettingsError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.missing,
  ) {
    super(message);
  }
}

/**
 * Reads the outputs file that `npm run apply` or `cdktf deploy --outputs-file` wrote: `{"<stack>": {"<output>":
 * value}}`.
 * @param stack name of the stack. @default that of LAKEHOUSE_ENV and LAKEHOUSE_APP_NAME, else the only one
 * @throws SettingsError if there is no such file or stack
 */
export function readLakehouse(file: string, stack: string | undefined, env: NodeJS.ProcessEnv): Lakehouse {
  const stacks = readStacks(file);
  const names = Object.keys(stacks).filter((name) => stacks[name]?.kinesis_stream_name !== undefined);
  const name = stack ?? stackOf(env) ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined || !names.includes(name)) {
    const asked = stack === undefined ? `and LAKEHOUSE_ENV and LAKEHOUSE_APP_NAME say ${name}` : `not ${name}`;
    const of = name === undefined ? '' : `, ${asked}`;
    const have = names.length === 0 ? 'no stack with a kinesis_stream_name' : `these stacks: ${names.join(', ')}`;
    const isOpen = name === undefined && names.length > 1;
    throw new SettingsError(
      `${file} has ${have}${of}. Say which one with --stack NAME.`,
      isOpen ? EXIT.usage : EXIT.missing,
    );
  }
  const outputs = stacks[name] as Record<string, string>;
  const need = (output: string): string => {
    const value = outputs[output];
    if (value === undefined)
      throw new SettingsError(`${file}: stack ${name} has no output ${output}. Apply the stack again.`);
    return value;
  };
  return {
    stack: name,
    region: outputs.region ?? env.AWS_REGION ?? 'us-east-1',
    streamName: need('kinesis_stream_name'),
    deliveryStreamName: need('delivery_stream_name'),
    bucket: need('lake_bucket_name'),
    tablePrefix: need('table_prefix'),
    database: need('glue_database_name'),
    table: need('glue_table_name'),
    icebergTable: outputs.iceberg_table_name,
    workgroup: need('athena_workgroup_name'),
    logGroup: outputs.log_group_name,
    logStream: outputs.log_stream_name,
    consumers: (outputs.consumer_function_names ?? '').split(',').filter((each) => each !== ''),
    ...movementsOf(outputs),
    maySend: /^lakehouse-(local|dev)(-|$)/.test(name),
    endpoint: endpointOf(name, outputs.kinesis_stream_arn ?? '', env),
  };
}

/** The account of the embedded endpoint, which AWS gives to nobody. */
const LOCAL_ACCOUNT = ':000000000000:';

/** @throws SettingsError for a local stack without an endpoint: the SDK would ask AWS, with credentials that are there */
function endpointOf(name: string, streamArn: string, env: NodeJS.ProcessEnv): string | undefined {
  const endpoint = env.AWS_ENDPOINT_URL;
  if (endpoint !== undefined || !streamArn.includes(LOCAL_ACCOUNT)) return endpoint;
  throw new SettingsError(
    `The stack ${name} is on the embedded endpoint: start that (npm run local), and set LAKEHOUSE_ENV=local, or AWS_ENDPOINT_URL to its address.`,
    EXIT.refused,
  );
}

function movementsOf(outputs: Readonly<Record<string, string>>): Pick<Lakehouse, 'tables' | 'movements'> {
  const movements: MovementNames = {
    customersTable: outputs.customers_table_name,
    changesStream: outputs.changes_stream_name,
    changesDelivery: outputs.changes_delivery_stream_name,
    changesTable: outputs.changes_table_name,
    searchFunction: outputs.search_function_name,
    searchTable: outputs.search_table_name,
    countersTable: outputs.counters_table_name,
  };
  const { customersTable, searchTable, countersTable } = movements;
  const tables = [customersTable, searchTable, countersTable].filter((name) => name !== undefined);
  return { tables, movements };
}

function readStacks(file: string): Record<string, Record<string, string>> {
  if (!existsSync(file)) {
    throw new SettingsError(
      `There is no ${file}. Apply the stack first (npm run plan, npm run apply), or name its outputs with --outputs FILE.`,
    );
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingsError(`${file} is not JSON: ${(error as Error).message}`);
  }
}
