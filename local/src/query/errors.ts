import type { Position } from './sql/tokens';

/**
 * A query's failure in Athena's wording: `COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved …`. `code` is
 * Trino's error code; Athena puts it before most messages.
 */
export class QueryError extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly at?: Position,
    /** The engine's error, for the endpoint's log alone. */
    cause?: unknown,
  ) {
    super(`${code}: ${at === undefined ? '' : `line ${at.line}:${at.column}: `}${detail}`, { cause });
  }
}

/** A cancelled query: by StopQueryExecution, or by the workgroup's limit. */
export class QueryCancelled extends Error {}

export const tableNotFound = (name: string, at: Position) =>
  new QueryError('TABLE_NOT_FOUND', `Table '${name}' does not exist`, at);
export const schemaNotFound = (name: string, at: Position) =>
  new QueryError('SCHEMA_NOT_FOUND', `Schema '${name}' does not exist`, at);
export const columnNotFound = (name: string, at?: Position) =>
  new QueryError(
    'COLUMN_NOT_FOUND',
    `Column '${name}' cannot be resolved or requester is not authorized to access requested resources`,
    at,
  );
export const functionNotFound = (name: string, at: Position) =>
  new QueryError('FUNCTION_NOT_FOUND', `Function '${name}' not registered`, at);
export const notSupported = (detail: string, at?: Position) => new QueryError('NOT_SUPPORTED', detail, at);
export const typeMismatch = (detail: string, at?: Position) => new QueryError('TYPE_MISMATCH', detail, at);
