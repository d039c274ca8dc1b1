/** One Kinesis record on its way: one event, or several when they are packed. */
export interface Entry {
  /** Holds the record's data from `start` to `end`. Shared by many records: a buffer for each would cost more than it holds. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly key: string;
  /** Bytes of data and partition key, as the service counts them. */
  readonly size: number;
  /** Events inside. */
  readonly events: number;
  /** Requests that this record has been in. */
  attempts: number;
  /** When the record is given up, in milliseconds of `performance.now()`; 0 until it is first sent. */
  deadline: number;
  /** Why the last attempt failed. */
  lastError: string | undefined;
}

/** A record that hasn't been sent yet. */
export const createEntry = (bytes: Buffer, start: number, end: number, key: string, events: number): Entry => ({
  bytes,
  start,
  end,
  key,
  size: end - start + Buffer.byteLength(key),
  events,
  attempts: 0,
  deadline: 0,
  lastError: undefined,
});
