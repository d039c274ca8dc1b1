/** One Kinesis record to send: one event, or several packed ones. */
export interface Entry {
  /**
   * Buffer with the record's data from `start` to `end`, shared by many records: a buffer each would cost more than the
   * data.
   */
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
  /** Time at which the record is given up, in milliseconds of `performance.now()`; 0 until it is first sent. */
  deadline: number;
  /** Error of the last attempt. */
  lastError: string | undefined;
}

/** Creates a record that hasn't been sent yet. */
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
