import type { serdeOf } from '../delivery/convert/serde';

/** OpenCSVSerde's separator, quote and escape characters. */
export interface CsvMarks {
  readonly separator: string;
  readonly quote: string;
  readonly escape: string;
}

/** LazySimpleSerDe's delimiters and marks. */
export interface LazyMarks {
  /** Delimiters by level of nesting: of fields, then of items, then of a map's key and value, … */
  readonly delimiters: readonly string[];
  readonly escape?: string;
  /** Text of NULL. */
  readonly nullText: string;
}

/** Hive's default delimiters, by level. */
export const LAZY_DELIMITERS = Array.from({ length: 8 }, (_, level) => String.fromCharCode(level + 1));

/** A column to read from a line, with its index in the table, for messages and for SerDes without names. */
export interface TextColumn {
  readonly name: string;
  /** Its Hive type. */
  readonly type: string;
  readonly index: number;
}

/** Settings of the conversion from a table's lines to rows. */
export type RowSettings = { readonly columns: readonly TextColumn[] } & (
  | {
      readonly serde: 'json';
      /** OpenXJsonSerDe or HiveJsonSerDe, in Firehose's form. */
      readonly deserializer: Parameters<typeof serdeOf>[0];
      readonly ignoreMalformed: boolean;
    }
  | { readonly serde: 'csv'; readonly marks: CsvMarks }
  | { readonly serde: 'lazy'; readonly marks: LazyMarks }
);
