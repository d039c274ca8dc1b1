/** Most delivery streams of an account in a region ("Amazon Data Firehose Quota"). */
export const MAX_STREAMS = 5_000;

/** Most bytes of a PutRecordBatch. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** Most open partitions of a delivery stream ("Amazon Data Firehose Quota"). */
export const MAX_ACTIVE_PARTITIONS = 500;
