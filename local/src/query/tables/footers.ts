import type { DuckDBConnection } from '@duckdb/node-api';
import { FileFacts } from './file-facts';

/** Compressed bytes of each column of a Parquet file, by the column's top name in lower case. */
export type ColumnSizes = ReadonlyMap<string, number>;

/** What Parquet files hold by column, from their footers. */
export class Footers extends FileFacts<ColumnSizes> {
  protected readonly nothing: ColumnSizes = new Map();

  protected async read(paths: string, connection: DuckDBConnection): Promise<Map<string, ColumnSizes>> {
    const result = await connection.runAndReadAll(
      `SELECT file_name, lower(string_split(path_in_schema, ', ')[1]), CAST(sum(total_compressed_size) AS DOUBLE)
       FROM parquet_metadata(${paths}) GROUP BY ALL`,
    );
    const byPath = new Map<string, Map<string, number>>();
    for (const [file, column, size] of result.getRows()) {
      const path = String(file);
      byPath.set(path, (byPath.get(path) ?? new Map()).set(String(column), Number(size)));
    }
    return byPath;
  }
}
