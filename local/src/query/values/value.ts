/**
 * Values of Trino's types as the functions in TypeScript see them: integers up to `integer` and days of dates as numbers,
 * `bigint`, the digits of a decimal and milliseconds of an interval as bigints, times as picoseconds, JSON as its canonical
 * text, rows as arrays, maps as their entries.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | ZonedValue | OffsetTime | readonly Value[];

/** An instant, in picoseconds since the epoch, and the zone that shows it. */
export interface ZonedValue {
  readonly picos: bigint;
  readonly zone: string;
}

/** A time of the day where clocks are this many minutes before UTC's. */
export interface OffsetTime {
  readonly picos: bigint;
  readonly offset: number;
}

/** Why a function or a cast fails, with Trino's error code: what reaches DuckDB as the text of its error. */
export class ValueError extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${ERROR_MARK}${code}: ${detail}`);
  }
}

/** What stands before the messages that are Trino's, so that they can be told from DuckDB's. */
export const ERROR_MARK = '\u0001';

export const invalidArgument = (detail: string) => new ValueError('INVALID_FUNCTION_ARGUMENT', detail);
export const invalidCast = (detail: string) => new ValueError('INVALID_CAST_ARGUMENT', detail);
export const outOfRange = (detail: string) => new ValueError('NUMERIC_VALUE_OUT_OF_RANGE', detail);

/** Characters as Trino counts them: code points. */
export const codePoints = (text: string): string[] => Array.from(text);
