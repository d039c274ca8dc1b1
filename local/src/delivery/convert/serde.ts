import type { HiveType } from '../../core/hive-types';
import type { DestinationSettings } from '../../services/firehose/state';
import { HiveJsonSerDe } from './hive-json-serde';
import type { Json } from './json';
import { OpenXJsonSerDe } from './openx-json-serde';

export type Deserializer = NonNullable<
  NonNullable<
    NonNullable<DestinationSettings['DataFormatConversionConfiguration']>['InputFormatConfiguration']
  >['Deserializer']
>;

/** A non-null value of a record. */
export type Value = Exclude<Json, null>;

/**
 * Finds the value of a column or a struct's member, by its name in lower case and its position; undefined if missing.
 */
export type Members = (name: string, index: number) => Json | undefined;

/**
 * Conversion of JSON to columns, in which the Hive SerDe and the OpenX SerDe differ. All but `name` throw a
 * CoercionError.
 */
export interface SerDe {
  readonly name: 'Hive' | 'OpenX';
  /** The JSON key of a column or a struct's member, in lower case. */
  keyOf(name: string): string;
  /** The text of a numeric column's value: an integer or decimal, possibly with an exponent, or NaN and Infinity. */
  number(value: Value, type: HiveType): string;
  boolean(value: Value): boolean;
  text(value: Value): string;
  binary(value: Value): string;
  /** `yyyy-MM-dd HH:mm:ss.SSSSSS` */
  timestamp(value: Value): string;
  /** `yyyy-MM-dd` */
  date(value: Value): string;
  /** An array's elements; null for a null array. */
  elements(value: Value): readonly Json[] | null;
  /** A struct's members; null for a null struct. */
  members(value: Value): Members | null;
  /** A map's entries with unique keys; null for a null map. */
  entries(value: Value): Iterable<readonly [key: string, value: Json]> | null;
}

/** Creates a SerDe. @throws Error for an unsupported letter in a timestamp format */
export function serdeOf(deserializer: Deserializer): SerDe {
  const { OpenXJsonSerDe: openx, HiveJsonSerDe: hive } = deserializer;
  return openx === undefined ? new HiveJsonSerDe(hive?.TimestampFormats ?? []) : new OpenXJsonSerDe(openx);
}
