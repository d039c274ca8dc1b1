import { isNativeError } from 'node:util/types';
import { AwsError } from '../core/errors';
import { IcebergError } from '../iceberg/format/errors';
import { parseRowFailure } from './engine/failure';
import { columnNotFound, QueryCancelled, QueryError } from './errors';
import type { Query } from './sql/ast';
import { columnsIn } from './sql/walk';
import type { TableFile } from './tables/files';

type Translate = (match: RegExpExecArray, query: Query | undefined) => Error;

const position = (name: string, query: Query | undefined) =>
  columnsIn(query).find(({ parts }) => parts.at(-1) === name.toLowerCase() || parts[0] === name.toLowerCase());

const missingColumn: Translate = ([, name = ''], query) => {
  const column = position(name, query);
  return columnNotFound(column?.parts.join('.') ?? name, column?.at);
};

/** What DuckDB says, and what Athena would have said. */
const TRANSLATIONS: readonly (readonly [pattern: RegExp, translate: Translate])[] = [
  [/INTERRUPT/, () => new QueryCancelled('Query was cancelled')],
  [/Referenced column "([^"]+)" (?:not found|was not found)/, missingColumn],
  [/Referenced table "([^"]+)" not found/, missingColumn],
  [/Table "[^"]*" does not have a column named "([^"]+)"/, missingColumn],
  [/Column "([^"]+)" referenced that exists in the SELECT clause/, missingColumn],
  [/Could not find key "([^"]+)" in struct/, missingColumn],
  [
    /Ambiguous reference to column name "([^"]+)"/,
    ([, name = ''], query) =>
      new QueryError('AMBIGUOUS_NAME', `Column '${name}' is ambiguous`, position(name, query)?.at),
  ],
  [
    /column "([^"]+)" must appear in the GROUP BY clause/,
    ([, name = ''], query) =>
      new QueryError(
        'EXPRESSION_NOT_AGGREGATE',
        `'${name}' must be an aggregate expression or appear in GROUP BY clause`,
        position(name, query)?.at,
      ),
  ],
  [
    /No function matches the given name and argument types '([^(]+)\((.*?)\)'/,
    ([, name = '', types = '']) =>
      new QueryError('FUNCTION_NOT_FOUND', `Unexpected parameters (${trinoNames(types)}) for function ${name}`),
  ],
  [
    /Could not choose a best candidate function for the function call "([^\w(]+)\((.*?), (.*?)\)"/,
    ([, operator = '', left = '', right = '']) =>
      new QueryError('TYPE_MISMATCH', `Cannot apply operator: ${trinoNames(left)} ${operator} ${trinoNames(right)}`),
  ],
  [
    /Could not choose a best candidate function for the function call "(\w+)\((.*?)\)"/,
    ([, name = '', types = '']) =>
      new QueryError('FUNCTION_NOT_FOUND', `Unexpected parameters (${trinoNames(types)}) for function ${name}`),
  ],
  [
    /Cannot compare values of type (.+?) and (?:type )?([^-\n]+?)(?: -|$)/,
    ([, left = '', right = '']) =>
      new QueryError('TYPE_MISMATCH', `Cannot apply operator: ${trinoNames(left)} = ${trinoNames(right)}`),
  ],
  // The translation casts these texts to numbers where Trino's query would fail.
  [/'(Division by zero)'/, ([, message = '']) => new QueryError('DIVISION_BY_ZERO', message)],
  [
    /'(Array subscript must be less than or equal to array length|Key not present in map)'/,
    ([, message = '']) => new QueryError('INVALID_FUNCTION_ARGUMENT', message),
  ],
  [
    /Could not convert string '(.*?)' to (\w+)/s,
    ([, value = '', type = '']) =>
      new QueryError('INVALID_CAST_ARGUMENT', `Cannot cast '${value}' to ${CAST_NAMES[type] ?? type}`),
  ],
  [
    /Could not convert string "(.*?)" to DECIMAL\((\d+), ?(\d+)\)/s,
    ([, value = '', precision, scale]) =>
      new QueryError(
        'INVALID_CAST_ARGUMENT',
        `Cannot cast VARCHAR '${value}' to DECIMAL(${precision}, ${scale}). Value is not a number.`,
      ),
  ],
  [
    /invalid (date|timestamp) field format: "(.*?)"/s,
    ([, type = '', value = '']) => new QueryError('INVALID_CAST_ARGUMENT', `Value cannot be cast to ${type}: ${value}`),
  ],
  [
    /with value (\S+) can't be cast because the value is out of range for the destination type (\w+)/,
    ([, value = '', type = '']) =>
      new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', `Out of range for ${trinoNames(type)}: ${value}`),
  ],
  [
    /Overflow in (addition|subtraction|multiplication) of (INT\d+) \((.*?)\)/,
    ([, operation = '', type = '', operands = '']) =>
      new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', `${trinoNames(type)} ${operation} overflow: ${operands}`),
  ],
  [
    /Malformed JSON at byte \d+ of input: .*?Input: "(.*?)"/s,
    ([, value = '']) => new QueryError('INVALID_FUNCTION_ARGUMENT', `Cannot convert value to JSON: '${value}'`),
  ],
  [
    /(?:Conversion|Invalid Input) Error: (?:invalid|Failed to parse|timestamp field|date field|Could not parse).*/i,
    ([text]) => new QueryError('INVALID_FUNCTION_ARGUMENT', firstLine(text).replace(/^[\w ]+ Error: /, '')),
  ],
  [/Malformed JSON/, () => new QueryError('HIVE_CURSOR_ERROR', 'Row is not a valid JSON Object - JSONException')],
  [
    /Out of Memory/i,
    () => new QueryError('EXCEEDED_LOCAL_MEMORY_LIMIT', 'Query exhausted resources at this scale factor'),
  ],
  [/Out of Range Error: (.*)/, ([, detail = '']) => new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', firstLine(detail))],
];

/** Whether an error is in the engine's own words. */
export function isEngines(error: unknown): error is Error {
  const known = [QueryError, QueryCancelled, AwsError, IcebergError].some((type) => error instanceof type);
  return !known && isNativeError(error);
}

/**
 * The failure of a query that the engine ran, in Athena's words; whatever names a file of this machine is left out.
 * @param files that the query read: a failure over one of them names the object.
 */
export function fromDuckdb(error: unknown, query?: Query, files: readonly TableFile[] = []): Error {
  if (error instanceof IcebergError) return new QueryError(error.code, error.detail);
  if (!isEngines(error)) return error as Error;
  const row = parseRowFailure(error.message);
  if (row !== undefined) {
    const object = files.find(({ path }) => path === row.file)?.uri;
    return new QueryError(row.code, object === undefined ? row.message : `${row.message} (${object})`);
  }
  for (const [pattern, translate] of TRANSLATIONS) {
    const match = pattern.exec(error.message);
    if (match !== null) return translate(match, query);
  }
  const code = /^(Binder|Parser|Catalog) Error/.test(error.message) ? 'SYNTAX_ERROR' : 'GENERIC_INTERNAL_ERROR';
  return new QueryError(
    code,
    firstLine(error.message)
      .replace(/^[\w ]+ Error: /, '')
      .replaceAll(/["']?\/[^\s"']+["']?/g, '(file)'),
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

/** How Trino's casts name what they cast to. */
const CAST_NAMES: Readonly<Record<string, string>> = {
  INT8: 'TINYINT',
  INT16: 'SMALLINT',
  INT32: 'INT',
  INT64: 'BIGINT',
  FLOAT: 'REAL',
  BOOL: 'BOOLEAN',
};

const NAMES: Readonly<Record<string, string>> = {
  INT32: 'integer',
  INT64: 'bigint',
  INTEGER: 'integer',
  INTEGER_LITERAL: 'integer',
  STRING_LITERAL: 'varchar',
  BIGINT: 'bigint',
  VARCHAR: 'varchar',
  DOUBLE: 'double',
  FLOAT: 'real',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  DECIMAL: 'decimal',
  BOOL: 'boolean',
  INT16: 'smallint',
  INT8: 'tinyint',
};

function trinoNames(types: string): string {
  return types.replaceAll(/[A-Z][A-Z0-9_]+/g, (name) => NAMES[name] ?? name.toLowerCase());
}
