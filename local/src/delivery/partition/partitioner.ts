import { isUtf8 } from 'node:buffer';
import type { DestinationSettings } from '../../services/firehose/state';
import { formatJson, JsonError, parseDocuments } from '../convert/json';
import { parsePrefix } from '../prefix';
import type { JqResult, JqRunner } from './jq';

/** A part of a record and the keys that pick its objects. */
export interface RecordPart {
  readonly data: Buffer;
  readonly keys: Readonly<Record<string, string>>;
}

/** A record's parts, or why it has none. */
export type Partitioned =
  | { readonly parts: readonly RecordPart[] }
  | { readonly code: string; readonly message: string };

/** Takes records apart, if RecordDeAggregation asks for it, and finds each part's partition keys. */
export type Partitioner = (records: readonly Buffer[]) => Promise<Partitioned[]>;

/** Of a record: the data of its parts, each with the document that the query looks at. */
type Parts = { readonly data: Buffer; readonly document: string }[];

/**
 * The partitioner of a destination ("Create partitioning keys with inline parsing").
 * @returns undefined without dynamic partitioning.
 */
export function partitionerOf(settings: DestinationSettings, jq: JqRunner): Partitioner | undefined {
  if (settings.DynamicPartitioningConfiguration?.Enabled !== true) return undefined;
  const query = parameter(settings, 'MetadataExtraction', 'MetadataExtractionQuery') ?? '.';
  const separate = separatorOf(settings);
  const needed = parsePrefix(settings.Prefix ?? '').partitionKeys;
  return async (records) => {
    const split = records.map((record) => partsOf(record, separate));
    const documents = split.flatMap((parts) => ('code' in parts ? [] : parts.map(({ document }) => document)));
    const results = await jq.run(query, documents);
    let next = 0;
    return split.map((parts) => {
      if ('code' in parts) return parts;
      const own = results.slice(next, next + parts.length);
      next += parts.length;
      return withKeys(parts, own, needed);
    });
  };
}

function withKeys(parts: Parts, results: readonly JqResult[], needed: readonly string[]): Partitioned {
  const found: RecordPart[] = [];
  for (const [index, { data }] of parts.entries()) {
    const keys = keysOf(results[index] as JqResult);
    if (typeof keys === 'string') return failed(keys);
    const missing = needed.find((name) => keys[name] === undefined);
    if (missing !== undefined) return failed(`the query gives no ${missing}, which the prefix needs`);
    found.push({ data, keys });
  }
  return { parts: found };
}

/** The query's object as keys; a text says what is wrong with it. */
function keysOf(result: JqResult): Record<string, string> | string {
  if ('error' in result) return result.error;
  const { value } = result;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the query must give an object';
  const keys: Record<string, string> = {};
  for (const [name, part] of Object.entries(value)) {
    if (part === null || part === '' || typeof part === 'object')
      return 'partitionKeys values must not be null or empty';
    const text = String(part);
    // On S3 such a key is a key like any other; here objects are files.
    if (/(^|\/)\.\.?(\/|$)/.test(text)) return `partition key ${name} can not be part of a path`;
    keys[name] = text;
  }
  return keys;
}

type Separator = (record: Buffer) => Buffer[];

function partsOf(record: Buffer, separate: Separator | undefined): Parts | { code: string; message: string } {
  if (!isUtf8(record)) return failed('the record is not valid UTF-8');
  try {
    const pieces = separate === undefined ? [record] : separate(record);
    return pieces.map((data) => {
      const [first] = parseDocuments(data.toString('utf8'));
      if (first === undefined) throw new JsonError('the record is empty');
      return { data, document: formatJson(first) };
    });
  } catch (error) {
    if (error instanceof JsonError) return failed(`the record is not valid JSON: ${error.message}`);
    throw error;
  }
}

/** RecordDeAggregation's ways: documents one after the other, or texts with a delimiter (given as base64). */
function separatorOf(settings: DestinationSettings): Separator | undefined {
  const type = parameter(settings, 'RecordDeAggregation', 'SubRecordType');
  if (type === undefined) return undefined;
  if (type === 'JSON') {
    return (record) => parseDocuments(record.toString('utf8')).map((document) => Buffer.from(formatJson(document)));
  }
  const delimiter = Buffer.from(parameter(settings, 'RecordDeAggregation', 'Delimiter') ?? 'Cg==', 'base64').toString();
  return (record) =>
    record
      .toString('utf8')
      .split(delimiter)
      .filter((part) => part.trim() !== '')
      .map((part) => Buffer.from(part));
}

function parameter(settings: DestinationSettings, processor: string, name: string): string | undefined {
  const processing = settings.ProcessingConfiguration;
  if (processing?.Enabled !== true) return undefined;
  return processing.Processors?.find(({ Type }) => Type === processor)?.Parameters?.find(
    ({ ParameterName }) => ParameterName === name,
  )?.ParameterValue;
}

function failed(message: string): { code: string; message: string } {
  return { code: 'DynamicPartitioning.MetadataExtractionFailed', message };
}
