import { isNativeError } from 'node:util/types';
import { AwsError } from '../core/errors';
import { IcebergError } from '../iceberg/format/errors';
import { LongText } from './apart/protocol';
import { parseRowFailure } from './engine/failure';
import { QueryCancelled, QueryError } from './errors';
import type { TableFile } from './tables/files';
import { ERROR_MARK } from './values/value';

type Translate = (match: RegExpExecArray) => Error;

/** What the engine says of a query that was analysed before, and what Athena says then. */
const TRANSLATIONS: readonly (readonly [pattern: RegExp, translate: Translate])[] = [
  [/INTERRUPT/, () => new QueryCancelled('Query was cancelled')],
  // Functions in TypeScript fail in Trino's words, with a mark before them.
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

/** Whether an error is in the engine's own words. */
export function isEngines(error: unknown): error is Error {
  const known = [QueryError, QueryCancelled, AwsError, IcebergError, LongText].some((type) => error instanceof type);
  return !known && isNativeError(error);
}

/**
 * The failure of a query that the engine ran, in Athena's words; whatever names a file of this machine is left out.
 * @param files that the query read: a failure over one of them names the object.
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
  // The analysis has let through what the engine refuses: its words would be a riddle to whoever reads them.
  return new QueryError('GENERIC_INTERNAL_ERROR', 'The query is not done by the local engine', undefined, error);
}

const NAMES: Readonly<Record<string, string>> = {
  INT64: 'bigint',
  INT32: 'integer',
  INT16: 'smallint',
  INT8: 'tinyint',
};

const trinoName = (type: string): string => NAMES[type] ?? type.toLowerCase();
