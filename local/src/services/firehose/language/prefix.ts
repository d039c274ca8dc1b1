import { randomBytes } from 'node:crypto';
import { compileTimePattern, TimePatternError } from './time-format';

/** A prefix with an expression that Firehose would refuse. */
export class PrefixError extends Error {}

/** Reason of failed records; value of `!{firehose:error-output-type}`. */
export type ErrorOutputType =
  | 'format-conversion-failed'
  | 'processing-failed'
  | 'metadata-extraction-failed'
  | 'decompression-failed'
  | 'iceberg-failed';

/** Values of a prefix' expressions. */
export interface PrefixContext {
  /** Arrival of the object's oldest record, in milliseconds since the epoch. */
  readonly at: number;
  /** IANA name of the time zone. */
  readonly timeZone: string;
  readonly errorOutputType?: ErrorOutputType;
  /** Values of `!{partitionKeyFromQuery:…}`, and those of `!{partitionKeyFromLambda:…}` by {@link lambdaKey}. */
  readonly partitionKeys?: Readonly<Record<string, string>>;
}

/** Name of a Lambda processor's partition key among those of the query. */
export const lambdaKey = (name: string): string => `lambda:${name}`;

type Part = (context: PrefixContext) => string;

/** A compiled prefix ("Understand custom prefixes for Amazon S3 objects"). */
export interface Prefix {
  /** Whether it contains any `!{…}`. */
  readonly hasExpressions: boolean;
  readonly hasTimestamp: boolean;
  readonly hasErrorOutputType: boolean;
  /** Names in `!{partitionKeyFromQuery:…}`. */
  readonly partitionKeys: readonly string[];
  /** Names in `!{partitionKeyFromLambda:…}`. */
  readonly lambdaKeys: readonly string[];
  evaluate(context: PrefixContext): string;
}

const DEFAULT_TIME = compileTimePattern('yyyy/MM/dd/HH/');
const timeFolders: Part = ({ at, timeZone }) => DEFAULT_TIME(at, timeZone);

/**
 * Compiles a prefix with its `!{namespace:value}` expressions.
 * @throws PrefixError for an expression that is unknown or malformed.
 */
export function parsePrefix(text: string): Prefix {
  const parts: Part[] = [];
  const seen = new Set<string>();
  const partitionKeys: string[] = [];
  const lambdaKeys: string[] = [];
  let position = 0;
  for (;;) {
    const start = text.indexOf('!{', position);
    if (start === -1) break;
    const end = text.indexOf('}', start);
    const colon = text.indexOf(':', start);
    if (end === -1 || colon === -1 || colon > end) {
      throw new PrefixError(`Invalid expression in prefix: ${text.slice(start, start + 100)}`);
    }
    const literal = text.slice(position, start);
    parts.push(() => literal);
    const namespace = text.slice(start + 2, colon);
    const value = text.slice(colon + 1, end);
    if (namespace === 'partitionKeyFromQuery') partitionKeys.push(value);
    if (namespace === 'partitionKeyFromLambda') lambdaKeys.push(value);
    seen.add(namespace === 'firehose' ? `firehose:${value}` : namespace);
    parts.push(expression(namespace, value));
    position = end + 1;
  }
  const rest = text.slice(position);
  parts.push(() => rest);
  return {
    hasExpressions: seen.size > 0,
    hasTimestamp: seen.has('timestamp'),
    hasErrorOutputType: seen.has('firehose:error-output-type'),
    partitionKeys,
    lambdaKeys,
    evaluate: (context) => parts.map((part) => part(context)).join(''),
  };
}

const KEY_NAME = /^[A-Za-z0-9_-]+$/;

function expression(namespace: string, value: string): Part {
  switch (namespace) {
    case 'timestamp':
      return timestampPart(value);
    case 'firehose':
      if (value === 'random-string') return randomString;
      if (value === 'error-output-type') return ({ errorOutputType }) => errorOutputType ?? '';
      break;
    case 'partitionKeyFromQuery':
      if (KEY_NAME.test(value)) return ({ partitionKeys }) => partitionKeys?.[value] ?? '';
      break;
    case 'partitionKeyFromLambda':
      if (KEY_NAME.test(value)) return ({ partitionKeys }) => partitionKeys?.[lambdaKey(value)] ?? '';
      break;
  }
  throw new PrefixError(`Invalid expression in prefix: !{${namespace}:${value}}`);
}

function timestampPart(pattern: string): Part {
  try {
    const format = compileTimePattern(pattern);
    return ({ at, timeZone }) => format(at, timeZone);
  } catch (error) {
    if (error instanceof TimePatternError)
      throw new PrefixError(`Invalid timestamp pattern ${pattern}: ${error.message}`);
    throw error;
  }
}

/** A random string of 11 characters, as Firehose makes for each expression. */
function randomString(): string {
  return randomBytes(6).toString('hex').slice(0, 11);
}

/** The key of a data object up to its name; year, month, day and hour are appended unless the prefix has a time. */
export function dataPrefix(text: string, context: PrefixContext): string {
  const prefix = parsePrefix(text);
  return prefix.evaluate(context) + (prefix.hasTimestamp ? '' : timeFolders(context));
}

/**
 * The key of failed records up to their object's name. Without an error prefix they go below the data's prefix; an
 * error prefix without expressions gets error type and time appended.
 */
export function errorPrefix(text: string | undefined, dataText: string, context: PrefixContext): string {
  const prefix = parsePrefix(text ?? dataText);
  const evaluated = prefix.evaluate(context);
  if (prefix.hasExpressions) return evaluated;
  return `${evaluated}${context.errorOutputType}/${timeFolders(context)}`;
}

const OBJECT_TIME = compileTimePattern('yyyy-MM-dd-HH-mm-ss');

/** An object's name after its prefix: `<stream>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid><extension>`. */
export function objectName(
  stream: string,
  version: number,
  context: PrefixContext,
  uuid: string,
  extension: string,
): string {
  return `${stream}-${version}-${OBJECT_TIME(context.at, context.timeZone)}-${uuid}${extension}`;
}
