import { RECORD_FIELDS } from 'lakehouse-producer/record-fields';
import { z } from 'zod';
import { isHiveType } from '../hive-types';

const glueName = z
  .string()
  .regex(
    /^[a-z0-9_-]{1,255}$/,
    'must be 1 to 255 lower-case letters, digits, underscores and hyphens, as Athena folds names to lower case',
  );

const column = z.strictObject({
  /** Column name, which is the key in the JSON document. */
  name: z
    .string()
    .regex(
      /^[a-z_][a-z0-9_]{0,254}$/,
      'must be lower-case letters, digits and underscores, not beginning with a digit',
    ),
  /** Hive type. */
  type: z
    .string()
    .refine(isHiveType, 'must be a Hive type such as string, bigint, decimal(10,2), array<string> or struct<a:int>'),
  /** Meaning of the column. At most 255 characters. */
  comment: z.string().max(255, 'must be at most 255 characters').optional(),
});

const className = z.string().regex(/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)+$/, 'must be the full name of a Java class');

/** The table that gives the objects their columns. */
export const catalogSettings = {
  /** Default: `<appName>-db`. */
  databaseName: glueName.optional(),
  /** Default: `tbl-<appName>`. */
  tableName: glueName.optional(),
  /**
   * `parquet`: the table over delivered objects alone. `iceberg`: also an Iceberg table of the same events,
   * `<tableName>-iceberg`, with a delivery stream of its own; its rows can be deleted, updated and queried as of
   * earlier times.
   */
  tableFormat: z.enum(['parquet', 'iceberg'], 'must be parquet or iceberg').default('parquet'),
  /**
   * Whether Glue optimizes the Iceberg table: compaction, expiry of old snapshots, deletion of orphan files. Billed by
   * the DPU-hour.
   */
  tableOptimizers: z.boolean('must be true or false').default(true),
  /** Days for which the optimizers keep the Iceberg table's snapshots; deleted rows can't be restored after them. */
  snapshotRetentionDays: z
    .int('must be a whole number of days')
    .min(1, 'must be at least 1 day')
    .max(3650, 'must be at most 3,650 days')
    .default(5),
  /** Hive input format of the table. */
  storageInputFormat: className.default('org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'),
  /** Hive output format of the table. */
  storageOutputFormat: className.default('org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'),
  /** Name of the table's SerDe. */
  serdeName: z.string().min(1, 'must not be empty').max(255, 'must be at most 255 characters').default('JsonSerDe'),
  /** Class of the table's SerDe. */
  serdeLibrary: className.default('org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'),
  /** The record's fields. Default: those of the producer's record. */
  columns: z
    .array(column)
    .min(1, 'must hold at least one column')
    .refine(
      (columns) => new Set(columns.map(({ name }) => name)).size === columns.length,
      'must not name a column twice',
    )
    .default(() => RECORD_FIELDS.map((field) => ({ ...field }))),
  /**
   * Partition columns for the time in the objects' keys: `components` (columns year, month, day and hour) or `datehour`
   * (one column, `2026/11/23/21`).
   */
  partitions: z.enum(['components', 'datehour'], 'must be components or datehour').default('components'),
  /** First year that queries look for. Each further year adds 8,784 places that an unfiltered query lists. */
  partitionsFromYear: z
    .int('must be a year')
    .min(2013, 'must be 2013 or later: Kinesis did not exist before')
    .max(2100, 'must be 2100 or earlier')
    .default(2026),
};

/** One column of the table. */
export type Column = Readonly<z.output<typeof column>>;
