/** One Kinesis record on its way: one event, or several when they are packed. */
export interface Entry {
  readonly data: Uint8Array;
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
  lastError?: string;
}
