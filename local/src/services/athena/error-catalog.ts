import type { AthenaError } from '@aws-sdk/client-athena';
import { AwsError } from '../../core/errors';
import { QueryError } from '../../query/errors';

const SYSTEM = 1;
const USER = 2;

const of = (type: number, codes: string): Record<string, number> =>
  Object.fromEntries(codes.split(' ').map((code) => [code, type]));

/** Types of Athena's error catalog by the engine's code; other codes are 1006, a mistake in the statement. */
const TYPES: Readonly<Record<string, number>> = {
  // Data error
  ...of(1001, 'DIVISION_BY_ZERO NUMERIC_VALUE_OUT_OF_RANGE INVALID_CAST_ARGUMENT HIVE_BAD_DATA HIVE_CURSOR_ERROR'),
  // DDL task failed
  ...of(1003, 'FAILED'),
  // Query rejected
  ...of(1008, 'HIVE_PATH_ALREADY_EXISTS HIVE_TOO_MANY_OPEN_PARTITIONS CONSTRAINT_VIOLATION'),
  // Invalid argument provided
  ...of(1100, 'INVALID_PARAMETER_USAGE INVALID_LITERAL TABLE_ALREADY_EXISTS'),
  // Invalid table property provided
  ...of(1103, 'INVALID_TABLE_PROPERTY HIVE_INVALID_METADATA'),
  // Invalid function argument provided
  ...of(1106, 'INVALID_FUNCTION_ARGUMENT'),
  // Invalid view
  ...of(1107, 'INVALID_VIEW VIEW_IS_RECURSIVE'),
  // Query not supported
  ...of(1200, 'NOT_SUPPORTED'),
  // General not found error, general entity not found, function not found, bucket not found
  ...of(1300, 'NOT_FOUND'),
  ...of(1301, 'TABLE_NOT_FOUND SCHEMA_NOT_FOUND'),
  ...of(1303, 'FUNCTION_NOT_FOUND'),
  ...of(1306, 'INVALID_OUTPUT_LOCATION'),
  // Permission error
  ...of(1500, 'PERMISSION_DENIED'),
};

/** Codes of faults outside of the statement: the metastore's, or the engine's. */
const SYSTEM_TYPES: Readonly<Record<string, number>> = {
  EXCEEDED_LOCAL_MEMORY_LIMIT: 0,
  GENERIC_INTERNAL_ERROR: 200,
  HIVE_METASTORE_ERROR: 204,
};

/** A query's failure in the numbers of Athena's "Athena error catalog". */
export function athenaErrorOf(error: unknown, message: string): AthenaError {
  const code = error instanceof QueryError ? error.code : undefined;
  const system = code === undefined ? undefined : SYSTEM_TYPES[code];
  if (system !== undefined)
    return { ErrorCategory: SYSTEM, ErrorType: system, Retryable: system === 0, ErrorMessage: message };
  if (code !== undefined)
    return { ErrorCategory: USER, ErrorType: TYPES[code] ?? 1006, Retryable: false, ErrorMessage: message };
  if (error instanceof AwsError) {
    const denied = error.code.startsWith('AccessDenied');
    return { ErrorCategory: USER, ErrorType: denied ? 1500 : 1009, Retryable: false, ErrorMessage: message };
  }
  return { ErrorCategory: SYSTEM, ErrorType: 200, Retryable: false, ErrorMessage: message };
}
