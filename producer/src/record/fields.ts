/**
 * The record's fields, stated once: the generator writes them, and the catalog's table takes its columns from here.
 * This module imports nothing, so that declaring the table loads no generator and no AWS client.
 */

/** One field of the record, as a Hive column describes it. */
export interface RecordField {
  /** Key in the JSON document, and the column's name. Lower case, as Hive folds names to lower case. */
  readonly name: string;
  /** Hive type of the table's column. */
  readonly type: string;
  /** Comment of the column. At most 255 characters (Glue's Column structure). */
  readonly comment: string;
}

/**
 * The fields in the order in which they are written and in which the table lists its columns. All columns are
 * strings; `phone` is a number in the JSON, which the JSON SerDe turns into text for a string column.
 */
export const RECORD_FIELDS = [
  { name: 'uuid', type: 'string', comment: 'Identifies the event: a version 4 UUID' },
  { name: 'event_date', type: 'string', comment: 'When the event took place: ISO 8601 with microseconds and zone' },
  { name: 'status', type: 'string', comment: 'State of the subscription: Active, Inactive or Canceled' },
  { name: 'name', type: 'string', comment: 'First name of the person' },
  { name: 'last_name', type: 'string', comment: 'Last name of the person' },
  { name: 'email', type: 'string', comment: 'E-mail address, at example.com, example.net or example.org' },
  { name: 'phone', type: 'string', comment: 'Phone number: nine digits, 900000000 to 999999999' },
] as const satisfies readonly RecordField[];

/** The name of one of the record's fields. */
export type RecordFieldName = (typeof RECORD_FIELDS)[number]['name'];
