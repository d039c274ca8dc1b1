import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { MetricValues } from '../core/metrics';
import { parameterOf, processorsOf } from '../services/firehose/processors';
import type { DestinationSettings } from '../services/firehose/state';
import type { Transform, Transformed, TransformInput } from './transform';

const gunzipped = promisify(gunzip);
/** Most decompressed bytes of a record: a small hostile one could fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A record's contents, each to be transformed on its own, or its failure. */
type Unpacked = readonly Buffer[] | Exclude<Transformed, { pieces: unknown }>;

/**
 * Wraps a transform with the decompression of CloudWatch Logs' records and the extraction of their messages, if the
 * destination has the processors `Decompression` and `CloudWatchLogProcessing` ("Send CloudWatch Logs to Firehose"). If
 * a message can't be transformed, its whole record fails, compressed as it came.
 * @param publish receives the metrics of decompression
 */
export function withDecompression(
  settings: Pick<DestinationSettings, 'ProcessingConfiguration'>,
  transform: Transform,
  publish: (values: MetricValues) => void,
): Transform {
  const processors = processorsOf(settings);
  if (!processors.some(({ Type }) => Type === 'Decompression')) return transform;
  const extraction = processors.find(({ Type }) => Type === 'CloudWatchLogProcessing');
  const extracts = parameterOf(extraction, 'DataMessageExtraction')?.toLowerCase() === 'true';
  return {
    ...transform,
    apply: async (records) => {
      const unpacked: Unpacked[] = [];
      for (const { data } of records) unpacked.push(await unpack(data, extracts));
      const inputs = unpacked.flatMap((each, index): TransformInput[] =>
        'type' in each ? [] : each.map((data) => ({ ...records[index], data })),
      );
      count(records, unpacked, publish);
      const transformed = (await transform.apply(inputs)).values();
      return unpacked.map((each) => {
        if ('type' in each) return each;
        return joined(each.map(() => transformed.next().value as Transformed));
      });
    },
  };
}

async function unpack(data: Buffer, extracts: boolean): Promise<Unpacked> {
  let content: Buffer;
  try {
    content = await gunzipped(data, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return failed(
      `The record can not be decompressed: it ${isLarge ? `has more than ${MAX_BYTES} bytes` : 'is not gzip'}.`,
    );
  }
  return extracts ? messagesIn(content) : [content];
}

/** The messages of an envelope; none for a control message. */
function messagesIn(content: Buffer): Unpacked {
  try {
    if (!isUtf8(content)) return failed('The record is no UTF-8 text.');
    const { messageType, logEvents } = JSON.parse(content.toString('utf8')) as {
      messageType?: unknown;
      logEvents?: { message?: unknown }[];
    };
    if (messageType === 'CONTROL_MESSAGE') return [];
    const messages = Array.isArray(logEvents) ? logEvents.map(({ message }) => message) : undefined;
    if (messages === undefined || !messages.every((message): message is string => typeof message === 'string')) {
      return failed('The record has no messages of log events.');
    }
    return messages.map((message) => Buffer.from(message));
  } catch {
    return failed('The record is no JSON of CloudWatch Logs.');
  }
}

const failed = (message: string) =>
  ({ type: 'decompression-failed', code: 'Decompression.InvalidData', message }) as const;

/** The combined result of a record's messages. */
function joined(all: readonly Transformed[]): Transformed {
  const failure = all.find((each) => !('pieces' in each));
  return failure ?? { pieces: all.flatMap((each) => ('pieces' in each ? each.pieces : [])) };
}

function count(
  records: readonly TransformInput[],
  unpacked: readonly Unpacked[],
  publish: (values: MetricValues) => void,
) {
  const sums = { Success: { records: 0, bytes: 0 }, Failed: { records: 0, bytes: 0 } };
  for (const [index, each] of unpacked.entries()) {
    const sum = sums['type' in each ? 'Failed' : 'Success'];
    sum.records++;
    sum.bytes +=
      'type' in each ? (records[index]?.data.length ?? 0) : each.reduce((all, { length }) => all + length, 0);
  }
  for (const name of ['Success', 'Failed'] as const) {
    if (sums[name].records === 0) continue;
    publish({
      [`OutputDecompressedRecords.${name}`]: [sums[name].records, 'Count'],
      [`OutputDecompressedBytes.${name}`]: [sums[name].bytes, 'Bytes'],
    });
  }
}
