import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { rowFailure } from '../../engine/failure';
import type { RowSettings } from '../../row-settings';
import { RowError, type RowReader, rowReader } from './row-reader';

/**
 * Registers `hive_row(settings, file, line)`: a line of a table's file as the JSON object that its SerDe makes of it.
 * DuckDB calls it with thousands of rows at a time, so that a LIMIT ends it early and memory doesn't grow with the
 * file.
 */
export function registerHiveRow(connection: DuckDBConnection): void {
  const readers = new Map<string, RowReader>();
  const readerFor = (settings: string) => {
    const found = readers.get(settings) ?? rowReader(JSON.parse(settings) as RowSettings);
    readers.set(settings, found);
    return found;
  };
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'hive_row',
      returnType: VARCHAR,
      parameterTypes: [VARCHAR, VARCHAR, VARCHAR],
      mainFunction(info, chunk, output) {
        const [settings, files, lines] = [0, 1, 2].map((column) => chunk.getColumnVector(column));
        for (let row = 0; row < chunk.rowCount; row++) {
          const line = lines?.getItem(row) as string | null;
          try {
            const read = readerFor(settings?.getItem(row) as string);
            output.setItem(row, line === null ? null : read(line));
          } catch (error) {
            const code = error instanceof RowError ? error.code : 'GENERIC_INTERNAL_ERROR';
            info.setError(rowFailure(code, files?.getItem(row) as string, (error as Error).message));
            return;
          }
        }
        output.flush();
      },
    }),
  );
}
