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

/** A value of a record that is there. */
export type Value = Exclude<Json, null>;

/** Finds the value of a column or of a struct's member by name, in lower case, and position; undefined if it is missing. */
export type Members = (name: string, index: number) => Json | undefined;

/** How JSON becomes columns: what tells the Hive SerDe from the OpenX SerDe. All but `name` throw a CoercionError. */
export interface SerDe {
  readonly name: 'Hive' | 'OpenX';
  /** The JSON key that a column or a struct's member is read from, as it is spelled in lower case. */
  keyOf(name: string): string;
  /** The digits of a numeric column: a whole number, a decimal one, with an exponent or not, or NaN and Infinity. */
  number(value: Value, type: HiveType): string;
  boolean(value: Value): boolean;
  text(value: Value): string;
  binary(value: Value): string;
  /** `yyyy-MM-dd HH:mm:ss.SSSSSS` */
  timestamp(value: Value): string;
  /** `yyyy-MM-dd` */
  date(value: Value): string;
  /** An array's elements; null for an array that is null. */
  elements(value: Value): readonly Json[] | null;
  /** A struct's members; null for a struct that is null. */
  members(value: Value): Members | null;
  /** A map's entries, each key once; null for a map that is null. */
  entries(value: Value): Iterable<readonly [key: string, value: Json]> | null;
}

/** @throws Error for a timestamp format with a letter that isn't done here. */
export function serdeOf(deserializer: Deserializer): SerDe {
  const { OpenXJsonSerDe: openx, HiveJsonSerDe: hive } = deserializer;
  return openx === undefined ? new HiveJsonSerDe(hive?.TimestampFormats ?? []) : new OpenXJsonSerDe(openx);
}
