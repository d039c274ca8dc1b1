import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteLiteral as quote, quoteIdentifier, toDuckdbType } from '../../core/hive-types';
import type { DestinationSettings } from '../../services/firehose/state';
import type { Column } from './line-converter';

export type ParquetSerDe = NonNullable<
  NonNullable<
    NonNullable<
      NonNullable<DestinationSettings['DataFormatConversionConfiguration']>['OutputFormatConfiguration']
    >['Serializer']
  >['ParquetSerDe']
>;

/**
 * Writes lines of JSON from {@link LineConverter} to a Parquet file: the table's columns in order, with each row
 * group's minimum and maximum, so that queries can skip row groups.
 */
export async function writeParquet(
  connection: DuckDBConnection,
  linesPath: string,
  parquetPath: string,
  columns: readonly Column[],
  settings: ParquetSerDe,
): Promise<void> {
  const types = columns.map(({ name, type }) => `${quote(name)}: ${quote(toDuckdbType(type))}`);
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${settings.Compression ?? 'SNAPPY'}`,
    `PARQUET_VERSION ${settings.WriterVersion ?? 'V1'}`,
  ];
  await connection.run(
    `COPY (SELECT ${names.join(', ')} FROM read_json(${quote(linesPath)}, columns = {${types.join(', ')}}, ` +
      `format = 'newline_delimited', records = true)) TO ${quote(parquetPath)} (${options.join(', ')})`,
  );
}
