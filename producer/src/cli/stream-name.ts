import { existsSync, readFileSync } from 'node:fs';
import { LOCAL_ACCOUNT, parseStreamArn } from '../send/stream-id';
import { stackOf } from '../stack-name';
import { NoOutputsError, UsageError } from './errors';

/** The stream, with the facts that the stack's outputs add. */
export interface Target {
  /** Its name or ARN. */
  readonly streamName: string;
  /** The ARN's region, else the stack's `region` output, where it has one. */
  readonly region?: string;
  /** Whether the stack is a local one, by its account. */
  readonly localOnly?: boolean;
  /** The table that the stream's records are delivered to. */
  readonly table?: TableName;
  /** The delivery stream that reads the stream. */
  readonly deliveryStream?: string;
}

/** A table of Glue's catalog. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

export interface TargetSettings {
  readonly stream?: string | undefined;
  readonly outputs?: string | undefined;
  readonly stack?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_OUTPUTS = 'outputs.json';

/**
 * Finds the stream: the option, else `KINESIS_STREAM_NAME`, else the output `kinesis_stream_name` in the file that
 * `cdktf deploy --outputs-file` wrote, whose shape is `{"<stack>": {"<output>": value}}`. The stack is the option's, else that
 * of LAKEHOUSE_ENV and LAKEHOUSE_APP_NAME, else the only one.
 *
 * @throws NoOutputsError when there is no name and no stack that has one
 * @throws UsageError when there is more than one stack to choose from, or the ARN is none
 */
export function findTarget({ stream, outputs, stack, env }: TargetSettings): Target {
  const named = stream || env.KINESIS_STREAM_NAME;
  if (named) return byName(named);
  const file = outputs ?? DEFAULT_OUTPUTS;
  if (!existsSync(file)) {
    throw new NoOutputsError(
      `Which stream? Give --stream NAME, set KINESIS_STREAM_NAME, or deploy with --outputs-file ${file} (there is no such file).`,
    );
  }
  return fromOutputs(file, stack, env);
}

function byName(nameOrArn: string): Target {
  try {
    const arn = parseStreamArn(nameOrArn);
    if (arn === undefined) return { streamName: nameOrArn };
    return { streamName: nameOrArn, region: arn.region, localOnly: arn.account === LOCAL_ACCOUNT };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function fromOutputs(file: string, wanted: string | undefined, env: TargetSettings['env']): Target {
  const stacks = readStacks(file).filter(([, values]) => typeof values?.kinesis_stream_name === 'string');
  const names = stacks.map(([name]) => name).join(', ');
  if (stacks.length === 0) throw new NoOutputsError(`${file} has no stack with the output kinesis_stream_name.`);
  const wish = wanted ?? stackOf(env);
  const chosen = wish === undefined ? stacks : stacks.filter(([name]) => name === wish);
  if (chosen.length === 0)
    throw new NoOutputsError(
      `${file} has no stack "${wish}"; it has: ${names}. Apply the stack first, or name one with --stack.`,
    );
  if (chosen.length > 1) throw new UsageError(`${file} has several stacks: ${names}. Say which with --stack NAME.`);
  const values = chosen[0]?.[1] ?? {};
  const { region, account_id: account, kinesis_stream_arn: arn } = values;
  const { glue_database_name: database, glue_table_name: table, delivery_stream_name: deliveryStream } = values;
  const localOnly = account === LOCAL_ACCOUNT || String(arn).includes(`:${LOCAL_ACCOUNT}:`);
  return {
    streamName: String(values.kinesis_stream_name),
    ...(typeof region === 'string' && { region }),
    ...(localOnly && { localOnly }),
    ...(typeof deliveryStream === 'string' && { deliveryStream }),
    ...(typeof database === 'string' && typeof table === 'string' && { table: { database, table } }),
  };
}

function readStacks(file: string): [string, Record<string, unknown> | null][] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) return Object.entries(parsed);
  } catch (error) {
    throw new NoOutputsError(`${file} can't be read as JSON: ${(error as Error).message}`);
  }
  throw new NoOutputsError(`${file} holds no stacks.`);
}
