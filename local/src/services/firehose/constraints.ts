/** Delivery streams of an account in a region ("Amazon Data Firehose Quota"). */
export const MAX_STREAMS = 5_000;

/** All records of a PutRecordBatch together. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** Partitions of a delivery stream that may be open at once ("Amazon Data Firehose Quota"). */
export const MAX_ACTIVE_PARTITIONS = 500;
