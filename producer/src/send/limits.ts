/** Most records of one PutRecords request (PutRecords, Kinesis Data Streams API reference). */
export const MAX_BATCH_RECORDS = 500;

/**
 * Most bytes of data and partition keys in one request: just under 5 MiB. AWS raised its limit to 10 MiB in 2025-10;
 * endpoints with the older limit refuse more than 5.
 */
export const MAX_BATCH_BYTES = 5 * 1024 * 1024 - 64 * 1024;

/**
 * Most bytes of data and partition key in one record, unless the stream's own maximum is raised (UpdateMaxRecordSize).
 */
export const DEFAULT_MAX_RECORD_BYTES = 1024 * 1024;

/** Most characters of a partition key. */
export const MAX_KEY_CHARACTERS = 256;

/** Capacity of one shard in a second: records, and bytes. */
export const SHARD_RECORDS_PER_SECOND = 1_000;
export const SHARD_BYTES_PER_SECOND = 1024 * 1024;
