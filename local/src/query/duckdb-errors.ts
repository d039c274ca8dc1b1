import { isNativeError } from 'node:util/types';
import { AwsError } from '../core/errors';
import { IcebergError } from '../iceberg/format/errors';
import { parseRowFailure } from './engine/failure';
import { QueryCancelled, QueryError } from './errors';
import { LongText } from './statement-protocol';
import type { TableFile } from './tables/files';
import { ERROR_MARK } from './values/value';

type Translate = (match: RegExpExecArray) => Error;

/** Messages of the engine about an analysed query, with Athena's equivalents. */
const TRANSLATIONS: readonly (readonly [pattern: RegExp, translate: Translate])[] = [
  [/INTERRUPT/, () => new QueryCancelled('Query was cancelled')],
  // Functions in TypeScript fail with Trino's message, behind a mark.
  [
    new RegExp(`${ERROR_MARK}([A-Z_]+): ([\\s\\S]*)$`),
    ([, code = '', detail = '']) => new QueryError(code, detail.replace(/\n\nLINE \d+:[\s\S]*$/, '')),
  ],
  [
    /More than one row returned by a subquery/,
    () => new QueryError('SUBQUERY_MULTIPLE_ROWS', 'Scalar sub-query has returned multiple rows'),
  ],
  [
    /Type INT128 with value (\S+) can't be cast because the value is out of range/,
    () => new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', 'bigint addition overflow'),
  ],
  [
    /with value (\S+) can't be cast because the value is out of range for the destination type (\w+)/,
    ([, value = '', type = '']) =>
      new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', `Out of range for ${trinoName(type)}: ${value}`),
  ],
  [
    /Overflow in (addition|subtraction|multiplication|division) of (INT\d+) \((.*?)\)/,
    ([, operation = '', type = '', operands = '']) =>
      new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', `${trinoName(type)} ${operation} overflow: ${operands}`),
  ],
  [
    /Overflow in negation of (?:INT\d+|integer)|Cannot negate|[Nn]egat.*[Oo]verflow|[Oo]verflow.*negat/,
    () => new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', 'negation overflow'),
  ],
  [/Malformed JSON/, () => new QueryError('HIVE_CURSOR_ERROR', 'Row is not a valid JSON Object - JSONException')],
  [
    /Out of Memory|could not allocate|failed to (?:pin|offload)|max_temp_directory_size/i,
    () => new QueryError('EXCEEDED_LOCAL_MEMORY_LIMIT', 'Query exhausted resources at this scale factor'),
  ],
  [
    /Max(?:imum)? expression depth|maximum (?:recursion|expression) depth|Max expression depth limit/i,
    () => new QueryError('SYNTAX_ERROR', 'statement is too large (nested too deeply)'),
  ],
  [/[Oo]verflow|Out of Range Error/, () => new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', 'Value out of range')],
];

/** Whether an error is the engine's own. */
export function isEngines(error: unknown): error is Error {
  const known = [QueryError, QueryCancelled, AwsError, IcebergError, LongText].some((type) => error instanceof type);
  return !known && isNativeError(error);
}

/**
 * Translates a failure of the engine to Athena's words, without paths of this machine.
 * @param files the files that the query read: a failure in one of them names the object
 */
export function fromDuckdb(error: unknown, files: readonly TableFile[] = []): Error {
  if (error instanceof IcebergError) return new QueryError(error.code, error.detail);
  if (!isEngines(error)) return error as Error;
  const row = parseRowFailure(error.message);
  if (row !== undefined) {
    const object = files.find(({ path }) => path === row.file)?.uri;
    return new QueryError(row.code, object === undefined ? row.message : `${row.message} (${object})`);
  }
  for (const [pattern, translate] of TRANSLATIONS) {
    const match = pattern.exec(error.message);
    if (match !== null) return translate(match);
  }
  // An engine error that the analysis should have prevented: its message is about internal SQL, which the user never
  // wrote.
  return new QueryError('GENERIC_INTERNAL_ERROR', 'The query is not done by the local engine', undefined, error);
}

const NAMES: Readonly<Record<string, string>> = {
  INT64: 'bigint',
  INT32: 'integer',
  INT16: 'smallint',
  INT8: 'tinyint',
};

const trinoName = (type: string): string => NAMES[type] ?? type.toLowerCase();
