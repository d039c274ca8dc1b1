import { existsSync, readFileSync } from 'node:fs';
import { UsageError } from './usage-error';

/** Where the stream's name and region were found. */
export interface Target {
  readonly streamName: string;
  /** The stack's `region` output, where it has one. */
  readonly region?: string;
}

export interface TargetSettings {
  readonly stream?: string | undefined;
  readonly outputs?: string | undefined;
  readonly stack?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_OUTPUTS = 'outputs.json';

/**
 * The stream: the option, else `KINESIS_STREAM_NAME`, else the output `kinesis_stream_name` in the file that
 * `cdktf deploy --outputs-file` wrote, whose shape is `{"<stack>": {"<output>": value}}`.
 *
 * @throws UsageError when there is no name, or more than one stack to choose from
 */
export function findTarget({ stream, outputs, stack, env }: TargetSettings): Target {
  if (stream) return { streamName: stream };
  if (env.KINESIS_STREAM_NAME) return { streamName: env.KINESIS_STREAM_NAME };
  const file = outputs ?? DEFAULT_OUTPUTS;
  if (!existsSync(file)) {
    throw new UsageError(
      `Which stream? Give --stream NAME, set KINESIS_STREAM_NAME, or deploy with --outputs-file ${file} (there is no such file).`,
    );
  }
  return fromOutputs(file, stack);
}

function fromOutputs(file: string, wanted: string | undefined): Target {
  const stacks = readStacks(file).filter(([, values]) => typeof values?.kinesis_stream_name === 'string');
  const names = stacks.map(([name]) => name).join(', ');
  if (stacks.length === 0) throw new UsageError(`${file} has no stack with the output kinesis_stream_name.`);
  const chosen = wanted === undefined ? stacks : stacks.filter(([name]) => name === wanted);
  if (chosen.length === 0) throw new UsageError(`${file} has no stack "${wanted}"; it has: ${names}.`);
  if (chosen.length > 1) throw new UsageError(`${file} has several stacks: ${names}. Say which with --stack NAME.`);
  const values = chosen[0]?.[1] ?? {};
  const region = typeof values.region === 'string' ? values.region : undefined;
  return { streamName: String(values.kinesis_stream_name), ...(region && { region }) };
}

function readStacks(file: string): [string, Record<string, unknown> | null][] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) return Object.entries(parsed);
  } catch (error) {
    throw new UsageError(`${file} can't be read as JSON: ${(error as Error).message}`);
  }
  throw new UsageError(`${file} holds no stacks.`);
}
