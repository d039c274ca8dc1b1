import type { DuckDBConnection } from '@duckdb/node-api';
import { literalPath, type TableFile } from './files';

/** Compressed bytes of each column of a Parquet file, by the column's top name in lower case. */
export type ColumnSizes = ReadonlyMap<string, number>;

const MAX_REMEMBERED = 20_000;
/** Footers that one statement reads. */
const BATCH = 500;

/** What Parquet files hold by column, read from their footers once: objects never change, they are replaced. */
export class Footers {
  private readonly remembered = new Map<string, ColumnSizes>();

  async sizesOf(files: readonly TableFile[], connection: DuckDBConnection): Promise<ColumnSizes[]> {
    const unknown = files.filter((file) => !this.remembered.has(identity(file)));
    for (let start = 0; start < unknown.length; start += BATCH)
      await this.read(unknown.slice(start, start + BATCH), connection);
    const sizes = files.map((file) => this.remembered.get(identity(file)) ?? new Map<string, number>());
    while (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value as string);
    return sizes;
  }

  private async read(files: readonly TableFile[], connection: DuckDBConnection): Promise<void> {
    const paths = files.map(literalPath).join(', ');
    const result = await connection.runAndReadAll(
      `SELECT file_name, lower(string_split(path_in_schema, ', ')[1]), CAST(sum(total_compressed_size) AS DOUBLE)
       FROM parquet_metadata([${paths}]) GROUP BY ALL`,
    );
    const byPath = new Map(files.map((file) => [file.path, new Map<string, number>()]));
    for (const [path, column, size] of result.getRows()) byPath.get(String(path))?.set(String(column), Number(size));
    for (const file of files) this.remembered.set(identity(file), byPath.get(file.path) as ColumnSizes);
  }
}

function identity({ path, size, lastModified }: TableFile): string {
  return `${path}|${size}|${lastModified.getTime()}`;
}
