import { isUtf8 } from 'node:buffer';
import { lambdaKey, parsePrefix } from '../../services/firehose/language/prefix';
import type { DestinationSettings } from '../../services/firehose/state';
import { formatJson, JsonError, parseDocuments } from '../convert/json';
import type { TransformInput } from '../transform';
import type { JqResult, JqRunner } from './jq';

/** A part of a record, with its partition keys. */
export interface RecordPart {
  readonly data: Buffer;
  readonly keys: Readonly<Record<string, string>>;
}

/** A record's parts, or its failure. */
export type Partitioned =
  | { readonly parts: readonly RecordPart[] }
  | { readonly code: string; readonly message: string };

/** Splits records into parts, if RecordDeAggregation asks for it, and finds each part's partition keys. */
export type Partitioner = (records: readonly TransformInput[]) => Promise<Partitioned[]>;

/** A record's parts: data, and the document for the query. */
type Parts = { readonly data: Buffer; readonly document: string }[];

/**
 * Creates the partitioner of a destination ("Create partitioning keys with inline parsing").
 * @returns undefined without dynamic partitioning
 */
export function partitionerOf(settings: DestinationSettings, jq: JqRunner): Partitioner | undefined {
  if (settings.DynamicPartitioningConfiguration?.Enabled !== true) return undefined;
  const { partitionKeys: needed, lambdaKeys } = parsePrefix(settings.Prefix ?? '');
  const fromQuery = queryPartitioner(settings, needed, jq);
  return async (records) => {
    const own = records.map(({ lambda }) => keysFromLambda(lambda?.partitionKeys ?? {}, lambdaKeys));
    const partitioned =
      fromQuery === undefined
        ? records.map(({ data }) => ({ parts: [{ data, keys: {} }] }))
        : await fromQuery(records.map(({ data }) => data));
    return partitioned.map((one, index) => {
      const keys = own[index];
      if (typeof keys === 'string') return failed(keys);
      if (!('parts' in one) || lambdaKeys.length === 0) return one;
      return { parts: one.parts.map((part) => ({ ...part, keys: { ...part.keys, ...keys } })) };
    });
  };
}

/** The prefix' keys from a Lambda processor's metadata; a string is an error. */
function keysFromLambda(given: Readonly<Record<string, unknown>>, needed: readonly string[]) {
  const keys: Record<string, string> = {};
  for (const name of needed) {
    const value = given[name];
    if (value === undefined) return `the Lambda processor gives no ${name}, which the prefix needs`;
    const text = keyText(name, value);
    if (typeof text !== 'object') return text;
    keys[lambdaKey(name)] = text.value;
  }
  return keys;
}

/** @returns undefined without a processor that has a query */
function queryPartitioner(settings: DestinationSettings, needed: readonly string[], jq: JqRunner) {
  const query = parameter(settings, 'MetadataExtraction', 'MetadataExtractionQuery');
  if (query === undefined) return undefined;
  const separate = separatorOf(settings);
  return async (records: readonly Buffer[]): Promise<Partitioned[]> => {
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

/** The keys of a query's result object; a string is an error. */
function keysOf(result: JqResult): Record<string, string> | string {
  if ('error' in result) return result.error;
  const { value } = result;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the query must give an object';
  const keys: Record<string, string> = {};
  for (const [name, part] of Object.entries(value)) {
    const text = keyText(name, part);
    if (typeof text === 'string') return text;
    keys[name] = text.value;
  }
  return keys;
}

/** A key's value for an object's key; a string is an error. */
function keyText(name: string, part: unknown): { readonly value: string } | string {
  if (part === null || part === '' || typeof part === 'object') return 'partitionKeys values must not be null or empty';
  const value = String(part);
  // S3 would accept such a key; here objects are files, and it would be another path.
  if (/(^|\/)\.\.?(\/|$)/.test(value)) return `partition key ${name} can not be part of a path`;
  return { value };
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

/** RecordDeAggregation's formats: concatenated documents, or text with a delimiter (given in base64). */
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
