/**
 * Values of Trino's types in TypeScript functions: integers up to `integer` and dates' days are numbers; `bigint`, a
 * decimal's digits and an interval's milliseconds are bigints; times are picoseconds, JSON its canonical text, rows
 * arrays, maps their entries.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | ZonedValue | OffsetTime | readonly Value[];

/** An instant, in picoseconds since the epoch, and the zone that shows it. */
export interface ZonedValue {
  readonly picos: bigint;
  readonly zone: string;
}

/** A time of day with its offset from UTC, in minutes. */
export interface OffsetTime {
  readonly picos: bigint;
  readonly offset: number;
}

/** A failure of a function or a cast, with Trino's error code; DuckDB carries it as an error's text. */
export class ValueError extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${ERROR_MARK}${code}: ${detail}`);
  }
}

/** Mark before Trino's messages, which distinguishes them from DuckDB's. */
export const ERROR_MARK = '\u0001';

export const invalidArgument = (detail: string) => new ValueError('INVALID_FUNCTION_ARGUMENT', detail);
export const invalidCast = (detail: string) => new ValueError('INVALID_CAST_ARGUMENT', detail);
export const outOfRange = (detail: string) => new ValueError('NUMERIC_VALUE_OUT_OF_RANGE', detail);

/** Characters in Trino's sense: code points. */
export const codePoints = (text: string): string[] => Array.from(text);
