import type { EngineSession } from '../engine/engine';
import { FileFacts } from './file-facts';
import { listOf, pathsOf, type TableFile } from './files';

/** Compressed bytes of each column of a Parquet file, by the column's top name in lower case. */
export type ColumnSizes = ReadonlyMap<string, number>;

/** What Parquet files hold by column, from their footers. */
export class Footers extends FileFacts<ColumnSizes> {
  protected readonly nothing: ColumnSizes = new Map();

  protected async read(files: readonly TableFile[], engine: EngineSession): Promise<Map<string, ColumnSizes>> {
    const rows = await engine.run('texts', {
      sources: { files: pathsOf(files) },
      sql: `SELECT file_name, lower(string_split(path_in_schema, ', ')[1]), CAST(sum(total_compressed_size) AS DOUBLE)
       FROM parquet_metadata(${listOf(files)}) GROUP BY ALL`,
    });
    const byPath = new Map<string, Map<string, number>>();
    for (const [path = '', column = '', size] of rows) {
      byPath.set(path, (byPath.get(path) ?? new Map()).set(column, Number(size)));
    }
    return byPath;
  }
}
