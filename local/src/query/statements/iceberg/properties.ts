import { QueryError } from '../../errors';

/** Table properties that Athena accepts for Iceberg tables ("Create Iceberg tables", "Table properties"). */
const ALLOWED = new Set([
  'format',
  'write_compression',
  'compression_level',
  'write_target_data_file_size_bytes',
  'optimize_rewrite_data_file_threshold',
  'optimize_rewrite_delete_file_threshold',
  'optimize_rewrite_min_data_file_size_bytes',
  'optimize_rewrite_max_data_file_size_bytes',
  'vacuum_min_snapshots_to_keep',
  'vacuum_max_snapshot_age_seconds',
  'vacuum_max_metadata_files_to_keep',
]);
const NUMBERS = /(_bytes|_threshold|_keep|_seconds|_level)$/;
const COMPRESSIONS = /^(zstd|snappy|gzip|lz4|none|uncompressed)$/i;

/** Checks table properties. @throws QueryError for one that Athena doesn't accept, or its value */
export function checkProperties(properties: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(properties)) {
    const invalid = (detail: string) => new QueryError('FAILED', `SemanticException ${detail}`);
    if (!ALLOWED.has(name)) throw invalid(`Unsupported table property key: ${name}`);
    if (name === 'format' && value.toLowerCase() !== 'parquet') throw invalid(`Unsupported file format: ${value}`);
    if (name === 'write_compression' && !COMPRESSIONS.test(value)) throw invalid(`Unsupported compression: ${value}`);
    if (NUMBERS.test(name) && !/^\d{1,15}$/.test(value))
      throw invalid(`Table property ${name} must be a number: ${value}`);
  }
}
